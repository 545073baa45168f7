"""Which timers an idea has, by how it stands; their subject is the idea. What they do is in `jobs`."""

from datetime import UTC, datetime, time, timedelta

from bot.features.ideas.model import Idea, State
from bot.storage.timers import Timers
from bot.storage.unit_of_work import UnitOfWork

LATE = "ideas.late"
VALUE = "ideas.value"
ALL = frozenset({LATE, VALUE})
VALUE_AFTER = timedelta(days=90)
"""So long after it was done it can be seen what it brings."""


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
    if idea.state is State.DONE and idea.finished_at is not None and idea.reached is None:
        return {VALUE: idea.finished_at + VALUE_AFTER}
    return {}
