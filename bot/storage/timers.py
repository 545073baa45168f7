"""Timers: what is due when. Written with the state that they belong to; the timekeeper fires each once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Column, ColumnElement, Index, Integer, String, Table, and_, delete, func, select, text, update

from bot.storage.engine import is_postgresql
from bot.storage.tables import UtcDateTime, insert_or_change, metadata
from bot.storage.unit_of_work import UnitOfWork
from bot.storage.wakeups import TIMERS

timers = Table(
    "timers",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("subject", String(200), primary_key=True),
    Column("due_at", UtcDateTime, nullable=False),
    Column("token", String(32), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("error", String(500), nullable=False),
    Index(None, "due_at"),
)


@dataclass(frozen=True, slots=True)
class Timer:
    """`name` says who handles it, `subject` what it is about. `token` is new with each setting. `attempts` have
    failed, the last one with `error`."""

    name: str
    subject: str
    due_at: datetime
    token: str
    attempts: int = 0
    error: str = ""


class TimerGone(Exception):
    """It was fired, set anew or cleared meanwhile, or another replica fires it at this moment."""


class Timers:
    """Rows inside one unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def set(self, name: str, subject: str, due_at: datetime) -> None:
        """In place of the one with this name and subject, if there is one. One that is due already fires soon after
        the commit."""
        token = uuid4().hex
        insert_or_change(
            self._unit.connection, timers, {"due_at": due_at, "token": token, "attempts": 0, "error": ""},
            name=name, subject=subject, due_at=due_at, token=token, attempts=0, error="",
        )  # fmt: skip
        self._unit.wake(TIMERS)

    def clear(self, name: str, subject: str) -> None:
        self.clear_all([name], subject)

    def clear_all(self, names: Collection[str], subject: str) -> None:
        self._unit.connection.execute(delete(timers).where(timers.c.name.in_(names), timers.c.subject == subject))

    def due_at(self, name: str, subject: str) -> datetime | None:
        query = select(timers.c.due_at).where(timers.c.name == name, timers.c.subject == subject)
        return self._unit.connection.execute(query).scalar()

    def due(self, names: Collection[str], now: datetime, limit: int = 100) -> list[Timer]:
        """What is due by `now`, the longest first."""
        query = select(timers).where(timers.c.name.in_(names), timers.c.due_at <= now)
        rows = self._unit.connection.execute(query.order_by(timers.c.due_at, timers.c.token).limit(limit))
        return [Timer(row.name, row.subject, row.due_at, row.token, row.attempts, row.error) for row in rows]

    def next_at(self, names: Collection[str]) -> datetime | None:
        query = select(timers.c.due_at).where(timers.c.name.in_(names)).order_by(timers.c.due_at).limit(1)
        return self._unit.connection.execute(query).scalar()

    def take(self, timer: Timer) -> None:
        """Nobody else takes it until the end of the transaction. Raises TimerGone."""
        # Not the row: whoever changes what it is about locks that first and the timer after it, as its handler does.
        if is_postgresql(self._unit.database.engine):
            locked = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:token, 0))")
            if not self._unit.connection.execute(locked, {"token": timer.token}).scalar_one():
                raise TimerGone
        if self._unit.connection.execute(select(timers.c.name).where(_is(timer))).first() is None:
            raise TimerGone

    def done(self, timer: Timer) -> None:
        """It has fired. What its handler set under the same name stays."""
        self._unit.connection.execute(delete(timers).where(_is(timer)))

    def failed(self, timer: Timer, error: str, due_at: datetime) -> None:
        """Fire again at `due_at`."""
        again = update(timers).where(_is(timer))
        values = {"attempts": timer.attempts + 1, "error": error[:500], "due_at": due_at}
        self._unit.connection.execute(again.values(**values))

    def retried(self, names: Collection[str]) -> list[Timer]:
        """Those that failed and are tried again, the longest due first."""
        rows = select(timers).where(timers.c.name.in_(names), timers.c.attempts > 0).order_by(timers.c.due_at)
        return [Timer(**row._mapping) for row in self._unit.connection.execute(rows)]

    def failing(self, attempts: int) -> int:
        """How many failed at least so often."""
        query = select(func.count()).select_from(timers).where(timers.c.attempts >= attempts)
        return int(self._unit.connection.execute(query).scalar_one())


def _is(timer: Timer) -> ColumnElement[bool]:
    return and_(timers.c.name == timer.name, timers.c.subject == timer.subject, timers.c.token == timer.token)
