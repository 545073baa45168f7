"""What is for colleagues alone."""

from bot.chat.errors import UserFacingError
from bot.chat.turn import EVERYONE, Person

NOT_FOR_GUESTS = "Only colleagues can do that, so nothing was changed."
STRANGER = (
    "Your chat has not said yet who you are, so nothing was changed. Write “help” to Guildhall in a chat of your own, "
    "then try again."
)


def check_colleague(person: Person, refused: str = NOT_FOR_GUESTS) -> None:
    """Raises UserFacingError: for a guest with what is `refused`, for whom the platform has yet to name with what to
    do."""
    if EVERYONE not in person.principals:
        raise UserFacingError(STRANGER if person.is_stranger else refused)
