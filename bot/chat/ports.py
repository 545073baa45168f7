"""What the core needs from a platform, and a platform from the core."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from bot.chat.reply import Message, Reply
from bot.chat.transcript import Entry, Thread
from bot.chat.turn import Place, Turn


class Messenger(Protocol):
    """A platform's way to deliver. Only the relay holds one, and only the relay retries."""

    async def post(self, place: Place, message: Message, key: str, nonce: str) -> str:
        """Deliver and return the platform's message id.

        `key` is the same for every try of one delivery. `nonce` goes into every button.
        Raises DeliveryFailed, or OutcomeUnknown where it may have arrived: the answer was lost or came too late.
        """
        ...

    async def update(self, place: Place, message_id: str, message: Message, nonce: str) -> None:
        """Replace a delivered message. Safe to repeat. Raises DeliveryFailed or OutcomeUnknown."""
        ...


@runtime_checkable
class RepeatsSafely(Protocol):
    """A messenger for which posting again under the same key in the same place has no second effect."""

    @property
    def repeats_safely(self) -> bool: ...


@runtime_checkable
class FindsPosted(Protocol):
    """A messenger that can look up whether a post arrived whose outcome nobody saw."""

    async def find(self, place: Place, key: str) -> str | None:
        """The platform's message id of what was posted under `key`, None if nothing was. Raises DeliveryFailed:
        permanent where it can never be said, e.g. for want of a permission."""
        ...


class Transcript(Protocol):
    """Threads as people see them. Each call is its own transaction; call it from a worker thread."""

    def add_said(self, turn: Turn) -> None:
        """Keep what was said; begins the thread. The same turn again changes nothing."""
        ...

    def put_message(self, place: Place, message_id: str, message: Message, nonce: str, at: datetime) -> None:
        """Keep a message, or replace the one with this id where it stands."""
        ...

    def entries(self, place: Place, *, after: int = 0, limit: int = 200) -> Sequence[Entry]:
        """What is new or changed since revision `after`, by revision. Draw them by `position`."""
        ...

    def threads(self, person_id: str, *, before: datetime | None = None, limit: int = 50) -> Sequence[Thread]:
        """The person's threads, last changed first; the next page comes `before` the last one's time."""
        ...

    def place_of(self, person_id: str, thread: str) -> Place | None:
        """Where the person's thread of this name is: not in their present channel if it began under another account."""
        ...

    def saw(self, place: Place, revision: int) -> None:
        """The person has had everything up to `revision` before their eyes."""
        ...

    def delete_thread(self, place: Place) -> None: ...


@dataclass(frozen=True, slots=True)
class Profile:
    """What a platform says of an account. `is_email_verified`: the company's own directory, or the platform, vouches
    that whoever uses the account reads the mail of this address."""

    name: str
    email: str = ""
    is_email_verified: bool = False
    time_zone: str = ""
    language: str = ""
    is_guest: bool = False


class Profiles(Protocol):
    """A platform's directory. Asked for accounts that are new, or not looked at for long."""

    async def profile(self, account: str) -> Profile | None:
        """`account` as the platform's turns name it, e.g. ``slack:T1:U1``. None for nobody. Raises DeliveryFailed."""
        ...


@runtime_checkable
class NamesChannels(Protocol):
    """A directory that knows what channels are called, for a platform whose turns do not say."""

    async def title(self, place: Place) -> str:
        """Empty where it has none, or does not tell us. Raises DeliveryFailed."""
        ...


class Delivered(Protocol):
    """What stands in the channels now. Each call is its own transaction; call it from a worker thread."""

    def latest(self, place: Place, key: str) -> tuple[Message, str] | None:
        """The newest version of the message under `key`, with the nonce of its buttons; None if it is not kept."""
        ...

    def key_of(self, place: Place, message_id: str) -> str | None:
        """The key of the message that the platform calls `message_id`."""
        ...


class AddressBook(Protocol):
    """What a platform has to remember to reach a place later, e.g. a conversation reference. Nothing secret.

    Each call is its own transaction; call it from a worker thread."""

    def put(self, platform: str, name: str, address: str) -> None:
        """Keep or replace. `address` is the platform's own text, e.g. JSON."""
        ...

    def put_all(self, platform: str, by_name: Mapping[str, str]) -> None:
        """The same for several by name, in one transaction."""
        ...

    def get(self, platform: str, name: str) -> str | None: ...

    def remove(self, platform: str, name: str) -> None: ...

    def names(self, platform: str, prefix: str = "") -> Sequence[str]:
        """In alphabetical order."""
        ...


class Vault(Protocol):
    """Secrets that come at run time, e.g. an installation's token: encrypted where they are kept, never logged.

    Each call is its own transaction; call it from a worker thread."""

    def put(self, name: str, secret: str) -> None: ...

    def get(self, name: str) -> str | None: ...

    def remove(self, name: str) -> None: ...

    def hold(self, name: str, seconds: float) -> bool:
        """True for one caller among all replicas, for so long or until `let_go`: whoever holds may renew."""
        ...

    def let_go(self, name: str) -> None: ...


class Inbound(Protocol):
    """The core's side, as a platform sees it."""

    async def overhears(self, place: Place) -> bool:
        """Whether what people say to each other in this shared place is wanted at all. Where not, it is dropped
        before anything of it is kept."""
        ...

    async def accept(self, turn: Turn) -> bool:
        """Durable when this returns: acknowledge afterwards. False: seen before, nothing will happen."""
        ...

    async def answer(self, turn: Turn) -> Reply:
        """For what must be answered inside the platform's request: a pressed button, a form, a search.

        Committed when this returns; the reply holds a form or what was found, its posts are on their way already.
        Raises FormRejected or another UserFacingError.
        """
        ...

    async def tell(self, turn: Turn, text: str) -> None:
        """For what the platform did not take as an answer: on its way, when this returns, to where only this person
        reads."""
        ...
