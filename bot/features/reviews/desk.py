"""Where everything that happens to a submission comes by: the use case, the audit log, and what follows from it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from bot.chat.turn import Person
from bot.features.page import Upload
from bot.features.reviews import automatic, files, terms, use_cases
from bot.features.reviews.matching import Candidate
from bot.features.reviews.model import AT_WORK, Assignment, Case, Review, Seat, State, Submission, What
from bot.features.reviews.reviewers import Teams, no_teams
from bot.features.reviews.rubric import Blind
from bot.features.reviews.store import SqlReviews
from bot.storage.audit import AuditEntry, record
from bot.storage.unit_of_work import UnitOfWork

CLOCK = "clock"


class Follows(Protocol):
    """What follows from a change, in the same transaction: people are told, timers set or cleared, the library
    follows. `about` is whose seat it concerns, None where it concerns all."""

    def __call__(self, what: What, case: Case, about: Assignment | None, unit: UnitOfWork, now: datetime) -> None: ...


class Desk:
    """One for chat, timers and pages. Each method checks who may, and raises UserFacingError where it is not done;
    those of the clock give None where there is nothing to do any more."""

    def __init__(self, follows: Sequence[Follows] = (), teams: Teams = no_teams) -> None:
        self._follows = tuple(follows)
        self._teams = teams

    # What the author does

    def submit(self, submission: Submission, person: Person, unit: UnitOfWork, now: datetime) -> Case:
        own = self._teams([person.id], unit).get(person.id, frozenset())
        case = use_cases.submit(SqlReviews(unit), replace(submission, team=own), person, now)
        return self._done(_submitted(case, What.SUBMITTED), case, person.id, unit, now)

    def resubmit(self, changed: Submission, person: Person, unit: UnitOfWork, now: datetime) -> Case:
        store = SqlReviews(unit)
        case = use_cases.resubmit(store, changed, person, self._due_anew(store, changed, unit, now), now)
        return self._done(_submitted(case, What.RESUBMITTED), case, person.id, unit, now)

    def withdraw(self, submission_id: str, person: Person, unit: UnitOfWork, now: datetime) -> Case:
        case = use_cases.withdraw(SqlReviews(unit), submission_id, person, now)
        return self._done(What.WITHDRAWN, case, person.id, unit, now)

    def add_files(
        self, submission_id: str, person: Person, uploads: Sequence[Upload], unit: UnitOfWork, now: datetime
    ) -> Case:
        store = SqlReviews(unit)
        known = store.get(submission_id)
        case = files.add(store, submission_id, person, uploads, now)
        goes_on = known is not None and known.state is not case.submission.state
        return self._done(What.SUBMITTED if goes_on else What.FILES, case, person.id, unit, now)

    def take_out_file(self, submission_id: str, person: Person, file_id: str, unit: UnitOfWork, now: datetime) -> Case:
        case = files.take_out(SqlReviews(unit), submission_id, person, file_id, now)
        return self._done(What.FILES, case, person.id, unit, now)

    def release(self, submission_id: str, person: Person, unit: UnitOfWork, now: datetime) -> Case:
        case = use_cases.release(SqlReviews(unit), submission_id, person, now)
        return self._done(What.RELEASED, case, person.id, unit, now)

    def answer(self, submission_id: str, person: Person, text: str, unit: UnitOfWork, now: datetime) -> Case:
        case = use_cases.answer(SqlReviews(unit), submission_id, person, text, now)
        return self._done(What.ANSWERED, case, person.id, unit, now)

    def close(self, submission_id: str, person: Person, unit: UnitOfWork, now: datetime) -> Case:
        case = use_cases.close(SqlReviews(unit), submission_id, person, now)
        return self._done(What.CLOSED, case, person.id, unit, now)

    def show(self, submission_id: str, person: Person, is_example: bool, unit: UnitOfWork, now: datetime) -> Case:
        case = use_cases.show(SqlReviews(unit), submission_id, person, is_example, now)
        return self._done(What.SHOWN if is_example else What.HIDDEN, case, person.id, unit, now)

    # What reviewers do

    def accept(self, submission_id: str, person: Person, unit: UnitOfWork, now: datetime) -> Case:
        store = SqlReviews(unit)
        known = store.get(submission_id)
        due_at = terms.review_due(known, person.id, unit, now) if known else now
        case = use_cases.accept(store, submission_id, person, due_at, now)
        return self._done(What.ACCEPTED, case, person.id, unit, now, case.of(person.id))

    def decline(self, submission_id: str, person: Person, word: str, unit: UnitOfWork, now: datetime) -> Case:
        case = use_cases.decline(SqlReviews(unit), submission_id, person, word, now)
        self._done(What.DECLINED, case, person.id, unit, now, case.of(person.id))
        return self._released(case, unit, now)

    def return_(self, submission_id: str, person: Person, missing: str, unit: UnitOfWork, now: datetime) -> Case:
        case = use_cases.return_(SqlReviews(unit), submission_id, person, missing, now)
        return self._done(What.RETURNED, case, person.id, unit, now, case.of(person.id))

    def write(self, submission_id: str, person: Person, written: Review, unit: UnitOfWork) -> Case:
        now = written.written_at
        case = use_cases.write(SqlReviews(unit), submission_id, person, written)
        self._done(What.HANDED_IN, case, person.id, unit, now, case.of(person.id))
        return self._released(case, unit, now)

    # What is done for them: `by` is the id of the admin who chose, or the clock's

    def assign(
        self, submission_id: str, candidate: Candidate, unit: UnitOfWork, now: datetime, by: str = CLOCK
    ) -> Case:
        """An admin who chooses has made sure that it is a colleague. What their teams are is looked up here."""
        store = SqlReviews(unit)
        known = store.get(submission_id)
        due_at = terms.reply_due(known, candidate.person_id, unit, now) if known else now
        asked = Assignment(
            id="",
            submission_id=submission_id,
            number=0,
            person_id=candidate.person_id,
            person_name=candidate.name,
            asked_at=now,
            due_at=due_at,
            why=candidate.why,
            by="" if by == CLOCK else by,
        )
        teams = self._teams([candidate.person_id], unit).get(candidate.person_id, frozenset())
        case = use_cases.assign(store, submission_id, asked, teams | candidate.teams, now)
        return self._done(What.ASKED, case, by, unit, now, case.of(candidate.person_id))

    def replace(self, assignment_id: str, unit: UnitOfWork, now: datetime) -> Case | None:
        case = automatic.replace_(SqlReviews(unit), assignment_id, now)
        if case is None:
            return None
        about = next(each for each in case.assignments if each.id == assignment_id)
        self._done(What.REPLACED, case, CLOCK, unit, now, about)
        return self._released(case, unit, now)

    def release_short(self, submission_id: str, unit: UnitOfWork, now: datetime) -> Case | None:
        case = automatic.release_short(SqlReviews(unit), submission_id, now)
        return case and self._done(What.RELEASED, case, CLOCK, unit, now)

    def tell_short(self, submission_id: str, unit: UnitOfWork, now: datetime) -> Case | None:
        case = automatic.tell_short(SqlReviews(unit), submission_id, now)
        return case and self._done(What.SHORT, case, CLOCK, unit, now)

    def close_unheard(self, submission_id: str, unit: UnitOfWork, now: datetime) -> Case | None:
        case = automatic.close_unheard(SqlReviews(unit), submission_id, now)
        return case and self._done(What.CLOSED, case, CLOCK, unit, now)

    def lapse(self, submission_id: str, unit: UnitOfWork, now: datetime) -> Case | None:
        case = automatic.lapse(SqlReviews(unit), submission_id, now)
        return case and self._done(What.LAPSED, case, CLOCK, unit, now)

    def forget_files(self, submission_id: str, unit: UnitOfWork, now: datetime) -> Case | None:
        case = automatic.forget_files(SqlReviews(unit), submission_id)
        return case and self._done(What.FILES, case, CLOCK, unit, now)

    def remind(self, what: What, case: Case, about: Assignment | None, unit: UnitOfWork, now: datetime) -> None:
        """Nothing changed, and somebody has to hear of it."""
        for each in self._follows:
            each(what, case, about, unit, now)

    def _due_anew(
        self, store: SqlReviews, changed: Submission, unit: UnitOfWork, now: datetime
    ) -> Mapping[str, datetime]:
        """Of those who are at work while it was away: their time begins again."""
        known = store.case(changed.id)
        if known is None:
            return {}
        due = {Seat.ASKED: terms.reply_due, Seat.ACCEPTED: terms.review_due}
        return {
            each.id: due[each.seat](changed, each.person_id, unit, now)
            for each in known.assignments
            if each.seat in AT_WORK
        }

    def _released(self, case: Case, unit: UnitOfWork, now: datetime) -> Case:
        """What one of them did may have been the last thing that was missing."""
        is_out = case.submission.state is State.RELEASED
        return self._done(What.RELEASED, case, CLOCK, unit, now) if is_out else case

    def _done(
        self, what: What, case: Case, by: str, unit: UnitOfWork, now: datetime, about: Assignment | None = None
    ) -> Case:
        details = (
            {"reviewer": logged_as(case, about.person_id)} if about is not None and about.person_id != by else None
        )
        record(unit, AuditEntry(now, logged_as(case, by), f"review {what}", case.submission.id, details))
        for each in self._follows:
            each(what, case, about, unit, now)
        return case


def logged_as(case: Case, person_id: str) -> str:
    """By their seat where they are to stay unknown: the log is read by admins, who may be on the other side."""
    submission, own = case.submission, case.of(person_id)
    if submission.blind is not Blind.OPEN and own is not None:
        return own.id
    return submission.id if submission.blind is Blind.DOUBLE and person_id == submission.author_id else person_id


def _submitted(case: Case, what: What) -> What:
    return What.RETURNED if case.submission.state is State.RETURNED else what
