"""Personal data in what is about to be published. It finds what has a form or a known name, not everything. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?\b")
_CARD = re.compile(
    r"(?<![\w.,-])(?<!\d )[2-6]\d{3}(?:\d{9,15}|[ -]\d{4}[ -]\d{4}[ -]\d{4}|[ -]\d{6}[ -]\d{5})(?![\w-]|[ -]\d)"
)
_PHONE = re.compile(
    r"(?<![\w+./-])(?:"
    r"(?:\+|00)[1-9](?:[ ./()-]{0,2}\d){6,14}"  # with a country's code
    r"|\(?0\d{1,5}\)?(?: ?/ ?|[ -])\d(?:[ /-]?\d){4,9}"  # as it is dialled inside a country
    r"|\(?[2-9]\d{2}\)?[ .-]\d{3}[ .-]\d{4}"  # North America's
    r")(?![\w-])"
)
_TITLED = re.compile(
    r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Herrn?|Frau|Madame|Monsieur|Mme|Señora?)\b\.?\s+(?P<name>[A-ZÀ-Þ][\w'’-]+(?:\s+[A-ZÀ-Þ][\w'’-]+)?)"
)
_GREETED = re.compile(r"\bDear\s+(?P<name>[A-ZÀ-Þ][\w'’-]+(?:\s+[A-ZÀ-Þ][\w'’-]+)?)(?=\s*[,:!\n]|$)")
_NOBODY = frozenset((
    "all", "everyone", "everybody", "colleague", "colleagues", "customer", "customers", "client", "clients", "sir",
    "madam", "team", "teams", "partner", "partners", "friend", "friends", "hiring", "support",
    "mr", "mrs", "ms", "miss", "mx", "dr", "prof",
))  # fmt: skip
_IBAN_LENGTHS = range(15, 35)
_CARD_LENGTHS = range(13, 20)


@dataclass(frozen=True, slots=True)
class Finding:
    """`kind` as people read it; `text` stands at [start, end)."""

    kind: str
    text: str
    start: int
    end: int


def personal_data(text: str, names: Iterable[str], people: Iterable[str] = ()) -> Sequence[Finding]:
    """In their order, none inside another. `names` are those of people who are known here, `people` of those who took
    part: of these each word counts, as it is written."""
    found = [*_patterned(text), *_named(text, names), *_addressed(text, people)]
    kept: list[Finding] = []
    for one in sorted(found, key=lambda each: (each.start, -each.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def masked(text: str, names: Iterable[str], people: Iterable[str] = ()) -> str:
    """What was found replaced by what it is: "[phone number]"."""
    parts: list[str] = []
    end = 0
    for finding in personal_data(text, names, people):
        parts += [text[end : finding.start], f"[{finding.kind}]"]
        end = finding.end
    return "".join([*parts, text[end:]])


def warning(findings: Sequence[Finding]) -> str:
    """One sentence that names them; empty where there are none."""
    if not findings:
        return ""
    told = list(dict.fromkeys(f"{one.kind} “{one.text}”" for one in findings))
    rest = f", and {len(told) - 5} more" if len(told) > 5 else ""
    return f"It holds personal data: {', '.join(told[:5])}{rest}."


def _patterned(text: str) -> Iterator[Finding]:
    for found in _MAIL.finditer(text):
        yield _finding("e-mail address", found)
    for found in _IBAN.finditer(text):
        if _is_iban(found[0]):
            yield _finding("bank account", found)
    for found in _CARD.finditer(text):
        if _is_card(found[0]):
            yield _finding("card number", found)
    for found in _PHONE.finditer(text):
        yield _finding("phone number", found)
    for pattern in (_TITLED, _GREETED):
        for found in pattern.finditer(text):
            if found["name"].split()[0].lower() not in _NOBODY:
                yield Finding("name", found["name"], found.start("name"), found.end("name"))


def _named(text: str, names: Iterable[str]) -> Iterator[Finding]:
    """Whole names of two words or more: a first name alone is too often a word."""
    lower = text.lower()
    for name in {" ".join(each.split()) for each in names}:
        if " " in name and name.lower() in lower:
            for found in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE):
                yield _finding("name", found)


def _addressed(text: str, people: Iterable[str]) -> Iterator[Finding]:
    """First and last names: "Thanks, Dana". A word in small letters is none."""
    for word in {word for name in people for word in name.split() if len(word) > 2 and word[0].isupper()}:
        for found in re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", text):
            yield _finding("name", found)


def _finding(kind: str, found: re.Match[str]) -> Finding:
    return Finding(kind, found[0], found.start(), found.end())


def _is_iban(text: str) -> bool:
    """ISO 13616: the check digits make it 1 modulo 97."""
    plain = re.sub(r"[ -]", "", text)
    digits = "".join(str(int(character, 36)) for character in plain[4:] + plain[:4])
    return len(plain) in _IBAN_LENGTHS and int(digits) % 97 == 1


def _is_card(text: str) -> bool:
    """ISO/IEC 7812: Luhn's check digit."""
    digits = [int(character) for character in reversed(text) if character.isdigit()]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return len(digits) in _CARD_LENGTHS and (sum(digits[::2]) + sum(doubled)) % 10 == 0
