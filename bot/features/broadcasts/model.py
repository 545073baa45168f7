"""What goes to many places: the broadcast, whom it is for, and how far it has come. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.chat.reply import Message

MAIL = "mail"
MOST_TARGETS = 5_000
TELLING_REACTIONS = frozenset({"slack", "teams"})
"""Platforms that say who reacted to what Guildhall posted. Of the others nothing is known, which is not zero."""


class BroadcastState(StrEnum):
    """`sent`: nothing of it is on its way any more, and each target has an outcome."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    SENT = "sent"
    STOPPED = "stopped"
    TAKEN_DOWN = "taken down"


class TargetState(StrEnum):
    """`queued`: on its way. `unclear`: nobody can say whether it arrived, an admin decides."""

    WAITING = "waiting"
    QUEUED = "queued"
    ARRIVED = "arrived"
    FAILED = "failed"
    UNCLEAR = "unclear"
    STOPPED = "stopped"
    NOT_ALLOWED = "not allowed"


@dataclass(frozen=True, slots=True)
class Recipient:
    """A `channel` of a `platform`, which for e-mail is an address. Or a person: where they are reached just then; by
    e-mail where the platform is `mail`."""

    platform: str = ""
    channel: str = ""
    person_id: str = ""


@dataclass(frozen=True, slots=True)
class Broadcast:
    """`about` says whose it is and what it tells of, ``stories/4f…``. `letter` is what goes by e-mail, where there is
    room for all of it; `message` where it is None. `version` grows with each correction.

    `local_at` is a day and time without a zone, taken in that of each target, and in `zone` where a channel or person
    has none; None is at once. `outsiders`: it may go where people from outside the company read along. `acted_at` is
    when somebody last sent, stopped, corrected or tried again."""

    id: str
    about: str
    made_by: str
    made_at: datetime
    message: Message
    letter: Message | None = None
    local_at: datetime | None = None
    zone: str = "UTC"
    outsiders: bool = False
    state: BroadcastState = BroadcastState.DRAFT
    version: int = 1
    acted_at: datetime | None = None
    finished_at: datetime | None = None

    @property
    def key(self) -> str:
        """Of its message, in every place."""
        return f"broadcast-{self.id}"

    @property
    def is_over(self) -> bool:
        """Somebody ended it: nothing new goes out."""
        return self.state in (BroadcastState.STOPPED, BroadcastState.TAKEN_DOWN)

    def message_for(self, platform: str) -> Message:
        return self.letter if platform == MAIL and self.letter is not None else self.message


@dataclass(frozen=True, slots=True)
class Target:
    """One place of a broadcast, as it stands. `conversation` is where it was put, empty for nowhere yet; `version` that
    of the message that was last given to it, 0 for none; `is_current`: what stands there is what was given. `reason` is
    why it has not arrived, or why its correction has not."""

    broadcast_id: str
    number: int
    recipient: Recipient
    name: str
    zone: str = ""
    due_at: datetime | None = None
    state: TargetState = TargetState.WAITING
    version: int = 0
    conversation: str = ""
    is_current: bool = True
    reason: str = ""
    arrived_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How many targets stand how. `changing` are those of the arrived where the newest version is on its way."""

    counts: Mapping[TargetState, int] = field(default_factory=dict)
    changing: int = 0

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def arrived(self) -> int:
        return self.of(TargetState.ARRIVED)

    @property
    def to_come(self) -> int:
        return self.of(TargetState.WAITING) + self.of(TargetState.QUEUED)

    @property
    def problems(self) -> int:
        return sum(map(self.of, (TargetState.FAILED, TargetState.UNCLEAR, TargetState.NOT_ALLOWED)))

    @property
    def is_moving(self) -> bool:
        """Something is on its way that the relay has yet to settle."""
        return self.of(TargetState.QUEUED) > 0 or self.changing > 0

    def of(self, state: TargetState) -> int:
        return self.counts.get(state, 0)


@dataclass(frozen=True, slots=True)
class Figures:
    """What is known of its readers. `opened` is how many people opened on our page what it tells of, None where no link
    leads there; `reactions` how many people reacted, by name, None where no platform tells."""

    arrived: int
    opened: int | None = None
    reactions: Mapping[str, int] | None = None
