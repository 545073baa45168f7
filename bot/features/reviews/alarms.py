"""Which timers a submission and its reviewers have, by how they stand. What they do is in `jobs`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.features.reviews.model import AT_WORK, Assignment, Case, Seat, State, What
from bot.features.reviews.terms import reminded_at, replaced_at
from bot.storage.timers import Timers
from bot.storage.unit_of_work import UnitOfWork

ASK = "reviews.ask"
AUTHOR = "reviews.author"
END = "reviews.end"
FILES = "reviews.files"
OF_SUBMISSION = frozenset({ASK, AUTHOR, END, FILES})

REMIND = "reviews.remind"
OVERDUE = "reviews.overdue"
REPLACE = "reviews.replace"
OF_REVIEWER = frozenset({REMIND, OVERDUE, REPLACE})

LOOK_AGAIN = timedelta(days=1)
"""Where nobody can be asked: somebody may have come who knows, or has time again."""

FREED = frozenset({What.DECLINED, What.REPLACED})
"""Then somebody else is asked at once, even if nobody was left for another seat."""

REMIND_AUTHOR_AFTER = timedelta(days=3)
END_AFTER = timedelta(days=14)
FILES_KEPT = timedelta(days=365)
"""After a review is closed; those of an example as long as it is one."""


@dataclass(frozen=True, slots=True)
class Alarms:
    """Called, it fills `desk.Follows`."""

    files_kept: timedelta = FILES_KEPT

    def __call__(self, what: What, case: Case, about: Assignment | None, unit: UnitOfWork, now: datetime) -> None:
        """After each change the timers are as they have to be, and the others cleared. What was due before now has
        fired or is about to, so nothing fires twice however often this is asked for."""
        timers, submission = Timers(unit), case.submission
        wanted = self._of_submission(case, what in FREED, now)
        timers.clear_all(OF_SUBMISSION - wanted.keys(), submission.id)
        for name, at in wanted.items():
            if at > now or name in (ASK, FILES):
                timers.set(name, submission.id, at)
        for each in case.assignments:
            theirs = _of_reviewer(case, each, unit, now if what is What.RESUBMITTED else None)
            timers.clear_all(OF_REVIEWER - theirs.keys(), each.id)
            for name, at in theirs.items():
                if at > now:
                    timers.set(name, each.id, at)

    def _of_submission(self, case: Case, is_freed: bool, now: datetime) -> Mapping[str, datetime]:
        submission = case.submission
        match submission.state:
            case State.IN_REVIEW if case.free_seats:
                told = submission.short_told_at
                return {ASK: now if told is None or is_freed else told + ((now - told) // LOOK_AGAIN + 1) * LOOK_AGAIN}
            case State.RETURNED if submission.returned_at is not None:
                return _of_author(submission.returned_at)
            case State.RELEASED if submission.released_at is not None:
                return _of_author(submission.replied_at or submission.released_at)
            case State.CLOSED if submission.closed_at is not None and submission.files and not submission.is_example:
                return {FILES: submission.closed_at + self.files_kept}
        return {}


def _of_author(since: datetime) -> Mapping[str, datetime]:
    return {AUTHOR: since + REMIND_AUTHOR_AFTER, END: since + END_AFTER}


def _of_reviewer(
    case: Case, assignment: Assignment, unit: UnitOfWork, since: datetime | None
) -> Mapping[str, datetime]:
    if case.submission.state is not State.IN_REVIEW or assignment.seat not in AT_WORK:
        return {}
    remind = {REMIND: reminded_at(assignment, unit, since)}
    if assignment.seat is Seat.ASKED:
        return {**remind, REPLACE: assignment.due_at}
    return {**remind, OVERDUE: assignment.due_at, REPLACE: replaced_at(case.submission, assignment, unit)}
