"""What the core needs from a platform, and a platform from the core."""

from typing import Protocol

from bot.chat.reply import Message, Reply
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
