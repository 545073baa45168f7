"""A question that goes to people: what it is, and how it stands. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.chat.turn import Place

TEXT_LIMIT = 2_000
ANSWER_LIMIT = 3_000  # what one field of a form takes on every platform
WORD_LIMIT = 500
LINK_LIMIT = 10


class State(StrEnum):
    """`open`: whoever claims it first has it. `claimed`: its owner answers. `asked back`: the asker has the word, and
    nothing is due. `answered`: the asker says whether that was it. `closed`: it was, or nothing was heard for long.
    `withdrawn` by the asker."""

    OPEN = "open"
    CLAIMED = "claimed"
    ASKED_BACK = "asked back"
    ANSWERED = "answered"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


RUNNING = frozenset({State.OPEN, State.CLAIMED, State.ASKED_BACK})
"""Somebody still waits for an answer."""


class OfferState(StrEnum):
    """Of one offer to one person. `passed`: its time went by. `gone`: somebody else has it, or nobody needs it."""

    OFFERED = "offered"
    CLAIMED = "claimed"
    DECLINED = "declined"
    GIVEN_BACK = "given back"
    PASSED = "passed"
    GONE = "gone"


class Step(StrEnum):
    """What was said or done, in the order of the log; the public ones are what asker and expert said."""

    OPENED = "opened"
    OFFERED = "offered"
    CLAIMED = "claimed"
    HANDED_ON = "handed on"
    DECLINED = "declined"
    GIVEN_BACK = "given back"
    ASKED_BACK = "asked back"
    REPLIED = "replied"
    SNOOZED = "snoozed"
    ANSWERED = "answered"
    CORRECTED = "corrected"
    ASKED_ON = "asked on"
    REOPENED = "reopened"
    CONFIRMED = "confirmed"
    CLOSED_UNHEARD = "closed unheard"
    WITHDRAWN = "withdrawn"
    JOINED = "joined"
    LEFT = "left"
    OVERDUE = "overdue"
    TOLD_LEAD = "told lead"
    THANKED = "thanked"


SAID = frozenset({Step.ASKED_BACK, Step.REPLIED, Step.ANSWERED, Step.CORRECTED, Step.ASKED_ON, Step.REOPENED})


@dataclass(frozen=True, slots=True)
class Link:
    """A document, or a file where its platform keeps it. `url` is https, or a page of ours."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Answer:
    text: str
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Escalation:
    """`id` is also the first asker's question's. `text` stands alone, as experts read it. `asker_name` is empty where
    the asker withheld it: then nobody but admins may learn `asker_id` from anything that is shown.

    `place` is where it was asked and is answered; `private` where only the asker reads. `readers` are the principals
    who may know that there is such a question. `url` is its thread, empty where nothing leads there. `cited` are ids
    of the documents whose answer did not help.

    `owner_id` has claimed it, or answered it. `offered_to` is whose turn it is, of an open one; empty where nobody has
    it before them. `lead_told_at` is when that was because everybody was asked. `due_at` is when the answer is due, by
    the owner's working hours; None while nobody owes one. `time_left` is the working time that the owner had left when
    the asker got the word. Until `snoozed_until` the owner is not reminded. `draft` is what Guildhall would have
    answered where it only drafts (shadow mode). `answers` counts those given: `answer` is the last. `asker_left`: the
    first asker took it back, and others still wait. `revision` counts changes: one is made to the revision that was
    read, or not at all.
    """

    id: str
    text: str
    asker_id: str
    asker_name: str
    place: Place
    private: Place
    opened_at: datetime
    readers: frozenset[str]
    url: str = ""
    language: str = ""
    hubs: frozenset[str] = frozenset()
    topics: tuple[str, ...] = ()
    cited: tuple[str, ...] = ()
    draft: Answer | None = None
    state: State = State.OPEN
    owner_id: str = ""
    owner_name: str = ""
    claimed_at: datetime | None = None
    offered_to: str = ""
    offered_at: datetime | None = None
    due_at: datetime | None = None
    time_left: timedelta | None = None
    snoozed_until: datetime | None = None
    lead_told_at: datetime | None = None
    answer: Answer | None = None
    answers: int = 0
    answered_at: datetime | None = None
    closed_at: datetime | None = None
    is_confirmed: bool = False
    asker_left: bool = False
    is_draft_approved: bool | None = None
    revision: int = 1

    @property
    def is_running(self) -> bool:
        return self.state in RUNNING

    @property
    def is_anonymous(self) -> bool:
        return not self.asker_name


@dataclass(frozen=True, slots=True)
class Offer:
    """`why` is the line that explains the choice: "owns the renewal playbook, answered 4 like this". `word` is what
    whoever handed it on said, or why it was declined."""

    escalation_id: str
    person_id: str
    at: datetime
    state: OfferState = OfferState.OFFERED
    why: str = ""
    word: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Follower:
    """Somebody who waits for the same answer, where they asked. `question_id` is theirs. `person_name` is empty where
    they withheld it. `is_confirmed`: it helped them."""

    escalation_id: str
    question_id: str
    person_id: str
    person_name: str
    text: str
    place: Place
    private: Place
    at: datetime
    is_confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log. `person_name` is empty for the asker who withheld it, and for what Guildhall did."""

    escalation_id: str
    step: Step
    at: datetime
    person_id: str = ""
    person_name: str = ""
    text: str = ""
    links: tuple[Link, ...] = ()


def since(log: Sequence[Entry], *steps: Step) -> Sequence[Entry]:
    """What came after the last of these steps; all where there is none."""
    at = [number for number, each in enumerate(log) if each.step in steps]
    return log[at[-1] + 1 :] if at else log


class CardKind(StrEnum):
    """Whose view of it a message is."""

    EXPERT = "expert"
    CHANNEL = "channel"
    ASKER = "asker"


@dataclass(frozen=True, slots=True)
class Card:
    """A message that shows how it stands, brought up to date with every change. `person_id` is whose card it is,
    empty for a channel's. It stands in `place` under `key`."""

    escalation_id: str
    kind: CardKind
    place: Place
    key: str
    person_id: str = ""


@dataclass(frozen=True, slots=True)
class Load:
    """What one person has in hand, and how often they were asked of late. `running` are those that they own or whose
    turn it is; `asked` counts offers since a moment."""

    running: int = 0
    asked: int = 0


@dataclass(frozen=True, slots=True)
class Impact:
    """What somebody's answers did: how many were given, whom they helped (each person once an answer), how often they
    were thanked."""

    answers: int = 0
    helped: int = 0
    thanks: int = 0
