"""A message that did not arrive, as admins read it. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.chat.turn import EVERYONE, Place
from bot.chat.wording import shortened
from bot.features.channels.model import PLATFORMS
from bot.storage.dead_letters import DeadLetter
from bot.storage.outbox import OutboxState

STATES: Mapping[OutboxState, str] = {OutboxState.FAILED: "Failed", OutboxState.UNKNOWN: "May have arrived"}
WHAT_LIMIT = 120

Problems = Callable[[], Mapping[str, str]]
"""What does not work, a chat platform or the clock, by name, each with what an admin can do about it."""


@dataclass(frozen=True, slots=True)
class Undelivered:
    """`what` is empty where the message is for one person's eyes only."""

    id: int
    platform: str
    where: str
    what: str
    state: OutboxState
    reason: str
    since: datetime
    attempts: int

    @property
    def may_have_arrived(self) -> bool:
        return self.state is OutboxState.UNKNOWN


def no_problems() -> Mapping[str, str]:
    return {}


def told(problems: Problems) -> tuple[str, ...]:
    """One line each."""
    return tuple(f"{PLATFORMS.get(name, name)}: {problem}" for name, problem in sorted(problems().items()))


def undelivered(letter: DeadLetter) -> Undelivered:
    delivery = letter.delivery
    place = delivery.place
    is_for_all = place.is_shared and EVERYONE in place.members
    return Undelivered(
        delivery.id,
        PLATFORMS.get(place.platform, place.platform),
        where(place),
        shortened(delivery.message.summary, WHAT_LIMIT) if is_for_all else "",
        letter.state,
        letter.reason or "The platform gave no reason.",
        letter.since,
        delivery.attempts,
    )


def where(place: Place) -> str:
    if not place.is_shared:
        return "A private conversation"
    return place.title or f"Channel {place.channel.rpartition(':')[2]}"
