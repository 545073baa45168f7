"""Who was not helped yet by what they asked, and how it is kept who was told of which approved entry."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, String, Table, and_, or_, select

from bot.chat.turn import Place
from bot.features.questions.model import NONE_OF_THESE, Reason, Verdict
from bot.features.questions.store import questions
from bot.storage.serialisation import place_from_json
from bot.storage.tables import UtcDateTime, insert_once, metadata
from bot.storage.unit_of_work import UnitOfWork
from knowledge.answer import Outcome

questions_told = Table(
    "questions_told",
    metadata,
    Column("entry_id", String(32), primary_key=True),
    Column("person_id", String(200), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Unhelped:
    """`text` is the question as it was understood. `judged_at` is when its asker said that the answer, from the
    document `cited`, did not help; None where there was no answer. `is_on_topic` unless that was why."""

    id: str
    person_id: str
    place: Place
    asked_at: datetime
    text: str
    cited: str = ""
    judged_at: datetime | None = None
    is_on_topic: bool = True


def unhelped(unit: UnitOfWork, since: datetime, limit: int) -> Sequence[Unhelped]:
    """Asked of Guildhall since then and not answered, or not so that it helped; the newest first."""
    of = questions.c
    has_chosen = and_(of.choice.is_not(None), of.choice != NONE_OF_THESE)
    is_answered = or_(of.outcome == Outcome.ANSWER, has_chosen)
    waits = and_(of.verdict.is_(None), ~is_answered, of.addressed)
    query = (
        select(of.id, of.person_id, of.place, of.asked_at, of.understood, of.sources, of.choice)
        .add_columns(of.verdict, of.reason, of.judged_at)
        .where(of.asked_at >= since, or_(of.verdict == Verdict.UNHELPFUL, waits))
        .order_by(of.asked_at.desc(), of.id)
        .limit(limit)
    )
    found: list[Unhelped] = []
    for row in unit.connection.execute(query):
        cited = [each["document_id"] for each in json.loads(row.sources)] if row.verdict else []
        shown = row.choice if row.choice is not None else 0
        document_id = cited[shown] if 0 <= shown < len(cited) else ""
        is_on_topic = row.reason != Reason.OFF_TOPIC
        place = place_from_json(row.place)
        found.append(
            Unhelped(
                row.id, row.person_id, place, row.asked_at, row.understood, document_id, row.judged_at, is_on_topic
            )
        )
    return found


def told(unit: UnitOfWork, entry_id: str) -> Collection[str]:
    """Person ids."""
    query = select(questions_told.c.person_id).where(questions_told.c.entry_id == entry_id)
    return frozenset(unit.connection.execute(query).scalars())


def note_told(unit: UnitOfWork, entry_id: str, person_id: str, at: datetime) -> bool:
    """True once for each person and entry, whoever calls."""
    return insert_once(unit.connection, questions_told, entry_id=entry_id, person_id=person_id, at=at)
