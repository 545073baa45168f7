"""Calendars that people subscribe to. The key in the address says whose it is, for calendar programs do not sign in."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from aiohttp import web

from bot.features.feature import FeedSource
from bot.storage.subscriptions import KEY_LIMIT, Subscriptions
from bot.storage.unit_of_work import Database

PATH = "/calendar.ics"
GONE = "This calendar is not there any more. Take its address from Guildhall again."


def feed_url(base_url: str, key: str) -> str:
    """What people give their calendar program; empty where they reach no page."""
    return f"{base_url}{PATH}?key={key}" if base_url else ""


class CalendarFeeds:
    """A section of the page. Whoever has the key reads the calendar, and nothing else."""

    name = "feeds"
    templates = Path(__file__).parent / "templates"
    verified_paths = frozenset({PATH})

    def __init__(self, database: Database, sources: Mapping[str, FeedSource], clock: Callable[[], datetime]) -> None:
        self._database = database
        self._sources = sources
        self._clock = clock

    def routes(self, frame: object) -> Sequence[web.RouteDef]:
        return [web.get(PATH, self.calendar)]

    async def close(self) -> None:
        """Nothing is open."""

    async def calendar(self, request: web.Request) -> web.Response:
        key = request.query.get("key", "")
        is_one = 0 < len(key) <= KEY_LIMIT and key.isascii() and key.isprintable()
        file = await asyncio.to_thread(self._file, key) if is_one else None
        if file is None:
            raise web.HTTPNotFound(text=GONE)
        headers = {"Cache-Control": "private, no-cache", "Referrer-Policy": "no-referrer"}
        return web.Response(body=file, content_type="text/calendar", charset="utf-8", headers=headers)

    def _file(self, key: str) -> bytes | None:
        with self._database.reading() as unit:
            subscription = Subscriptions(unit).with_key(key)
            source = self._sources.get(subscription.feed) if subscription else None
            return source(subscription, self._clock(), unit) if subscription and source else None
