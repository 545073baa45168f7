"""What a person can do on any platform, and what they see."""

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

JsonObject = Mapping[str, object]
Values = Mapping[str, str | tuple[str, ...]]

PATIENCE = 10.0  # seconds
SILENCE = 0.4  # seconds after which nothing is expected to come any more


@dataclass(frozen=True)
class Someone:
    """`id` is the account as the platform's turns name it."""

    name: str
    id: str


@dataclass(frozen=True)
class Spot:
    """A chat with Guildhall alone, a channel, or one thread of either."""

    channel: str
    is_shared: bool = False
    thread: str = ""


@dataclass(frozen=True)
class Remark:
    """What somebody said, and how it was sent."""

    who: Someone
    spot: Spot
    id: str
    text: str
    sent: JsonObject = field(default_factory=dict)


@dataclass(frozen=True)
class Control:
    """Something to press; `wire` is what the platform sends when it is."""

    label: str
    wire: JsonObject


@dataclass(frozen=True)
class Shown:
    """A message of Guildhall's as it stands now: all words that can be read, and the links in it. `alive` is what
    would do more than be read: mentions, images, scripts."""

    id: str
    spot: Spot
    text: str
    notification: str
    controls: tuple[Control, ...] = ()
    links: tuple[str, ...] = ()
    alive: tuple[str, ...] = ()
    raw: object = None

    @property
    def labels(self) -> list[str]:
        return [control.label for control in self.controls]


@dataclass(frozen=True)
class OpenForm:
    """A form that stands open: its field names, and what is wrong by field."""

    title: str
    fields: tuple[str, ...]
    wire: JsonObject
    problems: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What the platform showed at once: a form, or words."""

    form: OpenForm | None = None
    notice: str = ""


class Lacking(Exception):
    """The platform has no such thing; it says why."""


class Driver(ABC):
    """`lacks` are abilities that the platform does not have, by method name, each with the reason. A driver has a
    method of its own for each of the others."""

    name: str
    lacks: Mapping[str, str] = {}

    @abstractmethod
    async def person(self, name: str, email: str = "") -> Someone:
        """A new account, linked to none unless there is another one with the same `email`."""
        ...

    async def channel(self, *people: Someone) -> Spot:
        raise Lacking(self.lacks["channel"])

    @abstractmethod
    async def direct(self, who: Someone) -> Spot: ...

    @abstractmethod
    async def say(self, who: Someone, spot: Spot, text: str, *, mention: bool = False) -> Remark: ...

    @abstractmethod
    async def resend(self, remark: Remark, *, renumbered: bool) -> None:
        """The same thing delivered again, as it was or under another number."""
        ...

    async def edit(self, remark: Remark, text: str) -> None:
        raise Lacking(self.lacks["edit"])

    async def delete(self, remark: Remark) -> None:
        raise Lacking(self.lacks["delete"])

    @abstractmethod
    async def command(self, who: Someone, spot: Spot, text: str) -> Outcome: ...

    @abstractmethod
    async def press(self, who: Someone, shown: Shown, label: str) -> Outcome: ...

    @abstractmethod
    async def submit(self, who: Someone, spot: Spot, form: OpenForm, values: Values) -> Outcome: ...

    async def point(self, who: Someone, spot: Spot, action: str, text: str) -> Outcome:
        raise Lacking(self.lacks["point"])

    async def react(self, who: Someone, shown: Shown, name: str, *, is_gone: bool = False) -> None:
        """Put a reaction to a message of Guildhall's, or take it back."""
        raise Lacking(self.lacks["react"])

    async def search(self, who: Someone, text: str) -> Sequence[str]:
        raise Lacking(self.lacks["search"])

    async def begin_chat(self, who: Someone) -> Spot:
        """Open a chat in which nothing has been said yet; returns where Guildhall greets."""
        raise Lacking(self.lacks["begin_chat"])

    async def bring_in(self, who: Someone) -> Spot:
        """Bring Guildhall into a new shared place; returns where it says hello."""
        raise Lacking(self.lacks["bring_in"])

    async def home(self, who: Someone) -> Shown:
        raise Lacking(self.lacks["home"])

    async def as_seen_by(self, who: Someone, shown: Shown) -> Shown:
        """The message as this person sees it, where the platform shows people different ones."""
        return shown

    @abstractmethod
    async def messages(self, spot: Spot) -> list[Shown]:
        """Guildhall's, oldest first. Of a spot with a thread only those in it."""
        ...

    async def private(self, who: Someone) -> list[Shown]:
        """Guildhall's that only this person reads, of all their threads."""
        return await self.messages(await self.direct(who))


Seen = Callable[[Shown], bool]


async def wait_for(driver: Driver, spot: Spot, seen: Seen, *, count: int = 1, patience: float = PATIENCE) -> Shown:
    """The `count`-th message in `spot` that fits. Fails with what stands there instead."""
    return await _until(lambda: driver.messages(spot), seen, count, driver.name, patience)


async def wait_for_private(driver: Driver, who: Someone, seen: Seen) -> Shown:
    """The first message that fits, of what only this person reads."""
    return await _until(lambda: driver.private(who), seen, 1, f"{driver.name}, {who.name}")


async def _until(
    read: Callable[[], Awaitable[list[Shown]]], seen: Seen, count: int, where: str, patience: float = PATIENCE
) -> Shown:
    """Whoever looks runs where the product does, so it is left more time than the looking takes."""
    end = time.monotonic() + patience
    while True:
        began = time.monotonic()
        shown = await read()
        fitting = [each for each in shown if seen(each)]
        if len(fitting) >= count:
            return fitting[count - 1]
        if time.monotonic() > end:
            raise AssertionError(f"{where}: {[each.text for each in shown]}")
        await asyncio.sleep(0.03 + 2 * (time.monotonic() - began))


def says(*words: str) -> Seen:
    return lambda shown: all(word.lower() in shown.text.lower() for word in words)


def offers(label: str) -> Seen:
    return lambda shown: label in shown.labels
