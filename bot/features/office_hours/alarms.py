"""Which timers office hours have, by how they stand. What they do is in `jobs`."""

from datetime import datetime, timedelta

from bot.features.office_hours.model import OfficeHours, Session, SessionState
from bot.storage.timers import Timers
from bot.storage.unit_of_work import UnitOfWork

PLAN = "office_hours.plan"
"""Its subject is the series; those of the others are sessions."""

REMIND = "office_hours.remind"
SOON = "office_hours.soon"
BEGIN = "office_hours.begin"
END = "office_hours.end"
REMINDERS = frozenset({REMIND, SOON})
OF_SESSION = REMINDERS | {BEGIN, END}

PLAN_AGAIN = timedelta(days=7)
REMIND_BEFORE = timedelta(days=1)
SOON_BEFORE = timedelta(minutes=10)
END_AFTER = timedelta(minutes=30)
"""After its time a session that nobody finished is over."""


def set_plan_timer(hours: OfficeHours, unit: UnitOfWork, now: datetime) -> None:
    if hours.is_open:
        Timers(unit).set(PLAN, hours.id, now + PLAN_AGAIN)
    else:
        Timers(unit).clear(PLAN, hours.id)


def set_timers(session: Session, unit: UnitOfWork, now: datetime) -> None:
    """As they have to be by now, and the others cleared. What is due and has not fired yet stays; a reminder whose time
    went by already when it was wanted is not made up for."""
    timers, wanted = Timers(unit), _due_times(session)
    timers.clear_all(OF_SESSION - wanted.keys(), session.id)
    for name, at in wanted.items():
        known = timers.due_at(name, session.id)
        if known != at and (at > now or name not in REMINDERS):
            timers.set(name, session.id, at)
        elif known != at:
            timers.clear(name, session.id)


def _due_times(session: Session) -> dict[str, datetime]:
    match session.state:
        case SessionState.PLANNED:
            starts = session.starts
            return {REMIND: starts - REMIND_BEFORE, SOON: starts - SOON_BEFORE, BEGIN: starts}
        case SessionState.RUNNING:
            return {END: session.ends + END_AFTER}
    return {}
