"""Submissions, reviewers and reviews for tests, with what a test does not care about filled in."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.chat.turn import Place
from bot.features.reviews.model import Assignment, Link, Rating, Review, State, Submission, assignment_id
from bot.features.reviews.rubric import Criterion, Level, Need, Rubric
from tests.builders import DANA, NOON

DAY = timedelta(days=1)
SCALE = (Level("Missing", "Nothing."), Level("Begun", "Some."), Level("Solid", "Enough."))
RUBRIC = Rubric(
    id="journey-map",
    title="Journey map",
    about="How customers get there.",
    criteria=(Criterion("focus", "Focus", ("One persona?",), SCALE), Criterion("view", "View", ("Theirs?",), SCALE)),
    needs=(Need("persona", "Whose journey it is", "Renewal buyer"),),
    topics=("journey map",),
)
WORK = Link("The map", "https://example.com/map")
PRIVATE = Place("web", DANA.id, "reviews")


def rubric(**values: object) -> Rubric:
    return replace(RUBRIC, **values)


def submission(submission_id: str = "r1", **values: object) -> Submission:
    """Complete, and not looked at yet."""
    made = Submission(
        id=submission_id,
        rubric=RUBRIC,
        title="Renewal journey",
        author_id=DANA.id,
        author_name=DANA.name,
        private=PRIVATE,
        submitted_at=NOON,
        due_at=NOON + 7 * DAY,
        about="From reminder to signature.",
        wanted="Is it too long for a workshop?",
        links=(WORK,),
        given={"persona": "Renewal buyer in Berlin"},
    )
    return replace(made, **values)


def in_review(submission_id: str = "r1", **values: object) -> Submission:
    return submission(submission_id, **{"state": State.IN_REVIEW, "complete_at": NOON, **values})


def assignment(number: int = 1, person_id: str = "web:kim", **values: object) -> Assignment:
    made = Assignment(
        id=assignment_id("r1", number),
        submission_id="r1",
        number=number,
        person_id=person_id,
        person_name=f"Person {person_id}",
        asked_at=NOON,
        due_at=NOON + DAY,
    )
    return replace(made, **values)


def review(number: int = 1, *, level: int | None = 2, at: datetime = NOON, **values: object) -> Review:
    ratings = {each.id: Rating(level, "Because.") for each in RUBRIC.criteria}
    made = Review(assignment_id("r1", number), "r1", ratings, "The quotes.", "Fewer steps.", at)
    return replace(made, **values)
