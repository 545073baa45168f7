"""A closed review is something to tell of."""

from datetime import datetime

from bot.chat.errors import UserFacingError
from bot.chat.reply import Button
from bot.chat.turn import Person
from bot.features.reviews import use_cases
from bot.features.reviews.model import State, Submission
from bot.features.reviews.store import SqlReviews
from bot.features.stories.acts import tell
from bot.features.stories.origin import Beginning
from bot.storage.unit_of_work import UnitOfWork

KIND = "review"
NOT_YET = "That review is not closed, or the work is not yours, so there is nothing to tell of yet."


def button(submission: Submission) -> Button:
    return tell(f"{KIND}/{submission.id}")


def as_beginning(subject: str, person: Person, unit: UnitOfWork, now: datetime) -> Beginning:
    """Fills `Origin` for those whose work it is: what they submitted, not what their reviewers wrote."""
    found = use_cases.seen_by(SqlReviews(unit), subject, person).submission
    if found.state is not State.CLOSED or not found.is_by(person.id):
        raise UserFacingError(NOT_YET)
    return Beginning(title=found.title, done=found.about)
