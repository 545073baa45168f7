"""The way out of letters: the address that a letter carries for mail programs (RFC 8058) and for people. The key in it
says whose it is, for neither signs in."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from aiohttp import web

from bot.features.feature import LeaveHandler
from bot.storage.subscriptions import Subscription, Subscriptions, is_key
from bot.storage.unit_of_work import Database

PATH = "/leave"
BODY_LIMIT = 4_096
FIELD, PRESSED = b"List-Unsubscribe", b"One-Click"
GONE = "There is nothing to stop here any more."


def leave_url(base_url: str, key: str) -> str:
    """What a letter carries; empty where its reader reaches no page."""
    return f"{base_url.rstrip('/')}{PATH}?key={key}" if base_url else ""


class Frame(Protocol):
    """The part of the page's frame that is needed here."""

    def page(self, request: web.Request, template: str, values: Mapping[str, object]) -> web.Response: ...


class LeavePage:
    """A section of the page. Whoever has the key stops what it belongs to, and nothing else; looking stops nothing,
    since mail programs open links by themselves."""

    name = "leaving"
    templates = Path(__file__).parent / "templates"
    verified_paths = frozenset({PATH})

    def __init__(self, database: Database, leaves: Mapping[str, LeaveHandler], clock: Callable[[], datetime]) -> None:
        self._database = database
        self._leaves = leaves
        self._clock = clock

    def routes(self, frame: Frame) -> Sequence[web.RouteDef]:
        async def look(request: web.Request) -> web.Response:
            await asyncio.to_thread(self._found, request.query.get("key", ""))
            return frame.page(request, "leaving/leave.html", {"said": ""})

        async def stop(request: web.Request) -> web.Response:
            body = b""
            while len(body) < BODY_LIMIT and (piece := await request.content.read(BODY_LIMIT - len(body))):
                body += piece
            if FIELD not in body or PRESSED not in body:
                raise web.HTTPBadRequest(text="That did not ask to stop anything, so nothing was stopped.")
            said = await asyncio.to_thread(self._stop, request.query.get("key", ""))
            return frame.page(request, "leaving/leave.html", {"said": said})

        return [web.get(PATH, look), web.post(PATH, stop)]

    async def close(self) -> None:
        """Nothing is open."""

    def _found(self, key: str) -> tuple[Subscription, LeaveHandler]:
        with self._database.reading() as unit:
            subscription = Subscriptions(unit).with_key(key) if is_key(key) else None
        handler = self._leaves.get(subscription.feed) if subscription else None
        if subscription is None or handler is None:
            raise web.HTTPNotFound(text=GONE)
        return subscription, handler

    def _stop(self, key: str) -> str:
        subscription, handler = self._found(key)
        with self._database.begin() as unit:
            return handler(subscription, self._clock(), unit)
