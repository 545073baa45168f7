"""Who may read a submission: whoever has a part in it, and everybody what its author lets others see."""

from bot.chat.errors import UserFacingError
from bot.chat.turn import EVERYONE, Person
from bot.features.reviews import use_cases
from bot.features.reviews.changes import GONE
from bot.features.reviews.example import Example, example_of, is_shown
from bot.features.reviews.model import Case, File
from bot.features.reviews.showing import files_for
from bot.features.reviews.store import SqlReviews


def case_for(store: SqlReviews, submission_id: str, person: Person) -> Case | Example:
    """The example alone for whoever has no part in it. Raises UserFacingError."""
    try:
        return use_cases.seen_by(store, submission_id, person)
    except UserFacingError:
        case = store.case(submission_id)
        if case is None or not is_shown(case) or EVERYONE not in person.principals:
            raise
        return example_of(case)


def file_for(store: SqlReviews, submission_id: str, person: Person, file_id: str) -> tuple[File, bytes]:
    """Under the name by which they know it. Raises UserFacingError."""
    seen = case_for(store, submission_id, person)
    named = seen.files if isinstance(seen, Example) else files_for(seen, person.id)
    found = next((each for each in named if each.id == file_id), None)
    content = store.content(submission_id, file_id) if found is not None else None
    if found is None or content is None:
        raise UserFacingError(GONE)
    return found, content
