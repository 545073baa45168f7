"""What somebody knows, why that is thought, and who knows about something. Pure: whoever asks has filtered before what
the reader may not see."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.features.experts.model import Evidence, Expert, today_of
from bot.storage.people import KnownPerson
from knowledge.document import SourceDocument
from knowledge.lexical import Analyzer
from knowledge.passage import Passage

EXACT, OWN, RELATED, OWNED, ANSWERED = 5.0, 4.0, 2.0, 1.5, 1.0
"""What counts how much: said just that themselves, said something with it, said so of what the subject belongs to,
owns a document, answered it."""

MOST = 4
"""Documents or answers beyond these make nobody a better expert."""


@dataclass(frozen=True, slots=True)
class Colleague:
    """An expert with what the reader may see of what they own and answered."""

    expert: Expert
    person: KnownPerson
    documents: tuple[SourceDocument, ...] = ()
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Learned:
    """A topic that somebody has not named themselves, and of how many documents and answers it was learned."""

    topic: str
    documents: int
    answers: int


@dataclass(frozen=True, slots=True)
class Match:
    colleague: Colleague
    score: float
    topics: tuple[str, ...]
    documents: tuple[SourceDocument, ...]
    answers: int


def owner_names(person: KnownPerson, namesakes: Collection[str] = ()) -> frozenset[str]:
    """How the library may name this person as an owner. A name counts only of somebody whose address is vouched for,
    and if nobody else has it: anybody can call themselves anything."""
    if not person.email:
        return frozenset()
    name = person.name.casefold()
    return frozenset({person.email}) | ({name} if name and name not in namesakes else frozenset())


def by_owner(documents: Iterable[SourceDocument]) -> Mapping[str, Sequence[SourceDocument]]:
    """Documents by the name of their owner, in small letters."""
    found: dict[str, list[SourceDocument]] = {}
    for each in documents:
        found.setdefault(" ".join(each.owner.split()).casefold(), []).append(each)
    return found


def owned_by(names: frozenset[str], owned: Mapping[str, Sequence[SourceDocument]]) -> tuple[SourceDocument, ...]:
    """What any of `names` owns, of what `by_owner` found."""
    return tuple(document for name in sorted(names) for document in owned.get(name, ()))


def learned(colleague: Colleague) -> list[Learned]:
    """From documents owned and answers given, what is best founded first. What they said is not theirs is not there,
    nor what they named themselves."""
    return [each for each in all_learned(colleague) if not colleague.expert.disowns(each.topic)]


def all_learned(colleague: Colleague) -> list[Learned]:
    """What they said is not theirs included."""
    named = {topic.casefold() for topic in colleague.expert.topics}
    documents = Counter(topic for each in colleague.documents for topic in each.topics)
    answers = Counter(topic for each in colleague.evidence for topic in each.topics)
    found = [
        Learned(topic, documents[topic], answers[topic])
        for topic in {**documents, **answers}
        if topic.casefold() not in named
    ]
    return sorted(found, key=lambda each: (-each.documents - each.answers, each.topic.casefold()))


def related_topics(subject: str, found: Iterable[Passage]) -> frozenset[str]:
    """The library's topics that the subject belongs to: those of documents that say all of its words."""
    analyzer = Analyzer()
    wanted = set(analyzer.terms(subject))
    return frozenset(
        topic.casefold()
        for each in found
        if wanted and wanted <= set(analyzer.terms(f"{each.place} {each.chunk.text}"))
        for topic in each.document.topics
    )


def named_or_learned(colleagues: Iterable[Colleague]) -> frozenset[str]:
    """All that they named and that was learned of them."""
    return frozenset(
        topic
        for each in colleagues
        for topics in (
            each.expert.topics,
            *(document.topics for document in each.documents),
            *(answered.topics for answered in each.evidence),
        )
        for topic in topics
    )


def who_knows(
    subject: str, related: frozenset[str], alike: frozenset[str], colleagues: Iterable[Colleague], now: datetime
) -> list[Match]:
    """`related` are the library's topics that the subject belongs to, `alike` those that mean about the same.

    The best first, whoever is away last; of equals those with fewer answers, so that the others are found too."""
    analyzer = Analyzer()
    wanted = frozenset(analyzer.terms(subject))
    matches = (_match(wanted, related, alike, each, analyzer) for each in colleagues)
    found = [match for match in matches if match is not None]

    def order(match: Match) -> tuple[bool, float, int, str]:
        expert, person = match.colleague.expert, match.colleague.person
        return expert.is_away(today_of(person, now)), -match.score, len(match.colleague.evidence), person.name

    return sorted(found, key=order)


def _match(
    wanted: frozenset[str],
    related: frozenset[str],
    alike: frozenset[str],
    colleague: Colleague,
    analyzer: Analyzer,
) -> Match | None:
    if not wanted:
        return None

    def fits(text: str) -> bool:
        terms = set(analyzer.terms(text))
        return bool(terms) and (wanted <= terms or terms <= wanted)

    def counts(topics: Sequence[str]) -> bool:
        return any((fits(topic) or topic in alike) and not colleague.expert.disowns(topic) for topic in topics)

    own = [topic for topic in colleague.expert.topics if fits(topic)]
    near = [each for each in colleague.expert.topics if each in alike or each.casefold() in related]
    documents = [
        each
        for each in colleague.documents
        if counts(each.topics) or (wanted <= set(analyzer.terms(each.title)) and not _is_disowned(each, colleague))
    ]
    answers = [each for each in colleague.evidence if counts(each.topics) or wanted <= set(analyzer.terms(each.text))]
    exact = any(wanted == set(analyzer.terms(topic)) for topic in own)
    score = (EXACT if exact else OWN if own else RELATED if near else 0.0) + OWNED * min(len(documents), MOST) / MOST
    score += ANSWERED * min(len(answers), MOST) / MOST
    return Match(colleague, score, tuple(own or near), tuple(documents), len(answers)) if score else None


def _is_disowned(document: SourceDocument, colleague: Colleague) -> bool:
    return bool(document.topics) and all(map(colleague.expert.disowns, document.topics))
