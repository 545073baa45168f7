"""Which timers an escalation has, by how it stands. What they do is in `jobs`."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.features.escalations.desk import Case
from bot.features.escalations.model import Escalation, State, Step
from bot.features.escalations.terms import MARGIN, due_after, hours_of, policy_for
from bot.storage.timers import Timers
from bot.storage.unit_of_work import UnitOfWork
from scheduler.working_hours import WorkingHours

OFFER = "escalations.offer"
REMIND = "escalations.remind"
OVERDUE = "escalations.overdue"
RELEASE = "escalations.release"
WAKE = "escalations.wake"
CLOSE = "escalations.close"
NAMES = frozenset({OFFER, REMIND, OVERDUE, RELEASE, WAKE, CLOSE})

CLOSE_AFTER = timedelta(days=5)
REMIND_ASKER_AFTER = timedelta(days=2)
LOOK_AGAIN = timedelta(days=1)
"""Of one that everybody was asked about: somebody may have come who knows."""

FAR_BACK = 21


def set_timers(case: Case, unit: UnitOfWork, now: datetime) -> None:
    """Fills `desk.Follows`: after each change the timers are as they have to be, and the others cleared. What was due
    before now has fired or is about to, so nothing fires twice however often this is asked for."""
    escalation, timers = case.escalation, Timers(unit)
    wanted = due_times(case, unit, now)
    is_nobodys_turn = escalation.state is State.OPEN and not escalation.offered_to
    timers.clear_all(NAMES - wanted.keys(), escalation.id)
    for name, at in wanted.items():
        if at > now or is_nobodys_turn:
            timers.set(name, escalation.id, at)


def due_times(case: Case, unit: UnitOfWork, now: datetime) -> Mapping[str, datetime]:
    """By timer. Of how it stands alone, so that it comes out the same each time."""
    escalation = case.escalation
    match escalation.state:
        case State.OPEN:
            return {OFFER: _next_offer(escalation, unit, now)}
        case State.CLAIMED:
            return _of_owner(escalation, unit)
        case State.ASKED_BACK:
            asked = [entry.at for entry in case.log if entry.step is Step.ASKED_BACK]
            return {REMIND: asked[-1] + REMIND_ASKER_AFTER} if asked else {}
        case State.ANSWERED if escalation.answered_at is not None:
            return {CLOSE: escalation.answered_at + CLOSE_AFTER}
    return {}


def _next_offer(escalation: Escalation, unit: UnitOfWork, now: datetime) -> datetime:
    if escalation.offered_to:
        since = escalation.offered_at or escalation.opened_at
        return due_after(policy_for(escalation, unit).next_after, escalation.offered_to, unit, since)
    if escalation.lead_told_at is None:
        return now
    days = (now - escalation.lead_told_at) // LOOK_AGAIN
    return escalation.lead_told_at + (days + 1) * LOOK_AGAIN


def _of_owner(escalation: Escalation, unit: UnitOfWork) -> Mapping[str, datetime]:
    due_at, snoozed = escalation.due_at, escalation.snoozed_until
    if due_at is None:
        return {}
    margin = policy_for(escalation, unit).answer_within / MARGIN
    hours = hours_of(escalation.owner_id, unit)
    wanted = {
        REMIND: before(hours, due_at, margin),
        OVERDUE: due_at,
        RELEASE: hours.due_at(due_at, margin) or due_at + margin,
    }
    if snoozed is not None:
        wanted[WAKE] = snoozed
        if wanted[REMIND] <= snoozed:
            del wanted[REMIND]
    return wanted


def before(hours: WorkingHours, end: datetime, work: timedelta) -> datetime:
    """The moment from which so much working time is left until `end`; by the clock where there is less in the weeks
    before."""
    for days in range(1, FAR_BACK + 1):
        start = end - timedelta(days=days)
        worked = hours.between(start, end)
        if worked >= work:
            at = hours.due_at(start, worked - work) or end - work
            return hours.next_open(at) or at  # in the morning rather than on the evening before
    return end - work
