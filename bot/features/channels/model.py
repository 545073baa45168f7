"""What holds in a shared channel. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.chat.turn import Person, Place
from knowledge.document import DocumentKind

PLATFORMS = {"slack": "Slack", "teams": "Teams", "web": "Web page"}
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
    """`hubs` and `kinds` are all that may be used, everything where they are empty. `named` are person ids."""

    listening: Listening = Listening.MENTIONED
    answer_from: float = ANSWER_FROM
    hubs: frozenset[str] = frozenset()
    kinds: frozenset[DocumentKind] = frozenset()
    deciders: Deciders = Deciders.ADMINS
    named: tuple[str, ...] = ()


USUAL = Policy()


@dataclass(frozen=True, slots=True)
class Channel:
    """`revision` grows with every change of the policy; `previous` is what the newest one replaced."""

    platform: str
    channel: str
    policy: Policy = USUAL
    title: str = ""
    revision: int = 0
    previous: Policy | None = None
    changed_by: str = ""
    changed_at: datetime | None = None
    seen_at: datetime | None = None

    @property
    def name(self) -> str:
        """What people call it, else what the platform does."""
        return self.title or f"{PLATFORMS.get(self.platform, self.platform)} channel {self.channel.rpartition(':')[2]}"

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
