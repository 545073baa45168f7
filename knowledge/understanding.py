"""What a question means before it is looked up: typos, abbreviations, and what it refers back to."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from knowledge.embedder import Embedder
from knowledge.lexical import Analyzer, LexicalIndex

_WORD = re.compile(r"[^\W\d_]{5,}")
_ABBREVIATION = re.compile(r"\b[A-Z][A-Z&/0-9]{1,7}\b")
_OPENS_BACK = re.compile(
    r"(?:and|also|or|but|then|so|what about|how about|what if|same for|for|with|without|in)\b", re.IGNORECASE
)
_POINTS_BACK = re.compile(
    r"\b(?:it|its|that|this|they|them|their|those|these|there|he|she|him|her|the same|the latter|the former)\b",
    re.IGNORECASE,
)
_LEANS = re.compile(
    r"\W*(?:that|this)\b"
    r"|.*\b(?:it|its|they|them|their|those|these|he|she|him|her|his|the (?:same|latter|former))\b"
    r"|.*\b(?:that|this|there)\W*$",
    re.IGNORECASE | re.DOTALL,
)
_EMPTY_IT = re.compile(
    r"\bit(?='s|\s+(?:is|was|takes?)\b)|(?<=\bis )it(?=\s+\w+\s+(?:to|that|if|for)\b)"
    r"|(?<=\bdoes )it(?=\s+(?:take|matter|cost)\b)",
    re.IGNORECASE,
)  # stands for nothing said before: "is it allowed to park here?"
_VERB = re.compile(
    r"\b(?:am|is|are|was|were|be|do|does|did|have|has|had|can|could|may|might|must|shall|should|will|would)\b",
    re.IGNORECASE,
)
_ASKING = frozenset(["who", "whom", "whose", "what", "which", "when", "where", "why", "how"])
_NOT_A_TOPIC = frozenset([*_ASKING, "whi", "i", "we", "you"])  # stemmed
_OPENS_ANEW = re.compile(rf"\W*(?:so|then|for|with|without|in)\W+(?:{'|'.join(_ASKING)})\b", re.IGNORECASE)
_FRAGMENT = 3  # words
_SHORT = 8  # words: a longer question says what it is about
_CLOSE = 0.84  # difflib's ratio: one letter of six wrong, missing or swapped


@dataclass(frozen=True, slots=True)
class Understood:
    """The text to look up; `notes` tell the person what was read into it."""

    text: str
    notes: tuple[str, ...] = ()


def without_typos(text: str, words: frozenset[str], lexical: LexicalIndex, embedder: Embedder) -> Understood:
    """Words that neither the library nor the model's vocabulary holds, read as the closest of `words`."""
    analyzer = Analyzer()
    notes: list[str] = []

    def read(found: re.Match[str]) -> str:
        word = found[0].lower()
        is_known = not found[0].islower() or word in words or any(map(lexical.knows, analyzer.terms(word)))
        if is_known or embedder.count(word) == 1:
            return found[0]
        alike = [other for other in words if other[0] == word[0] and abs(len(other) - len(word)) <= 2]
        close = get_close_matches(word, alike, n=1, cutoff=_CLOSE)
        if not close:
            return found[0]
        notes.append(f"I read “{found[0]}” as “{close[0]}”.")
        return close[0]

    return Understood(_WORD.sub(read, text), tuple(notes))


def spelled_out(text: str, abbreviations: Mapping[str, str]) -> str:
    """Each abbreviation that the glossary knows followed by its words, unless they are there already."""

    def with_words(found: re.Match[str]) -> str:
        words = abbreviations.get(found[0])
        return f"{found[0]} ({words})" if words and words.lower() not in text.lower() else found[0]

    return _ABBREVIATION.sub(with_words, text)


def goes_on(text: str) -> bool:
    """Whether it is the rest of a sentence begun before: "and for renewals?"."""
    return _is_short(text) and bool(_OPENS_BACK.match(text.strip()))


def points_back(text: str) -> bool:
    """Whether it has a word for something named before: "who approves it?"."""
    return _is_short(text) and bool(_POINTS_BACK.search(text))


def refers_back(text: str) -> bool:
    """Whether it may be about something named before."""
    return goes_on(text) or points_back(text)


def needs_context(text: str) -> bool:
    """Whether it plainly is no question by itself: "and for renewals?", "who approves it?", "how long?", "pilots?".
    Where nothing else tells that it follows from the one before, e.g. in a chat without threads."""
    if _is_fragment(text) or (goes_on(text) and not _OPENS_ANEW.match(text)):
        return True
    return _is_short(text) and bool(_LEANS.match(_EMPTY_IT.sub("", text)))


def adds_to(text: str, said: str) -> bool:
    """Whether what `said` (a passage) speaks of what `text` brings up: at least half of its own words. A question
    that has none, "how long?", rests on the one before."""
    analyzer = Analyzer()
    own = set(analyzer.terms(_VERB.sub(" ", _OPENS_BACK.sub(" ", text)))) - _NOT_A_TOPIC
    if not own or (_is_fragment(text) and text.lower().split()[0].strip("?") in _ASKING):
        return True
    return 2 * len(own & set(analyzer.terms(said))) >= len(own)


def _is_fragment(text: str) -> bool:
    """A question without a verb. Words without a question mark may be a search of their own."""
    words = re.findall(r"[^\W_]+", text.lower())
    if not text.rstrip().endswith("?") or not words or _VERB.search(text):
        return False
    return len(words) < _FRAGMENT if words[0] in _ASKING else len(words) <= _FRAGMENT


def in_context(text: str, previous: Sequence[str]) -> str:
    """The question after the newest earlier one that stands alone; unchanged where there is none."""
    for earlier in reversed(previous):
        if not refers_back(earlier):
            return f"{earlier.rstrip()} {text}"
    return text


def _is_short(text: str) -> bool:
    return len(text.split()) <= _SHORT
