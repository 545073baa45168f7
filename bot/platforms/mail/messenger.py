"""Delivers e-mail. What was delivered cannot be changed: an update is another letter in the same thread."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.chat.errors import DeliveryFailed
from bot.chat.mail_address import is_address
from bot.chat.reply import Message
from bot.chat.turn import Place
from bot.platforms.mail.delivery import TIMEOUT, send
from bot.platforms.mail.letter import Envelope, letter, letter_id
from bot.platforms.mail.settings import MailSettings

QUIET = timedelta(seconds=12 * TIMEOUT)
"""A delivery has fewer steps than that."""

AT_ONCE = 4
"""Connections to the mail server."""

NO_ADDRESS = "That is no address that e-mail can be sent to. Check the person's address in the company's directory."


class MailMessenger:
    """Fills `bot.chat.ports.Messenger`. A place's channel is an address; nonces are for buttons, which e-mail has not.

    A letter has the same Message-ID at every try, and a calendar file the same UID and SEQUENCE. Many mail servers and
    every calendar take the second copy for the first, but none has to: it is not said that repeating is safe.
    """

    def __init__(self, settings: MailSettings, clock: Callable[[], datetime]) -> None:
        self._settings = settings
        self._clock = clock
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def post(self, place: Place, message: Message, key: str, nonce: str) -> str:
        named = letter_id(self._settings.sender, place.conversation, key)
        await self._send(place, message, named)
        return named

    async def update(self, place: Place, message_id: str, message: Message, nonce: str) -> None:
        named = letter_id(self._settings.sender, message_id, repr(message))
        await self._send(place, message, named, answers=message_id)

    async def _send(self, place: Place, message: Message, named: str, answers: str = "") -> None:
        if not is_address(place.channel):
            raise DeliveryFailed(NO_ADDRESS, permanent=True)
        own = self._settings
        envelope = Envelope(own.name, own.sender, place.channel, named, self._clock(), answers)
        async with self._slots:
            await asyncio.to_thread(send, own, place.channel, letter(message, envelope))
