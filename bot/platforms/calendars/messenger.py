"""Delivers into calendars: a message with an invitation is put there, or taken out where it is cancelled.

So the outbox keeps the order of what happens to a date, the relay tries again, and admins see what failed.
"""

from bot.chat.calendars import Calendars
from bot.chat.reply import Message
from bot.chat.turn import Place
from bot.platforms.calendars.invitation import wish_of


class CalendarMessenger:
    """Fills `bot.chat.ports.Messenger`. The channel of a place is the person's e-mail address."""

    repeats_safely = True

    def __init__(self, calendars: Calendars) -> None:
        self._calendars = calendars

    async def post(self, place: Place, message: Message, key: str, nonce: str) -> str:
        """Returns the date's uid: calendars are not asked for ids of theirs."""
        wish = wish_of(message)
        if wish.is_cancelled:
            await self._calendars.take_out(place.channel, wish.appointment.uid)
        else:
            await self._calendars.put(place.channel, wish.appointment)
        return wish.appointment.uid

    async def update(self, place: Place, message_id: str, message: Message, nonce: str) -> None:
        await self.post(place, message, "", nonce)
