"""By when somebody has to reply or review, by their own working hours."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.features.experts.model import Expert, working_hours
from bot.features.experts.store import SqlExperts
from bot.features.reviews.model import Assignment, Submission
from bot.storage.people import KnownPerson, People
from bot.storage.unit_of_work import UnitOfWork
from scheduler.working_hours import WorkingHours

LONG_AGO = datetime.min.replace(tzinfo=UTC)

GRACE = 4
"""A quarter of the time for a review: so much working time after it is due somebody else is asked."""

SPENT = 0.75
"""Of their time, when they are reminded."""


def hours_of(person_id: str, unit: UnitOfWork) -> WorkingHours:
    """Their own, without an absence: who is asked is there. Of somebody who is no expert the usual ones."""
    expert = SqlExperts(unit).get(person_id) or Expert(person_id, LONG_AGO)
    person = People(unit).get(person_id) or KnownPerson(person_id, "", LONG_AGO)
    return working_hours(replace(expert, back_on=None), person)


def due_after(work: timedelta, person_id: str, unit: UnitOfWork, start: datetime) -> datetime:
    """When so much of their working time has passed; by the clock for somebody who has none, so that it is due."""
    return hours_of(person_id, unit).due_at(start, work) or start + work


def reply_due(submission: Submission, person_id: str, unit: UnitOfWork, now: datetime) -> datetime:
    return due_after(submission.rubric.replies_within, person_id, unit, now)


def review_due(submission: Submission, person_id: str, unit: UnitOfWork, now: datetime) -> datetime:
    """When reviews are wished for; later for whoever would have less time than their rubric says."""
    return max(submission.due_at, due_after(submission.rubric.within, person_id, unit, now))


def replaced_at(submission: Submission, assignment: Assignment, unit: UnitOfWork) -> datetime:
    """Long enough after it was due to give their seat to somebody else."""
    return due_after(submission.rubric.within / GRACE, assignment.person_id, unit, assignment.due_at)


def reminded_at(assignment: Assignment, unit: UnitOfWork, since: datetime | None = None) -> datetime:
    """When most of their working time is over, and some is left. `since` is when it began anew, if it did."""
    start, end = since or assignment.accepted_at or assignment.asked_at, assignment.due_at
    hours = hours_of(assignment.person_id, unit)
    return hours.due_at(start, hours.between(start, end) * SPENT) or start + (end - start) * SPENT
