"""Who sees which version of a message."""

import asyncio
from collections.abc import Callable, Sequence

from bot.chat.reply import Actions, Judge, Message
from bot.chat.turn import Place
from bot.platforms.teams.references import PERSON, PLATFORM, References
from bot.platforms.teams.render import VIEWS_LIMIT, View

PlacesOf = Callable[[str], Sequence[Place]]
"""Where only this person reads, on all platforms. Called in a worker thread."""


class Views:
    """`native` is false in the Agents Playground, see `View`; there everybody sees the same card."""

    def __init__(self, references: References, places_of: PlacesOf, *, native: bool = True) -> None:
        self._references = references
        self._places_of = places_of
        self._native = native

    async def of(self, place: Place, message: Message, key: str, nonce: str, viewer: str = "") -> View:
        """`viewer` is the channel where only that person reads, ``@{object id}``; without one it is for everybody."""
        owners = [block.only_for for block in message.blocks if isinstance(block, Actions | Judge) and block.only_for]
        user_ids: dict[str, str] = {}
        seen_by = ""
        for person in dict.fromkeys(owners if place.is_shared and self._native else ()):
            for channel in await self._channels(person):
                if channel == viewer:
                    seen_by = person
                if len(user_ids) < VIEWS_LIMIT and (user_id := await self._references.user_id(channel[1:])):
                    user_ids[person] = user_id
        return View(nonce, key, place.is_shared, seen_by, user_ids, self._native)

    async def _channels(self, person_id: str) -> list[str]:
        places = await asyncio.to_thread(self._places_of, person_id)
        own = [place.channel for place in places if place.platform == PLATFORM]
        return [channel for channel in own if channel.startswith(PERSON)]
