"""What people do with work that is reviewed. The caller owns the transaction, and settles what follows: cards, timers.

Each raises UserFacingError where it is not to be done, and then nothing was changed. What Guildhall does by itself is
in `automatic`. `due_at` is by the working hours of whoever owes something."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.chat.colleagues import check_colleague
from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.turn import Person
from bot.features.reviews.changes import (
    GONE,
    NOT_AUTHOR,
    NOT_REVIEWER,
    check_author,
    check_in_review,
    check_released,
    check_running,
    put,
    released,
    released_if_all_in,
    seat_of,
    seated,
    stricter,
    take,
    withdrawn,
)
from bot.features.reviews.example import is_exemplary
from bot.features.reviews.model import (
    AT_WORK,
    READABLE,
    TEXT_LIMIT,
    WORD_LIMIT,
    Assignment,
    Case,
    Review,
    Seat,
    State,
    Submission,
    assignment_id,
)
from bot.features.reviews.readiness import is_said, lacks
from bot.features.reviews.store import SqlReviews
from bot.features.reviews.writing import problems

DAY = timedelta(days=1)
MOST_A_DAY = 20
"""Pieces of work that one person submits within a day: for each colleagues are asked, and files are kept."""


def submit(store: SqlReviews, submission: Submission, person: Person, now: datetime) -> Case:
    """Complete it goes into review; else it is returned at once, with what is missing. Its author may have it blinder
    than its rubric says, never less so."""
    check_colleague(person)
    if submission.author_id != person.id:
        raise UserFacingError(NOT_AUTHOR)
    if store.submitted_since(person.id, now - DAY) >= MOST_A_DAY:
        raise UserFacingError(f"That is more than {MOST_A_DAY} in a day, so nothing was submitted. Go on tomorrow.")
    rubric = submission.rubric
    fresh = replace(
        submission,
        blind=stricter(rubric.blind, submission.blind),
        seats=rubric.reviewers,
        with_ids=submission.with_ids - {person.id},
        revision=1,
    )
    if not store.add(judged(fresh, now)):
        raise UserFacingError("You have submitted this already, so nothing was changed. It shows there how it stands.")
    return take(store, submission.id)


def resubmit(
    store: SqlReviews, changed: Submission, person: Person, due: Mapping[str, datetime], now: datetime
) -> Case:
    """After it was returned. Reviewers whom it has already go on, and `due` is when, by assignment. Who worked on it
    is not said anew once somebody was asked: it would be a way to choose reviewers."""
    case = take(store, changed.id)
    check_author(case, person)
    found = case.submission
    if found.state is not State.RETURNED:
        check_running(case)
        raise UserFacingError("It is in review already, so nothing was changed. Reviewers read it as it stands.")
    completed = replace(
        found,
        title=changed.title,
        about=changed.about,
        wanted=changed.wanted,
        links=changed.links,
        given=changed.given,
        due_at=changed.due_at,
        with_ids=found.with_ids if found.asked else changed.with_ids - {person.id},
    )
    looked_at = judged(completed, now)
    if looked_at.state is State.IN_REVIEW:
        for each in case.assignments:
            if each.seat in AT_WORK:
                store.put_assignment(replace(each, due_at=due.get(each.id, each.due_at)))
    return put(store, looked_at)


def return_(store: SqlReviews, submission_id: str, person: Person, missing: str, now: datetime) -> Case:
    """By a reviewer who cannot begin: a link that does not open, a part that is not there. Nothing is due until the
    author has completed it."""
    case = take(store, submission_id)
    check_in_review(case)
    seat_of(case, person, Seat.ACCEPTED)
    if not is_said(missing) or len(missing) > WORD_LIMIT:
        raise FormRejected({"missing": f"Say in at most {WORD_LIMIT} characters what is missing, please."})
    back = replace(
        case.submission, state=State.RETURNED, missing=(missing.strip(),), returned_by=person.id, returned_at=now
    )
    return put(store, back)


def withdraw(store: SqlReviews, submission_id: str, person: Person, now: datetime) -> Case:
    """By its author, before the reviews are out."""
    case = take(store, submission_id)
    check_author(case, person)
    check_running(case)
    return withdrawn(store, case, now)


def assign(
    store: SqlReviews,
    submission_id: str,
    reviewer: Assignment,
    teams: frozenset[str],
    now: datetime,
) -> Case:
    """`reviewer` says who is asked, why, by whom and until when; its number is given here. `teams` are theirs. A
    reviewer whom an admin chooses has to stand as far from the work as one whom Guildhall finds."""
    case = take(store, submission_id)
    check_in_review(case)
    submission, who = case.submission, reviewer.person_name
    if not case.free_seats:
        raise UserFacingError("It has all the reviewers that it needs, so nothing was changed.")
    if submission.is_by(reviewer.person_id):
        raise UserFacingError(f"It is the work of {who}, so nothing was changed. Choose somebody else.")
    if submission.keeps_apart(reviewer.person_id, teams):
        raise UserFacingError(f"{who} is of the author's team, so nothing was changed. Choose somebody else.")
    number = submission.asked + 1
    asked = replace(
        reviewer,
        id=assignment_id(submission_id, number),
        submission_id=submission_id,
        number=number,
        seat=Seat.ASKED,
        asked_at=now,
    )
    if not store.add_assignment(asked):
        raise UserFacingError(f"{who} was asked about this already, so nothing was changed. Choose somebody else.")
    told = submission.short_told_at if case.free_seats > 1 else None
    return put(store, replace(submission, asked=number, short_told_at=told))


def accept(store: SqlReviews, submission_id: str, person: Person, due_at: datetime, now: datetime) -> Case:
    """Also after they declined or their time went by, as long as a seat is free."""
    check_colleague(person)
    case = take(store, submission_id)
    check_in_review(case)
    returns = (Seat.DECLINED, Seat.REPLACED) if case.free_seats else ()
    own = seat_of(case, person, Seat.ASKED, *returns)
    store.put_assignment(
        replace(own, seat=Seat.ACCEPTED, accepted_at=now, due_at=due_at, ended_at=None, word="")
    )  # fmt: skip
    told = None if case.free_seats == 1 and own.seat in returns else case.submission.short_told_at
    return put(store, replace(case.submission, short_told_at=told))


def decline(store: SqlReviews, submission_id: str, person: Person, word: str, now: datetime) -> Case:
    """Asked, or after they accepted; somebody else is asked. `word` says why, and may be empty."""
    case = take(store, submission_id)
    check_running(case)
    own = seat_of(case, person, Seat.ASKED, Seat.ACCEPTED)
    seated(store, own, Seat.DECLINED, now, word.strip()[:WORD_LIMIT])
    return released_if_all_in(store, put(store, case.submission), now)


def write(store: SqlReviews, submission_id: str, person: Person, written: Review) -> Case:
    """Whoever was asked accepts with it, and one that comes late is welcome too. It may be written anew until all are
    in; then all are out at once. Raises FormRejected with problems by criterion, and for `good` and `better`."""
    check_colleague(person)
    case = take(store, submission_id)
    check_in_review(case)
    own = seat_of(case, person, Seat.ASKED, Seat.ACCEPTED, Seat.HANDED_IN, Seat.REPLACED)
    if wrong := problems(written, case.submission.rubric):
        raise FormRejected(wrong)
    now = written.written_at
    store.put_review(replace(written, assignment_id=own.id, submission_id=submission_id))
    store.put_assignment(
        replace(own, seat=Seat.HANDED_IN, accepted_at=own.accepted_at or now, ended_at=now)
    )  # fmt: skip
    return released_if_all_in(store, put(store, case.submission), now)


def release(store: SqlReviews, submission_id: str, person: Person, now: datetime) -> Case:
    """What there is by the day for which reviews were wished: its author need not wait for the rest. An admin may
    earlier."""
    case = take(store, submission_id)
    check_in_review(case)
    if not person.is_admin:
        check_author(case, person)
    if person.is_admin and case.of(person.id) is not None:
        raise UserFacingError("You review this yourself, so nothing was changed. Another admin can release it.")
    if not case.written:
        raise UserFacingError(
            "Nobody has handed in a review yet, so nothing was changed. You will hear when one is in."
        )
    if now < case.submission.due_at and not person.is_admin:
        raise UserFacingError("Reviewers still have time, so nothing was changed. You get all reviews together.")
    return released(store, case, now)


def answer(store: SqlReviews, submission_id: str, person: Person, text: str, now: datetime) -> Case:
    """By its author, to all reviewers: what they make of it. May be said anew until it is closed."""
    case = take(store, submission_id)
    check_author(case, person)
    check_released(case)
    if not is_said(text) or len(text) > TEXT_LIMIT:
        raise FormRejected({"reply": f"Say in at most {TEXT_LIMIT} characters what you make of it, please."})
    return put(store, replace(case.submission, reply=text.strip(), replied_at=now))


def close(store: SqlReviews, submission_id: str, person: Person, now: datetime) -> Case:
    """Once its author has answered: reviewers want to know what became of it."""
    case = take(store, submission_id)
    check_author(case, person)
    check_released(case)
    if not case.submission.reply:
        raise UserFacingError("Tell your reviewers first what you make of it. It was not closed, and nothing is lost.")
    return put(store, replace(case.submission, state=State.CLOSED, closed_at=now))


def show(store: SqlReviews, submission_id: str, person: Person, is_example: bool, now: datetime) -> Case:
    """Its author's consent that others see it as what good looks like, or the end of it. Nobody else can give it."""
    case = take(store, submission_id)
    check_author(case, person)
    if case.submission.state not in READABLE:
        check_released(case)
    if is_example and not is_exemplary(case):
        raise UserFacingError("Its reviews do not call it an example for others yet, so nothing was changed.")
    return put(store, replace(case.submission, is_example=is_example))


def seen_by(store: SqlReviews, submission_id: str, person: Person) -> Case:
    """For reading: for whoever made it, is asked to review it, has reviewed it, and admins. Which reviews and names
    they see is `showing`'s to say. Raises UserFacingError."""
    found = store.case(submission_id)
    if found is None:
        raise UserFacingError(GONE)
    own = found.of(person.id)
    if found.submission.is_by(person.id) or person.is_admin:
        return found
    if own is None or own.seat in (Seat.DECLINED, Seat.GONE):
        raise UserFacingError(NOT_REVIEWER)
    return found


def judged(submission: Submission, now: datetime) -> Submission:
    """In review where nothing is missing, returned with what is where something is."""
    missing = lacks(submission, now)
    if missing:
        return replace(submission, state=State.RETURNED, missing=missing, returned_by="", returned_at=now)
    complete_at = submission.complete_at or now
    return replace(
        submission, state=State.IN_REVIEW, missing=(), returned_by="", returned_at=None, complete_at=complete_at
    )
