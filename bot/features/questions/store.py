"""How questions are kept."""

from datetime import datetime, timedelta
from functools import cache
from typing import Protocol

from pydantic import TypeAdapter
from sqlalchemy import (
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    true,
    update,
)

from bot.chat.reply import Message
from bot.chat.turn import Place
from bot.features.questions.model import Cited, Feedback, Question, Reason, Verdict
from bot.storage.serialisation import message_from_json, message_to_json, place_from_json, place_to_json
from bot.storage.tables import UtcDateTime, insert_once, metadata
from bot.storage.unit_of_work import UnitOfWork
from knowledge.answer import Outcome

questions = Table(
    "questions",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("person_id", String(200), nullable=False),
    Column("person_name", String(200), nullable=False),
    Column("conversation", String(500), nullable=False),
    Column("place", Text, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("text", Text, nullable=False),
    Column("understood", Text, nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("confidence", Float, nullable=False),
    Column("sources", Text, nullable=False),
    Column("shown", Text, nullable=False),
    Column("choice", Integer),
    Column("verdict", String(20)),
    Column("reason", String(20)),
    Column("comment", Text, nullable=False),
    Column("judged_at", UtcDateTime),
    Column("said_id", String(300), nullable=False, server_default=""),
    Column("addressed", Boolean, nullable=False, server_default=true()),
    Column("answered_in", Text),
    Index(None, "conversation", "asked_at"),
    Index(None, "asked_at"),
    Index(None, "person_id", "asked_at"),
    Index(None, "judged_at"),
    Index(None, "said_id"),
)


withdrawn_remarks = Table(
    "withdrawn_remarks",
    metadata,
    Column("platform", String(50), primary_key=True),
    Column("channel", String(300), primary_key=True),
    Column("said_id", String(300), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "at"),
)

LATEST = timedelta(days=1)
"""How long after its deletion a message may still be delivered: platforms try again for minutes."""


class QuestionStore(Protocol):
    """Questions inside one transaction."""

    def add(self, question: Question) -> None: ...

    def get(self, question_id: str) -> Question | None: ...

    def earlier(self, conversation: str, person_id: str, *, since: datetime, before: datetime, limit: int) -> list[str]:
        """The person's newest questions there, oldest first."""
        ...

    def count_asked(self, person_id: str, since: datetime, until: datetime) -> int:
        """How many questions the person asked after `since`; one that was answered in two places is one."""
        ...

    def is_known(self, conversation: str) -> bool:
        """Whether something was asked there."""
        ...

    def said_as(self, said_id: str) -> list[Question]:
        """What was asked with that message, the first first."""
        ...

    def asked_by(self, person_id: str, limit: int) -> list[Question]:
        """The newest first."""
        ...

    def answer_anew(self, question: Question) -> bool:
        """Replace what was asked and answered; False where somebody has judged it."""
        ...

    def remove(self, question_id: str) -> None: ...

    def note_withdrawn(self, place: Place, said_id: str, at: datetime) -> None:
        """For events come in any order: what is deleted may still be on its way."""
        ...

    def is_withdrawn(self, place: Place, said_id: str) -> bool: ...

    def set_feedback(self, question_id: str, feedback: Feedback | None) -> None: ...

    def set_choice(self, question_id: str, choice: int | None, shown: Message) -> None: ...


@cache
def _cited() -> TypeAdapter[tuple[Cited, ...]]:
    return TypeAdapter(tuple[Cited, ...])


class SqlQuestions:
    """Fills `QuestionStore`."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def add(self, question: Question) -> None:
        values: dict[str, object] = {
            "id": question.id,
            "person_id": question.person_id,
            "person_name": question.person_name,
            "conversation": question.place.conversation,
            "place": place_to_json(question.place),
            "asked_at": question.asked_at,
            "said_id": question.said_id,
            "addressed": question.addressed,
            **_answered(question),
            **_judgement(question.feedback),
        }
        self._unit.connection.execute(insert(questions).values(**values))

    def get(self, question_id: str) -> Question | None:
        row = self._unit.connection.execute(select(questions).where(questions.c.id == question_id)).one_or_none()
        return None if row is None else _question(row)

    def earlier(self, conversation: str, person_id: str, *, since: datetime, before: datetime, limit: int) -> list[str]:
        query = (
            select(questions.c.text)
            .where(
                questions.c.conversation == conversation,
                questions.c.person_id == person_id,
                questions.c.asked_at >= since,
                questions.c.asked_at < before,
            )
            .order_by(questions.c.asked_at.desc())
            .limit(limit)
        )
        return list(self._unit.connection.execute(query).scalars())[::-1]

    def count_asked(self, person_id: str, since: datetime, until: datetime) -> int:
        asked = select(questions.c.conversation, questions.c.asked_at).where(
            questions.c.person_id == person_id, questions.c.asked_at > since, questions.c.asked_at <= until
        )
        query = select(func.count()).select_from(asked.distinct().subquery())
        return int(self._unit.connection.execute(query).scalar_one())

    def is_known(self, conversation: str) -> bool:
        query = select(questions.c.id).where(questions.c.conversation == conversation).limit(1)
        return self._unit.connection.execute(query).first() is not None

    def said_as(self, said_id: str) -> list[Question]:
        query = select(questions).where(questions.c.said_id == said_id)
        rows = self._unit.connection.execute(query.order_by(questions.c.asked_at, questions.c.id))
        return [_question(row) for row in rows] if said_id else []

    def asked_by(self, person_id: str, limit: int) -> list[Question]:
        query = select(questions).where(questions.c.person_id == person_id)
        rows = self._unit.connection.execute(query.order_by(questions.c.asked_at.desc(), questions.c.id).limit(limit))
        return [_question(row) for row in rows]

    def answer_anew(self, question: Question) -> bool:
        unsettled = (
            update(questions)
            .where(questions.c.id == question.id, questions.c.verdict.is_(None))
            .values(**_answered(question))
        )
        return self._unit.connection.execute(unsettled).rowcount == 1

    def remove(self, question_id: str) -> None:
        self._unit.connection.execute(delete(questions).where(questions.c.id == question_id))

    def note_withdrawn(self, place: Place, said_id: str, at: datetime) -> None:
        gone = delete(withdrawn_remarks).where(withdrawn_remarks.c.at < at - LATEST)
        self._unit.connection.execute(gone)
        key = {"platform": place.platform, "channel": place.channel, "said_id": said_id}
        insert_once(self._unit.connection, withdrawn_remarks, **key, at=at)

    def is_withdrawn(self, place: Place, said_id: str) -> bool:
        key = withdrawn_remarks.c
        query = select(key.at).where(
            key.platform == place.platform, key.channel == place.channel, key.said_id == said_id
        )
        return self._unit.connection.execute(query).first() is not None

    def set_feedback(self, question_id: str, feedback: Feedback | None) -> None:
        self._set(question_id, **_judgement(feedback))

    def set_choice(self, question_id: str, choice: int | None, shown: Message) -> None:
        self._set(question_id, choice=choice, shown=message_to_json(shown))

    def _set(self, question_id: str, **values: object) -> None:
        self._unit.connection.execute(update(questions).where(questions.c.id == question_id).values(**values))


def _answered(question: Question) -> dict[str, object]:
    return {
        "text": question.text,
        "understood": question.understood,
        "outcome": question.outcome,
        "confidence": question.confidence,
        "sources": _cited().dump_json(question.sources).decode(),
        "shown": message_to_json(question.shown),
        "choice": question.choice,
        "answered_in": place_to_json(question.answered_in) if question.answered_in else None,
    }


def _judgement(feedback: Feedback | None) -> dict[str, object]:
    return {
        "verdict": feedback.verdict if feedback else None,
        "reason": feedback.reason if feedback else None,
        "comment": feedback.comment if feedback else "",
        "judged_at": feedback.at if feedback else None,
    }


def _question(row: Row[*tuple[object, ...]]) -> Question:
    feedback = None
    if row.verdict is not None:
        reason = Reason(row.reason) if row.reason else None
        feedback = Feedback(Verdict(row.verdict), row.judged_at, reason, row.comment)
    return Question(
        id=row.id,
        person_id=row.person_id,
        person_name=row.person_name,
        place=place_from_json(row.place),
        asked_at=row.asked_at,
        text=row.text,
        understood=row.understood,
        outcome=Outcome(row.outcome),
        confidence=row.confidence,
        sources=_cited().validate_json(row.sources),
        shown=message_from_json(row.shown),
        choice=row.choice,
        feedback=feedback,
        said_id=row.said_id,
        addressed=row.addressed,
        answered_in=place_from_json(row.answered_in) if row.answered_in else None,
    )
