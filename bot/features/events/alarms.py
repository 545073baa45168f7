"""Which timers an event has, by how it stands; their subject is the event. What they do is in `jobs`."""

from datetime import datetime, timedelta

from bot.features.events.model import Event, EventState
from bot.storage.timers import Timers
from bot.storage.unit_of_work import UnitOfWork

REMIND = "events.remind"
SOON = "events.soon"
END = "events.end"
REMINDERS = frozenset({REMIND, SOON})
ALL = REMINDERS | {END}

REMIND_BEFORE = timedelta(days=1)
SOON_BEFORE = timedelta(minutes=15)
MORNING = timedelta(hours=9)
"""At nine in the morning, not at midnight, people are told of what takes whole days."""


def set_timers(event: Event, unit: UnitOfWork, now: datetime) -> None:
    """As they have to be by now, and the others cleared. A reminder whose time went by already is not made up for."""
    timers, wanted = Timers(unit), _due_times(event)
    timers.clear_all(ALL - wanted.keys(), event.id)
    for name, at in wanted.items():
        known = timers.due_at(name, event.id)
        if known != at and (at > now or name not in REMINDERS):
            timers.set(name, event.id, at)
        elif known != at:
            timers.clear(name, event.id)


def _due_times(event: Event) -> dict[str, datetime]:
    if event.state is not EventState.ANNOUNCED:
        return {}
    if event.has_whole_days:
        return {REMIND: event.starts - REMIND_BEFORE + MORNING, END: event.ends + MORNING}
    return {REMIND: event.starts - REMIND_BEFORE, SOON: event.starts - SOON_BEFORE, END: event.ends}
