"""Delivers to the web page: into the transcript, and to whoever looks at the thread."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from bot.chat.ports import Transcript
from bot.chat.reply import Message
from bot.chat.turn import Place
from bot.platforms.web.listeners import Listeners


class WebMessenger:
    """Fills `bot.chat.ports.Messenger`. The delivery's key is the message id, so a second post changes nothing."""

    repeats_safely = True

    def __init__(self, transcript: Transcript, listeners: Listeners, clock: Callable[[], datetime]) -> None:
        self._transcript = transcript
        self._listeners = listeners
        self._clock = clock

    async def post(self, place: Place, message: Message, key: str, nonce: str) -> str:
        await self._put(place, key, message, nonce)
        return key

    async def update(self, place: Place, message_id: str, message: Message, nonce: str) -> None:
        await self._put(place, message_id, message, nonce)

    async def _put(self, place: Place, message_id: str, message: Message, nonce: str) -> None:
        await asyncio.to_thread(self._transcript.put_message, place, message_id, message, nonce, self._clock())
        self._listeners.wake(place.channel)
