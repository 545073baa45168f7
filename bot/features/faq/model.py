"""What a FAQ draft is. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.chat.turn import Place

QUESTION_LIMIT = 300
ANSWER_LIMIT = 3_000  # what one field of a form takes on every platform


class DraftState(StrEnum):
    """`withdrawn` by whoever saved it, `deleted` by an admin; both can be undone."""

    WAITING = "waiting"
    WITHDRAWN = "withdrawn"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Draft:
    """`author` is who is quoted, `source_url` where it was said; both empty where the platform does not say.
    `place` is where only the saver reads: their confirmation stands there."""

    id: str
    question: str
    answer: str
    saved_by: str
    saved_by_name: str
    saved_at: datetime
    place: Place
    author: str = ""
    source_url: str = ""
    state: DraftState = DraftState.WAITING

    @property
    def message_key(self) -> str:
        return f"faq-draft-{self.id}"
