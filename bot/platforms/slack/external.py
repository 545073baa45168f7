"""Which channels are shared with other companies. Events say it, shortcuts and commands do not: so it is kept."""

import asyncio

from bot.chat.ports import AddressBook
from bot.chat.turn import EVERYONE, Place
from bot.platforms.slack.wire import PLATFORM

_KNOWN_LIMIT = 10_000


class ExternalChannels:
    """Channels are named ``{team}:{channel id}``."""

    def __init__(self, addresses: AddressBook) -> None:
        self._addresses = addresses
        self._internal: set[str] = set()

    async def note(self, place: Place) -> None:
        """From an event in `place`, before anything comes of it."""
        if not place.is_shared or (EVERYONE in place.members and place.channel in self._internal):
            return
        await asyncio.to_thread(self._note, place.channel, EVERYONE not in place.members)

    async def includes(self, channel: str) -> bool:
        return await asyncio.to_thread(self._includes, channel)

    def _note(self, channel: str, is_external: bool) -> None:
        was_external = self._includes(channel)
        if is_external:
            self._internal.discard(channel)
            if not was_external:
                self._addresses.put(PLATFORM, _name(channel), "external")
            return
        if was_external:
            self._addresses.remove(PLATFORM, _name(channel))
        if len(self._internal) >= _KNOWN_LIMIT:
            self._internal.clear()
        self._internal.add(channel)

    def _includes(self, channel: str) -> bool:
        return self._addresses.get(PLATFORM, _name(channel)) is not None


def _name(channel: str) -> str:
    return f"external/{channel}"
