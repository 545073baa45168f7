"""What the clock does with a submission and its reviewers. Each looks how it stands, for that may have changed."""

from collections.abc import Mapping
from datetime import datetime

from bot.features.feature import TimerHandler
from bot.features.reviews import alarms, automatic
from bot.features.reviews.desk import Desk
from bot.features.reviews.model import Case, Seat, State, What
from bot.features.reviews.reviewers import Reviewers
from bot.features.reviews.store import SqlReviews
from bot.storage.timers import Timers
from bot.storage.unit_of_work import UnitOfWork


class ReviewJobs:
    def __init__(self, desk: Desk, reviewers: Reviewers) -> None:
        self._desk = desk
        self._reviewers = reviewers

    def timers(self) -> Mapping[str, TimerHandler]:
        """For `Feature.timers`."""
        return {
            alarms.ASK: self.ask,
            alarms.AUTHOR: self.remind_author,
            alarms.END: self.end,
            alarms.FILES: self.forget_files,
            alarms.REMIND: self.remind,
            alarms.OVERDUE: self.tell_overdue,
            alarms.REPLACE: self.replace,
        }

    def ask(self, subject: str, now: datetime, unit: UnitOfWork) -> None:
        """As many as there are seats. With nobody left, what there is comes out once nobody is at work any more; where
        there is nothing yet, whoever looks after it is told, and it is tried again each day."""
        with unit.database.reading() as before:
            found = SqlReviews(before).get(subject)
        if found is None or found.state is not State.IN_REVIEW:
            return
        self._reviewers.ready(found)
        store = SqlReviews(unit)
        case = _taken(store, subject)
        if case is None or not case.free_seats:
            return
        for candidate in self._reviewers.ranked(case, unit, now)[: case.free_seats]:
            case = self._desk.assign(subject, candidate, unit, now)
        if not case.free_seats or self._desk.release_short(subject, unit, now) is not None:
            return
        if self._desk.tell_short(subject, unit, now) is None:  # it is known already
            Timers(unit).set(alarms.ASK, subject, now + alarms.LOOK_AGAIN)

    def remind(self, subject: str, now: datetime, unit: UnitOfWork) -> None:
        """Whoever has not said yet whether they will, or not handed in."""
        if found := automatic.take_assignment(SqlReviews(unit), subject):
            self._desk.remind(What.REMINDED, *found, unit, now)

    def tell_overdue(self, subject: str, now: datetime, unit: UnitOfWork) -> None:
        found = automatic.take_assignment(SqlReviews(unit), subject)
        if found is not None and found[1].seat is Seat.ACCEPTED and found[1].due_at <= now:
            self._desk.remind(What.OVERDUE, *found, unit, now)

    def replace(self, subject: str, now: datetime, unit: UnitOfWork) -> None:
        self._desk.replace(subject, unit, now)

    def remind_author(self, subject: str, now: datetime, unit: UnitOfWork) -> None:
        """Who has to complete their work, answer, or close."""
        case = SqlReviews(unit).case(subject)
        if case is not None and case.submission.state in (State.RETURNED, State.RELEASED):
            self._desk.remind(What.AUTHOR_REMINDED, case, None, unit, now)

    def end(self, subject: str, now: datetime, unit: UnitOfWork) -> None:
        if self._desk.close_unheard(subject, unit, now) is None:
            self._desk.lapse(subject, unit, now)

    def forget_files(self, subject: str, now: datetime, unit: UnitOfWork) -> None:
        self._desk.forget_files(subject, unit, now)


def _taken(store: SqlReviews, submission_id: str) -> Case | None:
    found = store.case(submission_id) if store.take(submission_id) is not None else None
    return found if found is not None and found.submission.state is State.IN_REVIEW else None
