"""What speaks for experts: topics they declared, documents they own, questions they answered. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.chat.turn import EVERYONE
from bot.features.experts.knowing import by_owner, owned_by, owner_names
from bot.features.experts.model import Evidence, Expert
from bot.storage.people import KnownPerson
from knowledge import evidence as knowledge
from knowledge.document import Heading, ListItem, Paragraph, SourceDocument
from knowledge.evidence import Kind
from knowledge.inline import plain_text
from knowledge.lexical import Analyzer

BEGINNING = 1_200
"""Characters of a document; the model reads no more of it."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that speaks for one expert. `title` is what people call it: a document's title, a topic's words.
    `document_id` of what is owned: who may know of it is decided by the document as it is now, else by `readers`.
    `disowned` are the terms of each of its topics of which the expert said that it is not theirs."""

    evidence: knowledge.Evidence
    title: str
    readers: frozenset[str] = frozenset()
    document_id: str = ""
    disowned: tuple[frozenset[str], ...] = ()


def gathered(
    experts: Iterable[Expert],
    known: Mapping[str, KnownPerson],
    namesakes: frozenset[str],
    documents: Iterable[SourceDocument],
    answered: Sequence[Evidence],
) -> list[Item]:
    """In the order of the experts. Nothing is there of which an expert said that none of it is theirs."""
    owned = by_owner(each for each in documents if not each.duplicate_of)
    answers: dict[str, list[Evidence]] = {}
    for each in answered:
        answers.setdefault(each.person_id, []).append(each)
    analyzer = Analyzer()
    return [
        item
        for expert in experts
        if (person := known.get(expert.person_id)) is not None
        for item in (
            *_declared(expert),
            *_owned(expert, owned_by(owner_names(person, namesakes), owned), analyzer),
            *_answered(expert, answers.get(expert.person_id, ()), analyzer),
        )
    ]


def _declared(expert: Expert) -> Iterable[Item]:
    for topic in expert.topics:
        spoken = _spoken(expert, Kind.DECLARED, topic.casefold(), topic)
        yield Item(spoken, topic, frozenset({EVERYONE}))


def _owned(expert: Expert, documents: Iterable[SourceDocument], analyzer: Analyzer) -> Iterable[Item]:
    for each in documents:
        if (disowned := _disowned(expert, each.topics, analyzer)) is not None:
            topics = [topic for topic in each.topics if not expert.disowns(topic)]
            spoken = _spoken(expert, Kind.OWNED, each.id, "\n".join((each.title, *topics, _beginning_of(each))))
            yield Item(spoken, each.title, document_id=each.id, disowned=disowned)


def _answered(expert: Expert, answers: Iterable[Evidence], analyzer: Analyzer) -> Iterable[Item]:
    for each in answers:
        if (disowned := _disowned(expert, each.topics, analyzer)) is not None:
            topics = [topic for topic in each.topics if not expert.disowns(topic)]
            spoken = _spoken(expert, Kind.ANSWERED, each.id, "\n".join((each.text, *topics)), each.at)
            yield Item(spoken, "", each.readers, disowned=disowned)


def _spoken(expert: Expert, kind: Kind, key: str, text: str, when: datetime | None = None) -> knowledge.Evidence:
    """Without a date it holds today."""
    return knowledge.Evidence(f"{kind} {expert.person_id} {key}", text, {expert.person_id: 1.0}, kind, when)


def _disowned(expert: Expert, topics: Sequence[str], analyzer: Analyzer) -> tuple[frozenset[str], ...] | None:
    """None where none of its topics is theirs."""
    disowned = [topic for topic in topics if expert.disowns(topic)]
    if topics and len(disowned) == len(topics):
        return None
    return tuple(terms for topic in disowned if (terms := frozenset(analyzer.terms(topic))))


def _beginning_of(document: SourceDocument) -> str:
    """As plain text."""
    words: list[str] = []
    length = 0
    for block in document.blocks:
        if length > BEGINNING:
            break
        if isinstance(block, Heading | Paragraph | ListItem):
            words.append(plain_text(block.text))
            length += len(words[-1])
    return "\n".join(words)[:BEGINNING]
