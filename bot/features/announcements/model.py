"""An announcement: what it says, whom it is for, and how it stands. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.chat.turn import EVERYONE, Person

ID_LENGTH = 16
TITLE_LIMIT = 120
TEXT_LIMIT = 2_500
WORD_LIMIT = 500
HUB = "hub:"
"""Begins the name of a group that is the channels of a hub."""


class Group(StrEnum):
    """Whom an announcement can be for besides single channels and hubs. Who that is is seen when it goes out."""

    EVERYONE = "everyone"
    EXPERTS = "experts"
    CURATORS = "curators"
    ADMINS = "admins"
    CHANNELS = "channels"


class AnnouncementState(StrEnum):
    """`approved`: it goes out by itself. `sent`: it has begun to."""

    DRAFT = "draft"
    HANDED_IN = "handed in"
    APPROVED = "approved"
    SENT = "sent"
    TAKEN_DOWN = "taken down"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Audience:
    """All of these together. `groups` are values of `Group`, and hubs; `channels` and `outside` platform and channel,
    those of `outside` may have people from outside the company in them."""

    groups: tuple[str, ...] = ()
    channels: tuple[tuple[str, str], ...] = ()
    outside: tuple[tuple[str, str], ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.groups or self.channels or self.outside)


@dataclass(frozen=True, slots=True)
class Announcement:
    """`writer` is who changed it last: somebody else approves it. `local_at` is a day and time in each place's own
    zone, None for at once. `asks_read`: readers are asked to say that they have read it. `word` says why it came back.
    Every change counts one up in `revision`."""

    id: str
    title: str
    text: str
    author_id: str
    author_name: str
    made_at: datetime
    audience: Audience = Audience()
    local_at: datetime | None = None
    asks_read: bool = False
    writer_id: str = ""
    state: AnnouncementState = AnnouncementState.DRAFT
    word: str = ""
    approved_by: str = ""
    approved_name: str = ""
    sent_at: datetime | None = None
    corrected_at: datetime | None = None
    revision: int = 0

    @property
    def about(self) -> str:
        """As its broadcasts name it."""
        return f"announcements/{self.id}"

    @property
    def is_open(self) -> bool:
        """It can still be changed before it goes out."""
        return self.state in (AnnouncementState.DRAFT, AnnouncementState.HANDED_IN)


def may_see(announcement: Announcement, person: Person) -> bool:
    """Curators all of them; colleagues what was sent, to whomever it was."""
    if person.curates:
        return announcement.state is not AnnouncementState.DROPPED
    was_sent = announcement.state in (AnnouncementState.SENT, AnnouncementState.TAKEN_DOWN)
    return was_sent and EVERYONE in person.principals
