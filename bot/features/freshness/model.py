"""What is asked about a document, and how that stands. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.chat.turn import Place
from knowledge.document import SourceDocument

RENEWED_FOR = timedelta(days=365)
"""How long a "still true" holds."""

SOON = timedelta(days=14)
"""So long before the date its owner is asked."""

REMINDED_AFTER = (timedelta(days=7), timedelta(days=14), timedelta(days=14))
"""After each time of asking; after the last one it goes to the curators."""

A_DAY = 3
"""Documents about which one person is asked on one day."""

REMARK_LENGTH = 300
REMARKS = 3


class Reason(StrEnum):
    """Why it is asked, the lightest first."""

    DUE = "due"
    VOTED_DOWN = "voted down"
    CONTRADICTED = "contradicted"

    @property
    def weight(self) -> int:
        return list(Reason).index(self)


class State(StrEnum):
    """`asked`: its owner is. `with curators`: nobody else sees to it. `changed`: it was, in its source or among the
    entries, or it is gone, so that there is nothing to ask any more."""

    ASKED = "asked"
    CURATORS = "with curators"
    CONFIRMED = "confirmed"
    EDITED = "edited"
    RETIRED = "retired"
    CHANGED = "changed"


OPEN = frozenset({State.ASKED, State.CURATORS})


@dataclass(frozen=True, slots=True)
class Check:
    """One question to an owner. `subject` is a document's id, or its file's where the date is the whole file's; `title`
    is how it was called. `because` is one line that says why, `remarks` what people wrote who were not helped.

    `person_id` is who is asked, empty where nobody is known; they were asked `times` times, the last time at
    `asked_at`. `edition` is what the documents said then. `revision` counts changes: one is made to the revision that
    was read, or not at all.
    """

    id: str
    subject: str
    title: str
    reason: Reason
    opened_at: datetime
    because: str = ""
    remarks: tuple[str, ...] = ()
    escalation_id: str = ""
    edition: str = ""
    due_on: date | None = None
    person_id: str = ""
    asked_at: datetime | None = None
    times: int = 0
    state: State = State.ASKED
    decided_at: datetime | None = None
    decided_by: str = ""
    decided_by_name: str = ""
    revision: int = 1

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


@dataclass(frozen=True, slots=True)
class Card:
    """A message in which a check stands, brought up to date with it."""

    check_id: str
    person_id: str
    place: Place
    key: str


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Somebody said that it still holds. `id` is the check's by which they were asked, or its own. `review_by` is the
    date that it had before: `until` counts as long as nobody has given it another one."""

    id: str
    subject: str
    until: date
    review_by: date | None
    at: datetime
    person_id: str
    person_name: str


def file_of(document: SourceDocument) -> str:
    """The id of what stands in the source as one file; entries of a FAQ add their anchor to it."""
    whole = f"{document.source}/{document.path}"
    return whole if document.id.startswith(f"{whole}#") else document.id


def holds_until(document: SourceDocument, confirmation: Confirmation | None) -> date | None:
    """By when somebody looks again. What has no date gets none by being confirmed."""
    if document.review_by is None or confirmation is None or document.review_by != confirmation.review_by:
        return document.review_by
    return confirmation.until


def is_due(review_by: date | None, today: date) -> bool:
    return review_by is not None and review_by <= today + SOON


def next_time(check: Check) -> timedelta | None:
    """How long after asking it is asked again, or handed to the curators; None once it was."""
    if check.state is not State.ASKED or not check.times:
        return None
    return REMINDED_AFTER[min(check.times, len(REMINDED_AFTER)) - 1]


def is_last_time(check: Check) -> bool:
    return check.times >= len(REMINDED_AFTER)
