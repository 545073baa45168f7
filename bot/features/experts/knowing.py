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

REASONS = 3
"""Topics that are named in one line."""


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
    """Somebody who knows about a subject; `why` in one line, as the reader may know it."""

    colleague: Colleague
    why: str


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


def knows_by_topic(expert: Expert, related: frozenset[str]) -> str:
    """The reason where they named what the subject belongs to; empty where they did not."""
    topics = [topic for topic in expert.topics if topic.casefold() in related]
    return f"knows {', '.join(topics[:REASONS])}" if topics else ""


def away_last(matches: Iterable[Match], now: datetime) -> list[Match]:
    def is_away(match: Match) -> bool:
        return match.colleague.expert.is_away(today_of(match.colleague.person, now))

    return sorted(matches, key=is_away)
