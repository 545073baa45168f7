"""What holds for an escalation: the policy of where it was asked, and the hours of whoever owes something."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.features.channels.model import USUAL, Policy
from bot.features.channels.store import SqlChannels
from bot.features.channels.use_cases import policy_of
from bot.features.escalations.model import Escalation
from bot.features.experts.model import Expert, today_of, working_hours
from bot.features.experts.store import SqlExperts
from bot.storage.people import KnownPerson, People
from bot.storage.unit_of_work import UnitOfWork
from scheduler.working_hours import WorkingHours

MARGIN = 4
"""A quarter of the time for an answer: so long before it is due its owner is reminded, as long after it, it goes on."""

LONG_AGO = datetime.min.replace(tzinfo=UTC)


def policy_for(escalation: Escalation, unit: UnitOfWork) -> Policy:
    place = escalation.place
    return policy_of(SqlChannels(unit), place) if place.is_shared else USUAL


def hours_of(person_id: str, unit: UnitOfWork) -> WorkingHours:
    """Their own; of a colleague who is no expert the usual ones, in their zone. Without an absence: who claims
    something is there for it, and what is handed to somebody who is away does not wait until they are back."""
    expert = SqlExperts(unit).get(person_id) or Expert(person_id, LONG_AGO)
    return working_hours(
        replace(expert, back_on=None), People(unit).get(person_id) or KnownPerson(person_id, "", LONG_AGO)
    )


def due_after(work: timedelta, person_id: str, unit: UnitOfWork, now: datetime) -> datetime:
    """When so much of their working time has passed; by the clock for somebody who has none, so that it is due."""
    return hours_of(person_id, unit).due_at(now, work) or now + work


def answer_due(escalation: Escalation, person_id: str, unit: UnitOfWork, now: datetime) -> datetime:
    """When an answer is due that this person owes from now on; what was left of it where they had asked back."""
    work = escalation.time_left
    return due_after(policy_for(escalation, unit).answer_within if work is None else work, person_id, unit, now)


def time_left(escalation: Escalation, unit: UnitOfWork, now: datetime) -> timedelta | None:
    """Of its owner's working time until it is due, for when they have the word again: never too little to go on."""
    if escalation.due_at is None:
        return None
    least = policy_for(escalation, unit).answer_within / MARGIN
    return max(hours_of(escalation.owner_id, unit).between(now, escalation.due_at), least)


def is_away(person_id: str, unit: UnitOfWork, now: datetime) -> bool:
    """Somebody who left the experts, or Guildhall, is."""
    expert, person = SqlExperts(unit).get(person_id), People(unit).get(person_id)
    return expert is None or person is None or expert.is_away(today_of(person, now))
