"""Slack as it calls us: recorded payloads, signatures, and what stands behind the platform in its tests."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from urllib.parse import urlencode

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.platforms.slack.bolt import create_bolt
from bot.platforms.slack.endpoint import Endpoint
from bot.platforms.slack.external import ExternalChannels
from bot.platforms.slack.interactions import Words
from bot.platforms.slack.listeners import Listeners
from bot.platforms.slack.manifest import EVENTS_PATH
from bot.platforms.slack.membership import Membership
from bot.platforms.slack.surfaces import Surfaces
from bot.platforms.slack.workspace import Workspace, Workspaces
from tests.fake_inbound import FakeInbound
from tests.fake_slack.sender import SIGNING_KEY, signature
from tests.fakes_people import MemoryAddresses
from tests.recorded import recorded, recordings

TEAM, USER, BOT, CHANNEL, DIRECT = "T123ABC456", "U123ABC456", "U0GUILDHAL", "C123ABC456", "D123ABC456"
ACME = Workspace(TEAM, BOT, "https://acme.slack.com/")
NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
WORDS = Words(commands=frozenset({"help", "reindex", "channel"}), about_channel=frozenset({"channel"}))
FORM_SHORTCUTS = frozenset({"faq.save"})


def payload(name: str) -> dict[str, object]:
    return recorded("slack", name)


def payload_names() -> list[str]:
    return recordings("slack")


def body_of(sent: Mapping[str, object]) -> tuple[str, str]:
    """Body and content type as Slack has them: JSON for events, a form for commands, a form with JSON for the rest."""
    if "command" in sent:
        return urlencode(sent), "application/x-www-form-urlencoded"
    if sent.get("type") in {"event_callback", "url_verification", "app_rate_limited"}:
        return json.dumps(sent), "application/json"
    return urlencode({"payload": json.dumps(sent)}), "application/x-www-form-urlencoded"


def signed(body: str, content_type: str, *, key: str = SIGNING_KEY, at: float | None = None) -> dict[str, str]:
    return {"Content-Type": content_type, **signature(key, body.encode(), at)}


class FakeWorkspaces:
    def __init__(self, *workspaces: Workspace) -> None:
        self.known = {each.team: each for each in workspaces}

    async def workspace(self, team: str) -> Workspace | None:
        return self.known.get(team)

    async def forget(self, team: str) -> None:
        self.known.pop(team, None)


class FakeApi:
    """Slack's Web API; `failing` is what each call ends with."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, object]]] = []
        self.failing: Exception | None = None
        self.unreadable: Exception | None = None

    async def call(self, team: str, method: str, arguments: Mapping[str, object]) -> Mapping[str, object]:
        self.calls.append((method, dict(arguments)))
        if self.failing is not None:
            raise self.failing
        return {"ok": True}

    async def read(self, team: str, method: str, arguments: Mapping[str, object]) -> Mapping[str, object]:
        if self.unreadable is not None:
            raise self.unreadable
        return {"ok": True}

    def of(self, method: str) -> list[dict[str, object]]:
        return [arguments for called, arguments in self.calls if called == method]


class InboundHalf:
    """The inbound half between fakes."""

    def __init__(self, workspaces: Workspaces | None = None) -> None:
        self.inbound = FakeInbound()
        self.workspaces = workspaces or FakeWorkspaces(ACME)
        self.api = FakeApi()
        self.addresses = MemoryAddresses()
        self.surfaces = Surfaces(self.api)
        external = ExternalChannels(self.addresses)
        listeners = Listeners(
            self.inbound,
            self.workspaces,
            external,
            Membership(self.api),
            self.surfaces,
            WORDS,
            FORM_SHORTCUTS,
            lambda: NOON,
        )
        self.bolt = create_bolt(SIGNING_KEY, listeners)


class Caller:
    """Slack's servers, and the half of the platform that they reach."""

    def __init__(self, half: InboundHalf, client: TestClient[web.Request, web.Application]) -> None:
        self.half = half
        self.inbound = half.inbound
        self.api = half.api
        self._client = client

    async def send(self, sent: Mapping[str, object]) -> tuple[int, str]:
        return await self.post(*body_of(sent))

    async def post(self, body: str, content_type: str, headers: Mapping[str, str] | None = None) -> tuple[int, str]:
        return await self.raw(body.encode(), signed(body, content_type) if headers is None else headers)

    async def raw(self, body: object, headers: Mapping[str, str], method: str = "POST") -> tuple[int, str]:
        async with self._client.request(method, EVENTS_PATH, data=body, headers=headers) as response:
            return response.status, await response.text()


@asynccontextmanager
async def calling(workspaces: Workspaces | None = None) -> AsyncIterator[Caller]:
    half = InboundHalf(workspaces)
    app = web.Application()
    app.router.add_post(EVENTS_PATH, Endpoint(half.bolt).receive)
    async with TestClient(TestServer(app)) as client:
        yield Caller(half, client)
    await half.surfaces.close()
