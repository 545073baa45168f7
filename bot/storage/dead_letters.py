"""Deliveries that the relay gave up, and what an admin decides about each."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, func, update

from bot.storage.outbox import Delivery, OutboxState, deliveries, delivery_in, messages, outbox
from bot.storage.unit_of_work import UnitOfWork
from bot.storage.wakeups import OUTBOX


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A delivery that waits for an admin: it failed, or nobody can say whether it arrived."""

    delivery: Delivery
    state: OutboxState
    reason: str
    since: datetime


_DEAD = outbox.c.state.in_((OutboxState.FAILED, OutboxState.UNKNOWN))
_CURRENT = and_(_DEAD, outbox.c.version == messages.c.version)
"""Not what a newer version has made good."""


class DeadLetters:
    """Rows of the outbox inside one unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def newest(self, limit: int = 50) -> list[DeadLetter]:
        """What failed or is parked, newest first."""
        query = deliveries().where(_CURRENT)
        rows = self._unit.connection.execute(query.order_by(outbox.c.id.desc()).limit(limit))
        return [DeadLetter(delivery_in(row), OutboxState(row.state), row.error, row.finished_at) for row in rows]

    def count(self) -> int:
        """Of all that wait for an admin."""
        query = deliveries().where(_CURRENT).with_only_columns(func.count())
        return int(self._unit.connection.execute(query).scalar_one())

    def send_again(self, row_id: int, now: datetime) -> bool:
        """False where it no longer stands among the dead letters; so with the next two."""
        self._unit.wake(OUTBOX)
        again = update(outbox).where(outbox.c.id == row_id, _DEAD)
        values = {"state": OutboxState.WAITING, "attempts": 0, "due_at": now, "finished_at": None, "error": ""}
        return self._unit.connection.execute(again.values(**values)).rowcount == 1

    def mark_arrived(self, row_id: int, now: datetime) -> bool:
        """For one that is parked. Later versions are posted anew: nobody knows the platform's id."""
        parked = update(outbox).where(outbox.c.id == row_id, outbox.c.state == OutboxState.UNKNOWN)
        return self._unit.connection.execute(parked.values(state=OutboxState.SENT, finished_at=now)).rowcount == 1

    def drop(self, row_id: int) -> bool:
        return self._unit.connection.execute(delete(outbox).where(outbox.c.id == row_id, _DEAD)).rowcount == 1
