"""The steps that all changes of a submission are made of: taken, checked, put back under its next revision."""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from bot.chat.errors import UserFacingError
from bot.chat.turn import Person
from bot.features.reviews.model import AT_WORK, RUNNING, Assignment, Case, Seat, State, Submission
from bot.features.reviews.rubric import Blind
from bot.features.reviews.store import SqlReviews

GONE = "That review is no longer kept, so nothing was changed. Submit the work again."
COLLISION = "Somebody changed this at the same moment, so nothing of yours was changed. Try again."
NOT_AUTHOR = "Only its author can do that, so nothing was changed. Submit your own work at any time."
NOT_REVIEWER = "You are not asked to review this, so nothing was changed. You need not do anything."
OWN = "This is your own work, so nothing was changed. Somebody else has to review it."

STRICTNESS = (Blind.OPEN, Blind.SINGLE, Blind.DOUBLE)


def take(store: SqlReviews, submission_id: str) -> Case:
    """For whoever is going to change it: the next one waits until this transaction is over."""
    taken = store.take(submission_id)
    found = store.case(submission_id) if taken is not None else None
    if found is None:
        raise UserFacingError(GONE)
    return found


def put(store: SqlReviews, changed: Submission) -> Case:
    """`changed` is what was taken, with its changes; what stands beside it was changed before."""
    counted = replace(changed, revision=changed.revision + 1)
    if not store.change(counted):
        raise UserFacingError(COLLISION)
    found = store.case(changed.id)
    if found is None:
        raise UserFacingError(GONE)
    return found


def seated(store: SqlReviews, assignment: Assignment, seat: Seat, now: datetime, word: str = "") -> Assignment:
    """Whatever they owed is over."""
    ended = replace(assignment, seat=seat, ended_at=now, word=word or assignment.word)
    store.put_assignment(ended)
    return ended


def released(store: SqlReviews, case: Case, now: datetime) -> Case:
    """Everybody who has handed in is read at the same moment; of the others nothing is needed any more."""
    for each in case.assignments:
        if each.seat in AT_WORK:
            seated(store, each, Seat.GONE, now)
    return put(store, replace(case.submission, state=State.RELEASED, released_at=now, short_told_at=None))


def released_if_all_in(store: SqlReviews, case: Case, now: datetime) -> Case:
    """All seats are taken, and whoever has one has handed in: nobody knows more by waiting."""
    is_all_in = not case.free_seats and len(case.written) == len(case.held)
    return released(store, case, now) if is_all_in and case.submission.state is State.IN_REVIEW else case


def withdrawn(store: SqlReviews, case: Case, now: datetime) -> Case:
    """Its files are deleted."""
    for each in case.assignments:
        if each.seat in AT_WORK:
            seated(store, each, Seat.GONE, now)
    store.forget_content(case.submission.id)
    return put(store, replace(case.submission, state=State.WITHDRAWN, closed_at=now, files=()))


def stricter(one: Blind, other: Blind) -> Blind:
    return max(one, other, key=STRICTNESS.index)


def check_author(case: Case, person: Person) -> None:
    if case.submission.author_id != person.id:
        raise UserFacingError(NOT_AUTHOR)


def check_running(case: Case) -> None:
    if case.submission.state in RUNNING:
        return
    raise UserFacingError(over(case.submission.state))


def check_in_review(case: Case) -> None:
    if case.submission.state is State.RETURNED:
        raise UserFacingError(
            "This went back to its author, who completes it first, so nothing was changed. You will hear when it is on."
        )
    check_running(case)


def check_released(case: Case) -> None:
    if case.submission.state is State.RELEASED:
        return
    if case.submission.is_running:
        raise UserFacingError("The reviews are not out yet, so nothing was changed. You will hear when they are.")
    raise UserFacingError(over(case.submission.state))


def over(state: State) -> str:
    match state:
        case State.RELEASED:
            return "The reviews are out already, so nothing was changed. Read them there."
        case State.CLOSED:
            return "This review is closed, so nothing was changed. What it came to stands there."
        case State.WITHDRAWN:
            return "This was taken back, so nothing was changed. You need not do anything."
        case State.RETURNED | State.IN_REVIEW:
            return "The review is still going on, so nothing was changed."
        case _:
            assert_never(state)


def seat_of(case: Case, person: Person, *allowed: Seat) -> Assignment:
    """Theirs, if it is one of these; never of their own work, whoever they have proved to be since they were asked."""
    if case.submission.is_by(person.id):
        raise UserFacingError(OWN)
    own = case.of(person.id)
    if own is not None and own.seat in allowed:
        return own
    if own is not None and own.seat is Seat.HANDED_IN:
        raise UserFacingError("You have handed in your review, so nothing was changed. Thank you.")
    if own is not None and own.seat is Seat.REPLACED:
        raise UserFacingError(
            "Somebody else was asked in your place, so nothing was changed. You need not do anything."
        )
    if own is not None and own.seat is Seat.ACCEPTED:
        raise UserFacingError("You have accepted this already, so nothing was changed. Write your review, or decline.")
    if own is not None and own.seat is Seat.ASKED:
        raise UserFacingError("Say first whether you will review this. Nothing was changed.")
    raise UserFacingError(NOT_REVIEWER)
