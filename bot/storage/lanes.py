"""Which deliveries may go now: per channel one at a time, in order, and no faster than its platform allows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, exists, func, or_, select

from bot.storage.outbox import OutboxState, outbox
from bot.storage.unit_of_work import UnitOfWork

AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Heads:
    """Row ids that may go now, and when the next one may; None when nothing waits."""

    ready: tuple[int, ...]
    next_at: datetime | None


def heads(unit: UnitOfWork, now: datetime, pace: Mapping[str, timedelta]) -> Heads:
    """The first of each lane; what waits for its hour is not in line yet. `pace` is the least time between two
    deliveries in a lane, by platform."""
    other, last = outbox.alias(), outbox.alias()
    behind = exists().where(
        other.c.lane == outbox.c.lane,
        or_(
            other.c.state == OutboxState.SENDING,
            and_(
                other.c.state == OutboxState.WAITING,
                other.c.id < outbox.c.id,
                or_(other.c.not_before.is_(None), other.c.not_before <= now),
            ),
        ),
    )
    begun = select(func.max(last.c.sending_at)).where(last.c.lane == outbox.c.lane).scalar_subquery()
    platforms = or_(*(outbox.c.lane.startswith(f"{platform}/", autoescape=True) for platform in pace))
    query = (
        select(outbox.c.id, outbox.c.lane, outbox.c.due_at, begun.label("begun_at"))
        .where(outbox.c.state == OutboxState.WAITING, platforms, ~behind)
        .order_by(outbox.c.due_at, outbox.c.id)
        .limit(AT_ONCE)
    )
    ready: list[int] = []
    later: list[datetime] = []
    for row in unit.connection.execute(query):
        free_at = row.due_at
        if row.begun_at is not None:
            free_at = max(free_at, row.begun_at + pace[row.lane.partition("/")[0]])
        if free_at <= now:
            ready.append(row.id)
        else:
            later.append(free_at)
    return Heads(tuple(ready), min(later, default=None))
