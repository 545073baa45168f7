"""What a FAQ draft is. Pure."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.chat.turn import EVERYONE, Place
from bot.features.library.model import COMPANY

QUESTION_LIMIT = 300
WORD_LIMIT = 500
ASK = "faq.ask"
"""The timer that brings a draft to those who decide; its subject is the draft's id."""

LIVE = "faq.live"
"""The timer that tells what else has to know that an entry is live, or says something else; its subject is the
entry's id."""

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
class Link:
    """A document or a file that the answer names. `url` is https."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Draft:
    """`author` is who is quoted, `source_url` where it was said; both empty where the platform does not say.
    `author_id` is theirs where Guildhall knows who they are. `place` is where only the saver reads, None where they
    cannot be written to: their confirmation stands there. `entry_id` is the entry that it became, or that it was
    merged into; `word` is what its saver was told when it was rejected.

    `audience`, `hub` and `topics` become the entry's. `people` are the names of those who took part: in its words
    their first names are personal too."""

    id: str
    question: str
    answer: str
    saved_by: str
    saved_by_name: str
    saved_at: datetime
    place: Place | None
    author: str = ""
    source_url: str = ""
    state: DraftState = DraftState.WAITING
    entry_id: str = ""
    decided_by: str = ""
    decided_by_name: str = ""
    word: str = ""
    author_id: str = ""
    links: tuple[Link, ...] = ()
    audience: frozenset[str] = frozenset({EVERYONE})
    hub: str = COMPANY
    topics: tuple[str, ...] = ()
    people: tuple[str, ...] = ()

    @property
    def is_own(self) -> bool:
        """Whether its saver said it."""
        return self.author_id == self.saved_by

    @property
    def message_key(self) -> str:
        return f"faq-draft-{self.id}"

    @property
    def review_key(self) -> str:
        """Of the cards of those who decide."""
        return f"faq-review-{self.id}"

    @property
    def edition(self) -> str:
        """Of its words: a decision is for what was read, not for what somebody made of it since."""
        return hashlib.sha256(f"{self.question}\n{self.answer}".encode()).hexdigest()[:12]
