"""Which timers an idea has, by how it stands; their subject is the idea. What they do is in `jobs`."""

from datetime import UTC, datetime, time, timedelta

from bot.features.ideas.model import Idea, State
from bot.storage.timers import Timers
from bot.storage.unit_of_work import UnitOfWork

LATE = "ideas.late"
VALUE = "ideas.value"
ALL = frozenset({LATE, VALUE})
VALUE_AFTER = timedelta(days=90)
"""So long after it was done it can be seen what it brings; and so long it is until that is asked again."""

MOST_ASKED = 4
"""Within a year it is known, or nobody will ever know."""


def set_timers(idea: Idea, unit: UnitOfWork) -> None:
    """As they have to be by now, and the others cleared."""
    timers, wanted = Timers(unit), _due_times(idea)
    timers.clear_all(ALL - wanted.keys(), idea.id)
    for name, at in wanted.items():
        if timers.due_at(name, idea.id) != at:
            timers.set(name, idea.id, at)


def _due_times(idea: Idea) -> dict[str, datetime]:
    if idea.state is State.UNDER_WAY and idea.ends_on is not None:
        return {LATE: datetime.combine(idea.ends_on + timedelta(days=1), time(9), UTC)}
    value_at = next_value_at(idea, idea.changed_at) if idea.changed_at is not None else None
    return {VALUE: value_at} if value_at is not None else {}


def next_value_at(idea: Idea, now: datetime) -> datetime | None:
    """When it is asked what it brought, after now; None where that is known, or was asked often enough."""
    if idea.state is not State.DONE or idea.finished_at is None or idea.reached is not None:
        return None
    times = [idea.finished_at + each * VALUE_AFTER for each in range(1, MOST_ASKED + 1)]
    return next((each for each in times if each > now), None)
