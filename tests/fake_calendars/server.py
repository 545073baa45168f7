"""What both have in common: people with calendars, tokens, and faults."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Self

from aiohttp import web

PAYLOADS = Path(__file__).parents[1] / "payloads" / "calendars"
MEGAN, ALEX = "megan@example.com", "alex@example.com"
NOBODY = "nobody@example.com"
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TOKEN_LASTS = timedelta(seconds=3_599)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def payload(name: str) -> dict[str, object]:
    read: dict[str, object] = json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf-8"))
    return read


def answered(name: str, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    return web.json_response(payload(name), status=status, headers=headers)


@dataclass(frozen=True, slots=True)
class Fault:
    """Without a `name` it is done as asked and the answer is lost."""

    status: int = 0
    name: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shown:
    """An event as its owner sees it."""

    title: str
    starts: datetime
    ends: datetime
    text: str = ""
    location: str = ""
    is_all_day: bool = False


class FakeCalendarServer:
    """Use it as an asynchronous context manager. `faults` and `token_faults` are answered first, one a call; None lets
    the call pass. `calls` are method and path, `invalid` is what the real one would have refused."""

    def __init__(self) -> None:
        self.now = NOW
        self.url = ""
        self.calls: list[tuple[str, str]] = []
        self.faults: list[Fault | None] = []
        self.token_faults: list[Fault | None] = []
        self.invalid: list[str] = []
        self.issued: list[tuple[str, datetime]] = []
        """Tokens and when they were given."""
        self.busy: dict[str, list[tuple[str, str, str]]] = {}
        """Status, begin and end."""
        self._ids = count(1)
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application(middlewares=[self._between])
        app.add_routes([*self.routes(), web.get("/elsewhere", self._elsewhere)])
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    def routes(self) -> list[web.RouteDef]:
        raise NotImplementedError

    def refused_token(self) -> web.Response:
        raise NotImplementedError

    def issue(self, whose: str) -> str:
        token = f"token-{next(self._ids)}-{whose}"
        self.issued.append((token, self.now))
        return token

    def check(self, what: str, holds: bool) -> None:
        if not holds:
            self.invalid.append(what)

    @web.middleware
    async def _between(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        is_token = request.path.endswith("/token")
        if not is_token:
            self.calls.append((request.method, request.path))
            token = request.headers.get("Authorization", "").removeprefix("Bearer ")
            given = dict(self.issued).get(token)
            if given is None or self.now >= given + TOKEN_LASTS:
                return self.refused_token()
        faults = self.token_faults if is_token else self.faults
        fault = faults.pop(0) if faults else None
        if fault is not None and fault.name:
            return answered(fault.name, fault.status, fault.headers)
        response = await handler(request)
        if fault is not None and request.transport is not None:
            request.transport.close()
        return response

    async def _elsewhere(self, request: web.Request) -> web.Response:
        self.invalid.append("a redirect was followed")
        return web.json_response({})
