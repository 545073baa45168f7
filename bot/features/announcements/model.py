"""An announcement: what it says, whom it is for, and how it stands. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.chat.turn import EVERYONE, Person

ID_LENGTH = 16
TITLE_LIMIT = 120
TEXT_LIMIT = 2_500
WORD_LIMIT = 500
"""Begins the name of a group that is the channels of a hub."""


class Group(StrEnum):
    """Whom an announcement can be for besides single channels and hubs. Who that is is seen when it goes out."""

    EVERYONE = "everyone"
    EXPERTS = "experts"
    CURATORS = "curators"
    ADMINS = "admins"
    CHANNELS = "channels"


class AnnouncementState(StrEnum):
    """`approved`: it goes out by itself. `sent`: to whom is settled, and each place gets it at its own time."""

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
class Correction:
    """Other words for what has gone out, which stand nowhere before they are approved. `asks_again`: it changes in
    substance, so whoever has read it is asked to read it again."""

    title: str
    text: str
    by_id: str
    by_name: str
    asks_again: bool = False


@dataclass(frozen=True, slots=True)
class Announcement:
    """`writer` is who changed it last: somebody else approves it. `local_at` is a day and time in each place's zone,
    None for at once. `asks_read`: readers are asked to say that they have read it. `word` says why it, or its
    correction, came back. `sent_at` is when the first place gets it. What was read is an `edition`; every change
    counts one up in `revision`."""

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
    writer_name: str = ""
    state: AnnouncementState = AnnouncementState.DRAFT
    word: str = ""
    approved_by: str = ""
    approved_name: str = ""
    sent_at: datetime | None = None
    corrected_at: datetime | None = None
    correction: Correction | None = None
    edition: int = 1
    revision: int = 0

    @property
    def about(self) -> str:
        """As its broadcasts name it."""
        return f"announcements/{self.id}"

    @property
    def is_open(self) -> bool:
        """It can still be changed before it goes out."""
        return self.state in (AnnouncementState.DRAFT, AnnouncementState.HANDED_IN)

    @property
    def waits_for_approval(self) -> bool:
        """It, or its correction."""
        return self.state is AnnouncementState.HANDED_IN or (self.correction is not None and not self.word)

    @property
    def came_back(self) -> bool:
        return bool(self.word) and (self.state is AnnouncementState.DRAFT or self.correction is not None)

    @property
    def proposer_id(self) -> str:
        """Who wrote what is not approved yet."""
        return self.correction.by_id if self.correction else self.writer_id

    @property
    def is_approved_alone(self) -> bool:
        """By who wrote it, for nobody else curated."""
        return bool(self.approved_by) and self.approved_by == self.writer_id

    @property
    def written_by(self) -> str:
        """``Sam Lee and Cleo Cura``, where one changed the words of the other."""
        names = (self.author_name, "" if self.writer_id == self.author_id else self.writer_name)
        return " and ".join(filter(None, names))

    def is_out(self, now: datetime) -> bool:
        """The first place has it, or had."""
        return self.sent_at is not None and self.sent_at <= now


def may_see(announcement: Announcement, person: Person, now: datetime) -> bool:
    """Curators all of them; colleagues what is out, to whomever it went."""
    if person.curates:
        return announcement.state is not AnnouncementState.DROPPED
    return announcement.is_out(now) and EVERYONE in person.principals
