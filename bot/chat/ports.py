"""What the core needs from a platform, and a platform from the core."""

from collections.abc import Sequence
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
        Raises DeliveryFailed.
        """
        ...

    async def update(self, place: Place, message_id: str, message: Message, nonce: str) -> None:
        """Replace a delivered message. Safe to repeat. Raises DeliveryFailed."""
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
        """The platform's message id of what was posted under `key`, None if nothing was. Raises DeliveryFailed."""
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

    def delete_thread(self, place: Place) -> None: ...


class Inbound(Protocol):
    """The core's side, as a platform sees it."""

    async def accept(self, turn: Turn) -> bool:
        """Durable when this returns: acknowledge afterwards. False: seen before, nothing will happen."""
        ...

    async def answer(self, turn: Turn) -> Reply:
        """For what must be answered inside the platform's request (opening or sending a form).

        Committed when this returns; the reply holds at most a form, its posts are on their way already.
        Raises FormRejected or another UserFacingError.
        """
        ...
