"""What Guildhall does with a submission by itself: each None, and nothing done, where it is no longer to be done."""

from dataclasses import replace
from datetime import datetime

from bot.features.reviews.changes import put, released, released_if_all_in, seated, withdrawn
from bot.features.reviews.model import AT_WORK, Assignment, Case, Seat, State
from bot.features.reviews.store import SqlReviews


def take_assignment(store: SqlReviews, assignment_id: str) -> tuple[Case, Assignment] | None:
    """One that still owes something, of work that is in review."""
    known = store.assignment(assignment_id)
    if known is None or store.take(known.submission_id) is None:
        return None
    case = store.case(known.submission_id)
    if case is None or case.submission.state is not State.IN_REVIEW:
        return None
    return next(((case, each) for each in case.assignments if each.id == assignment_id and each.seat in AT_WORK), None)


def replace_(store: SqlReviews, assignment_id: str, now: datetime) -> Case | None:
    """They did not react, or not in time: somebody else is asked, and they may come back while the seat is free."""
    found = take_assignment(store, assignment_id)
    if found is None or now < found[1].due_at:
        return None
    case, own = found
    seated(store, own, Seat.REPLACED, now)
    return released_if_all_in(store, put(store, case.submission), now)


def release_short(store: SqlReviews, submission_id: str, now: datetime) -> Case | None:
    """With fewer reviews than its rubric wants: nobody is at work on another, and nobody is left to ask."""
    case = _in_review(store, submission_id)
    if case is None or not case.written or any(each.seat in AT_WORK for each in case.assignments):
        return None
    return released(store, case, now)


def tell_short(store: SqlReviews, submission_id: str, now: datetime) -> Case | None:
    """Once until all seats are taken."""
    case = _in_review(store, submission_id)
    if case is None or not case.free_seats or case.submission.short_told_at is not None:
        return None
    return put(store, replace(case.submission, short_told_at=now))


def close_unheard(store: SqlReviews, submission_id: str, now: datetime) -> Case | None:
    """The reviews are out, and nothing was heard of its author for long."""
    case = _taken(store, submission_id)
    if case is None or case.submission.state is not State.RELEASED:
        return None
    return put(store, replace(case.submission, state=State.CLOSED, closed_at=now))


def lapse(store: SqlReviews, submission_id: str, now: datetime) -> Case | None:
    """Returned, and not heard of for long."""
    case = _taken(store, submission_id)
    if case is None or case.submission.state is not State.RETURNED:
        return None
    return withdrawn(store, case, now)


def forget_files(store: SqlReviews, submission_id: str) -> Case | None:
    """Of what was closed long ago; an example keeps them."""
    case = _taken(store, submission_id)
    if case is None or case.submission.state is not State.CLOSED or case.submission.is_example:
        return None
    store.forget_content(submission_id)
    return put(store, replace(case.submission, files=()))


def _in_review(store: SqlReviews, submission_id: str) -> Case | None:
    case = _taken(store, submission_id)
    return case if case is not None and case.submission.state is State.IN_REVIEW else None


def _taken(store: SqlReviews, submission_id: str) -> Case | None:
    return store.case(submission_id) if store.take(submission_id) is not None else None
