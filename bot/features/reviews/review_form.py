"""The form in which a review is written, made of its rubric's criteria; and what was written in it."""

from collections.abc import Mapping
from datetime import datetime

from bot.chat.errors import FormRejected
from bot.chat.form import ChoiceField, Field, Form, TextField, Values, one
from bot.chat.wording import shortened
from bot.features.reviews.acts import WRITE
from bot.features.reviews.model import ANSWER_LIMIT, NO_RATING, TEXT_LIMIT, Rating, Review, Submission
from bot.features.reviews.namesakes import names_them
from bot.features.reviews.rubric import Blind, Criterion, Level, Rubric

CANNOT = "none"
CANNOT_LABEL = "I cannot judge it"
WHEN_NEEDED = "What made you choose that level. Needed for the lowest, and where you cannot judge it."
OPTION_LENGTH = 75
HINT_LENGTH = 200
WANTED_LENGTH = 500
NAMELESS = "Its author does not learn who you are: leave your name out, and links that show it."

NAMED = "Your name stands here, and its author is not to learn it. Say it without, please."


def review_form(submission: Submission, written: Review | None = None) -> Form:
    """For its reviewer. `written` is what they wrote before."""
    wanted = f"Feedback is wanted on: {shortened(submission.wanted, WANTED_LENGTH)}"
    title = shortened(submission.title, WANTED_LENGTH)
    intro = [f"“{title}”. {wanted}", *_meanings(submission.rubric)]
    if submission.blind is not Blind.OPEN:
        intro.append(NAMELESS)
    return _form(submission, written, "\n\n".join(intro))


def bare_review_form(submission: Submission) -> Form:
    """For checking what was sent: it tells nothing of the work."""
    return _form(submission, None, "")


def review_from(values: Values, submission: Submission, now: datetime) -> Review:
    """Of whose it is and whether it is complete its use case has to see."""
    ratings = {each.id: _rating(values, each) for each in submission.rubric.criteria}
    return Review("", submission.id, ratings, one(values, "good"), one(values, "better"), now)


def beside_fields(problems: Mapping[str, str], review: Review) -> Mapping[str, str]:
    """By the form's fields: what lacks in a criterion is mostly its comment."""
    return {_field(name, review): problem for name, problem in problems.items()}


def texts_of(review: Review) -> Mapping[str, str]:
    """What its reviewer wrote, by field."""
    comments = {f"comment-{name}": each.comment for name, each in review.ratings.items()}
    return {**comments, "good": review.good, "better": review.better}


def check_nameless(texts: Mapping[str, str], name: str, submission: Submission) -> None:
    """Raises FormRejected where a reviewer who is to stay unknown names themselves."""
    if submission.blind is Blind.OPEN:
        return
    if named := {field: NAMED for field, text in texts.items() if names_them(text, name)}:
        raise FormRejected(named)


def _form(submission: Submission, written: Review | None, intro: str) -> Form:
    fields: list[Field] = []
    for number, criterion in enumerate(submission.rubric.criteria):
        rating = written.ratings.get(criterion.id) if written else None
        fields += _criterion_fields(criterion, rating, "" if number else WHEN_NEEDED)
    for name, label, text in (
        ("good", "What should stay", written.good if written else ""),
        ("better", "What would make it better", written.better if written else ""),
    ):
        fields.append(TextField(name, label, initial=text, multiline=True, max_length=TEXT_LIMIT))
    return Form(WRITE, "Your review", tuple(fields), "Hand in", intro, submission.id, lasts=True)


def _criterion_fields(criterion: Criterion, rating: Rating | None, hint: str) -> tuple[Field, Field]:
    chosen = () if rating is None else (CANNOT if rating.level is NO_RATING else str(rating.level),)
    options = tuple(
        (str(number), shortened(_meaning(each), OPTION_LENGTH)) for number, each in enumerate(criterion.scale)
    )
    return (
        ChoiceField(
            f"level-{criterion.id}",
            criterion.title,
            (*options, (CANNOT, CANNOT_LABEL)),
            hint=shortened(" ".join(criterion.asks), HINT_LENGTH),
            initial=chosen,
        ),
        TextField(
            f"comment-{criterion.id}",
            f"{criterion.title}: why?",
            hint=hint,
            initial=rating.comment if rating else "",
            required=False,
            multiline=True,
            max_length=2 * ANSWER_LIMIT,
        ),
    )


def _meanings(rubric: Rubric) -> list[str]:
    """Whole, of the levels whose meaning does not fit beside its choice."""
    levels = dict.fromkeys(level for criterion in rubric.criteria for level in criterion.scale)
    return [_meaning(each) for each in levels if len(_meaning(each)) > OPTION_LENGTH]


def _meaning(level: Level) -> str:
    return f"{level.name} – {level.means}" if level.means else level.name


def _rating(values: Values, criterion: Criterion) -> Rating:
    chosen = one(values, f"level-{criterion.id}")
    level = int(chosen) if chosen.isdecimal() and chosen.isascii() else NO_RATING
    return Rating(level, one(values, f"comment-{criterion.id}"))


def _field(name: str, review: Review) -> str:
    rating = review.ratings.get(name)
    if rating is None:
        return name
    return f"comment-{name}"
