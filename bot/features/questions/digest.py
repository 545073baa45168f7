"""What was asked most, and how much found no answer, for digests: never who asked, nor in which words."""

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy import or_, select

from bot.chat.turn import EVERYONE
from bot.features.digest_entry import DigestItem, DigestKind, DigestSpan
from bot.features.library.links import reader_url, source_url
from bot.features.questions.model import NONE_OF_THESE, Verdict
from bot.features.questions.store import questions
from bot.features.questions.told_store import unhelped
from bot.storage.unit_of_work import UnitOfWork
from knowledge.answer import Outcome
from knowledge.document import SourceDocument, Table
from knowledge.extract import row_text
from knowledge.inline import plain_text

ASKERS = 2
"""So many have to have asked, so that an answer gives nobody away."""

SEEKERS = 3
SHOWN = 10
LOOKED_AT = 2_000  # questions

_MARK = re.compile(r"^(?:-|\d+\.) ")
"""Before an item of a list, where it is quoted."""


class Readable(Protocol):
    """What somebody may read. `knowledge.knowledge_base.KnowledgeBase` fills it."""

    def document(self, document_id: str, readers: frozenset[str]) -> SourceDocument | None: ...


@dataclass(slots=True)
class _Asked:
    """Who was answered from a document, and with which words last."""

    people: set[str] = field(default_factory=set)
    title: str = ""
    quote: str = ""


@dataclass(frozen=True, slots=True)
class QuestionsDigest:
    knowledge: Readable

    def items(self, span: DigestSpan, unit: UnitOfWork) -> Sequence[DigestItem]:
        """Fills `DigestSource`."""
        return [*self._asked(span, unit), *_gaps(span, unit)]

    def _asked(self, span: DigestSpan, unit: UnitOfWork) -> list[DigestItem]:
        asked = _answered_from(span, unit)
        found: list[DigestItem] = []
        for document_id, each in sorted(asked.items(), key=lambda item: (-len(item[1].people), item[0])):
            document = self.knowledge.document(document_id, span.readers)
            if document is None or len(each.people) < ASKERS:
                continue
            found.append(
                DigestItem(
                    DigestKind.ASKED,
                    each.title if each.title.startswith(document.title) else document.title,
                    f"asked by {len(each.people)} people",
                    each.quote if _stands_in(document, each.quote) else "",
                    reader_url(document.id),
                    source_url(document, pages=None),
                    document.topics,
                )
            )
        return found[:SHOWN]


def asked_about(span: DigestSpan, unit: UnitOfWork) -> Mapping[str, int]:
    """By document, of how many people it answered a question meanwhile; where there are enough of them."""
    people = {document_id: len(each.people) for document_id, each in _answered_from(span, unit).items()}
    return {document_id: number for document_id, number in people.items() if number >= ASKERS}


def _stands_in(document: SourceDocument, quote: str) -> bool:
    """As it is by now: what was taken out of it is told no more."""
    texts: list[str] = []
    for each in document.blocks:
        if isinstance(each, Table):
            texts += [row_text(each.header, row) for row in each.rows]
        else:
            texts.append(plain_text(each.text))
    words = " ".join(" ".join(texts).split())
    return all(" ".join(_MARK.sub("", line).split()) in words for line in quote.splitlines())


def _answered_from(span: DigestSpan, unit: UnitOfWork) -> dict[str, _Asked]:
    """By document: the one that the answer was taken from, unless it did not help."""
    of = questions.c
    helped = or_(of.verdict.is_(None), of.verdict == Verdict.HELPFUL)
    query = (
        select(of.person_id, of.sources, of.choice, of.outcome)
        .where(of.asked_at > span.since, of.asked_at <= span.now, helped)
        .order_by(of.asked_at.desc(), of.id)
        .limit(LOOKED_AT)
    )
    asked: dict[str, _Asked] = defaultdict(_Asked)
    for row in unit.connection.execute(query):
        sources, index = json.loads(row.sources), row.choice
        if index is None and row.outcome == Outcome.ANSWER:
            index = 0
        if index is None or index == NONE_OF_THESE or not 0 <= index < len(sources):
            continue
        cited = sources[index]
        each = asked[cited["document_id"]]
        each.people.add(row.person_id)
        each.title, each.quote = each.title or cited["place"], each.quote or cited["quote"]
    return asked


def _gaps(span: DigestSpan, unit: UnitOfWork) -> list[DigestItem]:
    """How many, of how many people."""
    found = unhelped(unit, span.since, LOOKED_AT)
    people = {each.person_id for each in found}
    if EVERYONE not in span.readers or len(people) < SEEKERS:
        return []
    said = f"{len(found)} questions of {len(people)} people found no answer that helped"
    return [DigestItem(DigestKind.GAPS, said, "what you know could become an entry")]
