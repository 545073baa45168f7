"""Calendars that people subscribe to. The key in the address says whose it is, for calendar programs do not sign in."""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from aiohttp import ETag, web

from bot.features.feature import FeedSource
from bot.storage.subscriptions import Subscriptions, is_key
from bot.storage.unit_of_work import Database

PATH = "/calendar.ics"
WRITTEN_AT = re.compile(rb"^DTSTAMP:.*\r\n", re.MULTILINE)
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
        file = await asyncio.to_thread(self._file, key) if is_key(key) else None
        if file is None:
            raise web.HTTPNotFound(text=GONE)
        headers = {"Cache-Control": "private, no-cache", "Referrer-Policy": "no-referrer"}
        version = version_of(file)
        if any(each.value == version.value for each in request.if_none_match or ()):
            response = web.Response(status=304, headers=headers)
        else:
            response = web.Response(body=file, content_type="text/calendar", charset="utf-8", headers=headers)
        response.etag = version
        return response

    def _file(self, key: str) -> bytes | None:
        with self._database.reading() as unit:
            subscription = Subscriptions(unit).with_key(key)
            source = self._sources.get(subscription.feed) if subscription else None
            return source(subscription, self._clock(), unit) if subscription and source else None


def version_of(file: bytes) -> ETag:
    """The same for as long as the same stands in it, whenever it is written: programs look again and again."""
    return ETag(sha256(WRITTEN_AT.sub(b"", file)).hexdigest()[:32], is_weak=True)
