"""What a FAQ draft is. Pure."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.chat.turn import Place

QUESTION_LIMIT = 300
WORD_LIMIT = 500
ANSWER_LIMIT = 3_000  # what one field of a form takes on every platform


class DraftState(StrEnum):
    """`withdrawn` by whoever saved it, `deleted` by an admin; both can be undone. `approved`: what it says is an
    entry, or part of one. `rejected`: with a word to whoever saved it."""

    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Draft:
    """`author` is who is quoted, `source_url` where it was said; both empty where the platform does not say.
    `place` is where only the saver reads: their confirmation stands there. `entry_id` is the entry that it became, or
    that it was merged into; `word` is what its saver was told when it was rejected."""

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
    entry_id: str = ""
    decided_by: str = ""
    decided_by_name: str = ""
    word: str = ""

    @property
    def message_key(self) -> str:
        return f"faq-draft-{self.id}"

    @property
    def edition(self) -> str:
        """Of its words: a decision is for what was read, not for what somebody made of it since."""
        return hashlib.sha256(f"{self.question}\n{self.answer}".encode()).hexdigest()[:12]
