"""What people see of peer reviews in chats, for `community_cards`."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.chat.moments import moment_at
from bot.chat.reply import Message
from bot.chat.turn import Place
from bot.features.reviews import list_card, submit_form, word_forms
from bot.features.reviews.author_cards import author_message
from bot.features.reviews.card_view import View
from bot.features.reviews.model import Case, Rating, Review, Seat, State, Submission, assignment_id
from bot.features.reviews.review_form import review_form
from bot.features.reviews.reviewer_cards import reviewer_message, short_message
from bot.features.reviews.rubric import Blind
from bot.features.reviews.rubric_shelf import open_rubrics
from docs.request_cards import BASE, Sheet
from tests.builders import DANA, turn
from tests.reviewed import assignment, submission

NOW = datetime(2027, 3, 2, 13, 20, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Berlin")
PRIVATE = Place("slack", "T1:D1")
DAY = timedelta(days=1)

JOURNEY = open_rubrics(None)["journey-map"]
WROTE = (("One buyer, from her side.", 3), ("The survey is from last spring.", 2), ("Two steps are still ours.", 1))


def work(state: State, **values: object) -> Submission:
    made = submission(
        rubric=JOURNEY,
        title="Renewal journey of a mid-size buyer",
        author_name="Kim Ortiz",
        given={each.id: each.hint for each in JOURNEY.needs},
        submitted_at=NOW - DAY,
        due_at=NOW + 5 * DAY,
        state=state,
        asked=2,
    )
    return replace(made, **values)


def case(state: State, *seats: Seat, **values: object) -> Case:
    asked = [
        assignment(
            number + 1,
            f"p{number}",
            person_name=("Dana Okafor", "Aiko Mori")[number],
            seat=seat,
            why="knows journey maps, answered 4 about them",
            due_at=NOW + DAY,
        )
        for number, seat in enumerate(seats)
    ]
    ratings = {each.id: Rating(WROTE[at % 3][1], WROTE[at % 3][0]) for at, each in enumerate(JOURNEY.criteria)}
    written = {
        assignment_id("r1", each.number): Review(
            each.id, "r1", ratings, "The quotes. I heard that buyer.", "Say how often each pain happens.", NOW
        )
        for each in asked
        if each.seat is Seat.HANDED_IN
    }
    return Case(work(state, **values), asked, written)


def view(of: Case, reader_id: str = DANA.id) -> View:
    return View(of, reader_id, NOW, in_words, f"{BASE}/reviews/r1")


def in_words(at: datetime) -> str:
    return moment_at(at, NOW, PRIVATE, ZONE)


def of_authors() -> Sheet:
    both = (Seat.HANDED_IN, Seat.HANDED_IN)
    missing = ("Nothing says what it rests on.", "No link and no file: reviewers have to be able to open the work.")
    running, closed = work(State.IN_REVIEW), work(State.CLOSED, title="Trial onboarding")
    returned = work(State.RETURNED, title="Adoption dashboard", rubric=open_rubrics(None)["dashboard"])
    owed = [(work(State.IN_REVIEW, title="Spring campaign"), assignment(seat=Seat.ACCEPTED, due_at=NOW + DAY))]
    listed = turn(at=NOW, place=PRIVATE)
    return {
        "The list": list_card.list_message(owed, [running, returned, closed], listed, BASE),
        "Nothing yet": list_card.list_message([], [], listed, BASE),
        "Returned": author_message(view(case(State.RETURNED, missing=missing))),
        "In review": author_message(view(case(State.IN_REVIEW, Seat.ACCEPTED, Seat.ASKED))),
        "In review, blind": author_message(view(case(State.IN_REVIEW, *both[:1], Seat.ASKED, blind=Blind.DOUBLE))),
        "Out": author_message(view(case(State.RELEASED, *both))),
        "Closed": author_message(view(case(State.CLOSED, *both, reply="Thank you, the steps are changed."))),
        "Taken back": author_message(view(case(State.WITHDRAWN))),
        "Nobody left to ask, for an admin": short_message(view(case(State.IN_REVIEW, Seat.DECLINED), "web:admin")),
    }


def of_reviewers() -> Sheet:
    def shown(state: State, *seats: Seat, **values: object) -> Message:
        made = view(case(state, *seats, **values), "p0")
        if made.own is None:
            raise LookupError("Nobody reviews it.")
        return reviewer_message(made, made.own)

    both = (Seat.HANDED_IN, Seat.HANDED_IN)
    return {
        "Asked": shown(State.IN_REVIEW, Seat.ASKED),
        "Asked, double blind": shown(State.IN_REVIEW, Seat.ASKED, blind=Blind.DOUBLE),
        "Accepted": shown(State.IN_REVIEW, Seat.ACCEPTED),
        "Handed in": shown(State.IN_REVIEW, Seat.HANDED_IN),
        "Returned": shown(State.RETURNED, Seat.ACCEPTED, missing=("What it rests on.",), returned_by="p0"),
        "Out": shown(State.RELEASED, *both),
        "The author answered": shown(State.CLOSED, *both, reply="Thank you, the steps are changed."),
        "Declined": shown(State.IN_REVIEW, Seat.DECLINED),
        "Replaced": shown(State.IN_REVIEW, Seat.REPLACED),
    }


def review_forms() -> Sheet:
    rubrics = open_rubrics(None)
    begun = submit_form.begin_with("", [])
    return {
        "Which kind": submit_form.submit_form(begun, rubrics),
        "Submit": submit_form.submit_form(begun._replace(rubric_id="journey-map"), rubrics, NOW.date() + 7 * DAY),
        "Complete": submit_form.complete_form(work(State.RETURNED, missing=("What it rests on.",)), ["Sam Lee"], ZONE),
        "Review": review_form(work(State.IN_REVIEW)),
        "Decline": word_forms.decline_form("r1"),
        "Return": word_forms.return_form("r1"),
        "Answer": word_forms.reply_form("r1"),
        "Choose": word_forms.choose_form("r1"),
    }
