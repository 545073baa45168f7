"""How a review stands for one reader: in the list, and step by step. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.features.reviews.model import AT_WORK, Case, Seat, State
from bot.features.reviews.rubric import Blind
from bot.features.reviews.showing import HIDDEN_AUTHOR, author_name


class Part(StrEnum):
    """What the reader has to do with it."""

    AUTHOR = "mine"
    REVIEWER = "asked of me"
    EXAMPLE = "examples"
    ADMIN = "all others"


class Standing(StrEnum):
    """What waits for the reader comes first."""

    COMPLETE = "yours to complete"
    ASKED = "asked of you"
    REVIEW = "yours to review"
    ANSWER = "yours to answer"
    CLOSE = "yours to close"
    IN_REVIEW = "in review"
    RETURNED = "with its author"
    HANDED_IN = "handed in"
    PASSED_ON = "passed on"
    RELEASED = "reviews are out"
    EXAMPLE = "an example"
    CLOSED = "closed"
    WITHDRAWN = "taken back"


HAS_PART = AT_WORK | {Seat.HANDED_IN}
"""Who is asked in somebody's place has theirs; the other one may write all the same while it is in review."""

WAITING = frozenset({Standing.COMPLETE, Standing.ASKED, Standing.REVIEW, Standing.ANSWER, Standing.CLOSE})


@dataclass(frozen=True, slots=True)
class Row:
    """`author` is as the reader knows them; `due_at` is by when the reader has to do something, or reviews are wished
    for, None where nothing is due."""

    case: Case
    part: Part
    standing: Standing
    author: str
    due_at: datetime | None

    @property
    def waits(self) -> bool:
        return self.standing in WAITING


def row_of(case: Case, reader_id: str) -> Row:
    submission, own = case.submission, case.of(reader_id)
    due_at = submission.due_at if submission.state is State.IN_REVIEW else None
    if submission.is_by(reader_id):
        return Row(case, Part.AUTHOR, _for_author(case, reader_id), "You", due_at)
    if own is not None and (own.seat in HAS_PART or (own.seat is Seat.REPLACED and due_at is not None)):
        due_at = own.due_at if own.seat in AT_WORK and due_at is not None else None
        return Row(case, Part.REVIEWER, _for_reviewer(case, own.seat), author_name(case, reader_id), due_at)
    is_example = submission.is_example and submission.state is State.CLOSED
    part = Part.EXAMPLE if is_example else Part.ADMIN
    is_hidden = is_example and submission.blind is Blind.DOUBLE
    author = HIDDEN_AUTHOR if is_hidden else author_name(case, reader_id)
    return Row(case, part, _for_others(case), author, due_at)


def in_order(rows: Iterable[Row]) -> Sequence[Row]:
    """What waits for the reader first, the first due first; of the rest the newest."""
    places = list(Standing)

    def place(row: Row) -> tuple[bool, int, float]:
        sent = row.case.submission.submitted_at
        if row.waits:
            return False, places.index(row.standing), (row.due_at or sent).timestamp()
        return True, 0, -sent.timestamp()

    return sorted(rows, key=place)


class Pace(StrEnum):
    DONE = "done"
    NOW = "now"
    AHEAD = "to come"


@dataclass(frozen=True, slots=True)
class Step:
    """One of the stations of a review. `at` is when it was reached, or is wished for while that is `is_wish`."""

    title: str
    pace: Pace
    note: str = ""
    at: datetime | None = None
    is_wish: bool = False


def steps_of(case: Case) -> Sequence[Step]:
    """The way from the submission to the end, with what is reached so far. It names nobody."""
    found = case.submission
    accepted = sum(1 for each in case.assignments if each.seat in (Seat.ACCEPTED, Seat.HANDED_IN))
    written, is_out = len(case.written), found.released_at is not None
    is_complete = found.complete_at is not None and found.state is not State.RETURNED
    is_staffed = is_complete and (is_out or accepted >= found.seats)
    steps = [
        Step("Submitted", Pace.DONE, at=found.submitted_at),
        _step("Complete", is_complete, True, "Something is missing", found.complete_at),
        _step("Reviewers accepted", is_staffed, is_complete, f"{accepted} of {found.seats} so far"),
        _step("Reviews out", is_out, is_staffed, f"{written} of {found.seats} handed in", found.released_at),
        _step("Answered", bool(found.reply), is_out, "Its author reads them", found.replied_at),
        _step("Closed", found.state is State.CLOSED, bool(found.reply), "Its author closes it", found.closed_at),
    ]
    if found.state is State.WITHDRAWN:
        return [*(each for each in steps if each.pace is Pace.DONE), Step("Taken back", Pace.DONE, at=found.closed_at)]
    if found.state is State.CLOSED and not found.reply:
        steps[4] = Step("Answered", Pace.AHEAD, "Its author did not answer")
    if found.state is State.IN_REVIEW:
        steps[3] = Step("Reviews out", steps[3].pace, steps[3].note, found.due_at, is_wish=True)
    return steps


def _step(title: str, is_done: bool, is_next: bool, note: str, at: datetime | None = None) -> Step:
    if is_done:
        return Step(title, Pace.DONE, at=at)
    return Step(title, Pace.NOW, note) if is_next else Step(title, Pace.AHEAD)


def _for_author(case: Case, reader_id: str) -> Standing:
    """Who only worked on it too decides nothing."""
    found, decides = case.submission, case.submission.author_id == reader_id
    match found.state:
        case State.RETURNED:
            return Standing.COMPLETE if decides else Standing.RETURNED
        case State.RELEASED if decides:
            return Standing.CLOSE if found.reply else Standing.ANSWER
    return _for_others(case)


def _for_reviewer(case: Case, seat: Seat) -> Standing:
    if case.submission.state is not State.IN_REVIEW:
        return _for_others(case)
    standings = {
        Seat.ASKED: Standing.ASKED,
        Seat.ACCEPTED: Standing.REVIEW,
        Seat.HANDED_IN: Standing.HANDED_IN,
        Seat.REPLACED: Standing.PASSED_ON,
    }
    return standings.get(seat, Standing.IN_REVIEW)


def _for_others(case: Case) -> Standing:
    match case.submission.state:
        case State.RETURNED:
            return Standing.RETURNED
        case State.IN_REVIEW:
            return Standing.IN_REVIEW
        case State.RELEASED:
            return Standing.RELEASED
        case State.CLOSED:
            return Standing.EXAMPLE if case.submission.is_example else Standing.CLOSED
        case State.WITHDRAWN:
            return Standing.WITHDRAWN
