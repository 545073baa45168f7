"""What there is in this Slack, and the server it listens on."""

import asyncio
import json
import time
from collections import defaultdict, deque
from itertools import count
from urllib.parse import urlencode

from aiohttp import web

from tests.fake_slack.faults import Delayed, Fault, LateCommit, LostResponse, RateLimited, Refused, ServerError, Slow
from tests.fake_slack.socket_mode import SocketMode
from tests.fake_slack.web_api import perform
from tests.fake_slack.world import (
    BOT_KEY,
    TEAM,
    Answer,
    Arguments,
    Call,
    Channel,
    Installed,
    RefreshToken,
    User,
)

UNDER_WAY = 0.15
"""Seconds; calls made at the same time as the one that is told to wait."""


class FakeSlack:
    """`calls` in order, refused ones included. `early_calls` came before a Retry-After was over, though there was
    time to read it."""

    def __init__(self) -> None:
        self.installed = {BOT_KEY: Installed(TEAM, BOT_KEY)}
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.opened_views: list[Answer] = []
        self.homes: dict[str, Answer] = {}
        self.suggested: list[Arguments] = []
        self.statuses: list[Arguments] = []
        self.thinking: dict[tuple[str, str], str] = {}
        """What stands under a thread: its status, until the app posts there."""
        self.sessions: dict[tuple[str, str], str] = {}
        """The status of an agent's session, which a post does not change."""
        self.titles: list[Arguments] = []
        self.codes: dict[str, Answer] = {}
        self.refresh_tokens: dict[str, RefreshToken] = {}
        self.consents = True
        self.consenting_team = "T0002"
        self.rotates = False
        self.client = ("123.456", "client-secret")
        self.calls: list[Call] = []
        self.early_calls = 0
        self.rates: dict[str, tuple[int, float]] = {}
        """So many calls of a method within so many seconds; the next ones are answered with 429."""
        self.socket = SocketMode(self)
        self.api_url = ""
        self._faults: dict[str, deque[Fault]] = defaultdict(deque)
        self._limited_since: dict[str, float] = {}
        self._limited_until: dict[str, float] = {}
        self._recent: dict[str, deque[float]] = defaultdict(deque)
        self._late: set[asyncio.Task[None]] = set()
        self._numbers = count(1)
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> "FakeSlack":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self, port: int = 0) -> None:
        app = web.Application(client_max_size=10_000_000)
        app.router.add_route("*", "/api/{method}", self._answer)
        app.router.add_get("/link", self.socket.connect)
        app.router.add_get("/oauth/v2/authorize", self._authorize)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        host, taken = self._runner.addresses[0][:2]
        self.api_url = f"http://{host}:{taken}/api/"

    async def stop(self) -> None:
        await self.settle()
        await self.socket.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def settle(self) -> None:
        """Until all that was to be done late is done."""
        while self._late:
            await asyncio.wait(self._late)

    def fail(self, method: str, *faults: Fault, times: int = 1) -> None:
        """The next calls of `method` go wrong like this, one fault after the other."""
        self._faults[method].extend([*faults] * times)

    def forgive(self, method: str) -> None:
        """The wait that was asked for is over now."""
        self._limited_until.pop(method, None)

    def add_user(self, user: User) -> User:
        self.users[user.id] = user
        return user

    def add_channel(self, channel: Channel) -> Channel:
        self.channels[channel.id] = channel
        return channel

    def direct_channel(self, user: str) -> Channel:
        """The conversation of the app with this person; there is one from the first message on."""
        known = [each for each in self.channels.values() if each.user == user]
        return known[0] if known else self.add_channel(Channel(f"D{user.removeprefix('U')}", user=user))

    def messages(self, channel: str) -> list[Answer]:
        return self.channels[channel].messages if channel in self.channels else []

    def calls_of(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]

    def next_ts(self) -> str:
        return f"{int(time.time())}.{next(self._numbers):06d}"

    def next_number(self) -> int:
        return next(self._numbers)

    async def _authorize(self, request: web.Request) -> web.StreamResponse:
        """Somebody who says yes at once, or says no where `consents` is off."""
        state = {"state": request.query.get("state", "")}
        if self.consents:
            code = f"code-{self.next_number()}"
            self.codes[code] = {"team": self.consenting_team, "rotates": self.rotates}
            state["code"] = code
        else:
            state["error"] = "access_denied"
        raise web.HTTPFound(f"{request.query['redirect_uri']}?{urlencode(state)}")

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        arguments, token = await _read(request)
        self.calls.append(Call(method, token, arguments, time.monotonic()))
        limited = self._limited(method)
        if limited is not None:
            return limited
        fault = self._faults[method].popleft() if self._faults[method] else None
        match fault:
            case RateLimited(retry_after):
                return self._limit(method, retry_after)
            case Refused(error, needed):
                refused: Answer = {"ok": False, "error": error}
                return web.json_response(refused | ({"needed": needed, "provided": "chat:write"} if needed else {}))
            case ServerError(status):
                return web.Response(status=status, text="upstream failure", content_type="text/html")
            case LateCommit(after):
                self._later(after, method, token, arguments)
                return _broken(request)
            case LostResponse():
                self._perform(method, token, arguments)
                return _broken(request)
            case Delayed(seconds):
                answer = self._perform(method, token, arguments)
                await asyncio.sleep(seconds)
                return web.json_response(answer)
            case Slow(seconds):
                await asyncio.sleep(seconds)
                return web.json_response(self._perform(method, token, arguments))
            case None:
                headers = {"X-OAuth-Scopes": ",".join(sorted(self._scopes_of(token)))}
                return web.json_response(self._perform(method, token, arguments), headers=headers)

    def _perform(self, method: str, token: str, arguments: Arguments) -> Answer:
        return perform(self, method, token, arguments)

    def _scopes_of(self, token: str) -> frozenset[str]:
        installed = self.installed.get(token)
        return frozenset() if installed is None or installed.scopes is None else installed.scopes

    def _later(self, after: float, method: str, token: str, arguments: Arguments) -> None:
        async def commit() -> None:
            await asyncio.sleep(after)
            self._perform(method, token, arguments)

        task = asyncio.create_task(commit())
        self._late.add(task)
        task.add_done_callback(self._late.discard)

    def _limited(self, method: str) -> web.Response | None:
        now = time.monotonic()
        until = self._limited_until.get(method, 0.0)
        if now < until:
            self.early_calls += now > self._limited_since[method] + UNDER_WAY
            return _too_many(max(1, round(until - now + 0.5)))
        if method in self.rates:
            calls, window = self.rates[method]
            recent = self._recent[method]
            while recent and recent[0] <= now - window:
                recent.popleft()
            if len(recent) >= calls:
                return self._limit(method, 1)
            recent.append(now)
        return None

    def _limit(self, method: str, seconds: int) -> web.Response:
        self._limited_since[method] = time.monotonic()
        self._limited_until[method] = time.monotonic() + seconds
        return _too_many(seconds)


async def _read(request: web.Request) -> tuple[Arguments, str]:
    arguments: Arguments = dict(request.query)
    if request.content_type == "application/json":
        body = json.loads(await request.text() or "{}")
        arguments |= body
    elif request.method == "POST":
        arguments |= dict(await request.post())
    bearer = request.headers.get("Authorization", "")
    token = bearer.removeprefix("Bearer ") if bearer.startswith("Bearer ") else str(arguments.pop("token", ""))
    return arguments, token


def _too_many(retry_after: int) -> web.Response:
    headers = {"Retry-After": str(retry_after)}
    return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)


def _broken(request: web.Request) -> web.Response:
    """Nothing more is said on this connection."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
