"""What holds in a shared channel. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.chat.turn import EVERYONE, Person, Place
from knowledge.document import DocumentKind

PLATFORMS = {"slack": "Slack", "teams": "Teams", "web": "Web page", "mail": "E-mail"}
"""What people call them."""

ANSWER_FROM = 0.6
"""Confidence from which a question is answered that nobody asked Guildhall."""


class Listening(StrEnum):
    OFF = "off"
    MENTIONED = "mentioned"
    EVERY = "every"


class Deciders(StrEnum):
    """Who may change it, besides the admins."""

    ADMINS = "admins"
    NAMED = "named"
    MEMBERS = "members"


@dataclass(frozen=True, slots=True)
class Policy:
    """`hubs` and `kinds` are all that may be used, everything where they are empty. `named` are person ids.

    What is asked here and goes to experts: whether the asker is asked first; after how much working time it goes to the
    next expert, and within how much whoever claimed it answers; and who is told when nobody takes it, a person id, the
    admins where it is empty. `for_experts`: cards of such questions are shown here, of `hubs` only where some are
    chosen. `shadow`: answers of the library go to the experts as drafts, until their approval passes `shadow_bar`.

    `zone` is an IANA time zone, that of a day and time at which something is sent there; the company's where it is
    empty.
    """

    listening: Listening = Listening.MENTIONED
    answer_from: float = ANSWER_FROM
    hubs: frozenset[str] = frozenset()
    kinds: frozenset[DocumentKind] = frozenset()
    deciders: Deciders = Deciders.ADMINS
    named: tuple[str, ...] = ()
    asks_first: bool = True
    next_after: timedelta = timedelta(hours=4)
    answer_within: timedelta = timedelta(hours=8)
    for_experts: bool = False
    lead: str = ""
    shadow: bool = False
    shadow_bar: float = 0.9
    zone: str = ""


USUAL = Policy()

CLOCK = "clock"
"""Who changed what nobody decided just then, as in the audit log."""


@dataclass(frozen=True, slots=True)
class Channel:
    """`title` is what an admin says that people call it, `called` what the platform does; either may be empty.
    `revision` grows with every change of the policy; `previous` is what the newest one replaced.
    `has_outsiders`: people from outside the company read along, as was known at `seen_at`."""

    platform: str
    channel: str
    policy: Policy = USUAL
    title: str = ""
    revision: int = 0
    previous: Policy | None = None
    changed_by: str = ""
    changed_at: datetime | None = None
    seen_at: datetime | None = None
    has_outsiders: bool = False
    called: str = ""

    @property
    def place(self) -> Place:
        """Where something is said to all of it."""
        members = frozenset[str]() if self.has_outsiders else frozenset({EVERYONE})
        return Place(self.platform, self.channel, is_shared=True, members=members, title=self.title or self.called)

    @property
    def name(self) -> str:
        """What people call it, else what the platform does, else where it is."""
        platform = PLATFORMS.get(self.platform, self.platform)
        return self.title or self.called or f"{platform} channel {self.channel.rpartition(':')[2]}"

    @property
    def subject(self) -> str:
        """For the audit log."""
        return f"{self.platform}/{self.channel}"


def may_change(channel: Channel, person: Person, place: Place | None = None) -> bool:
    """Whether `person` decides here; `place` is where they act, for whoever writes in a channel is a member of it."""
    if person.is_admin:
        return True
    match channel.policy.deciders:
        case Deciders.ADMINS:
            return False
        case Deciders.NAMED:
            return person.id in channel.policy.named
        case Deciders.MEMBERS:
            is_here = place is not None and (place.platform, place.channel) == (channel.platform, channel.channel)
            return is_here and not person.is_guest


def hours_in_words(time: timedelta) -> str:
    """`1 hour`, `30 minutes`."""
    minutes = time // timedelta(minutes=1)
    count, unit = (minutes, "minute") if minutes % 60 else (minutes // 60, "hour")
    return f"{count} {unit}{'' if count == 1 else 's'}"
