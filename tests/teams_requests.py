"""Teams as it calls us: recorded payloads, signed tokens, and what stands behind the platform in its tests."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.chat.reply import Message
from bot.chat.turn import Place
from bot.platforms.teams.bot import Bot
from bot.platforms.teams.endpoint import MESSAGES, TeamsEndpoint
from bot.platforms.teams.invokes import Invokes
from bot.platforms.teams.references import References
from bot.platforms.teams.settings import CLOUDS, TeamsSettings
from bot.platforms.teams.verification import FromThisMachine, SignedByTeams, Verification
from bot.platforms.teams.views import Views
from bot.settings import TeamsCloud
from bot.signing_keys import TIMEOUT, SigningKeys
from tests.fake_inbound import FakeInbound
from tests.fake_teams import places_of
from tests.fakes import FixedClock
from tests.fakes_people import MemoryAddresses
from tests.recorded import recorded, recordings
from tests.token_issuer import TokenIssuer, serving

TENANT = "b9419818-09af-49c2-b0c3-653adc1f376e"
MEGAN = "7faf8ecf-3176-4d6d-8f4e-2a3c0b0b4a6b"
APP = "c9e8c047-2a34-40a1-b28a-b162d5f5327c"
ISSUER = "https://api.botframework.com"
SERVICE = "https://smba.trafficmanager.net/amer/"
GROUP = "19:097d5d1a2b2a4a0b8a2a5c9a0e0a0b3c@thread.v2"
CHANNEL = "19:253b1f341670408fb6fe51050b6e5ceb@thread.tacv2"
NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


def payload(name: str, **changed: object) -> dict[str, object]:
    return {**recorded("teams", name), **changed}


def payload_names() -> list[str]:
    return recordings("teams")


class FakeDelivered:
    """Fills `bot.chat.ports.Delivered`: one message for each place."""

    def __init__(self) -> None:
        self.standing: dict[str, tuple[str, str, Message, str]] = {}

    def stand(self, place: Place, key: str, message_id: str, message: Message, nonce: str) -> None:
        self.standing[place.conversation] = (key, message_id, message, nonce)

    def latest(self, place: Place, key: str) -> tuple[Message, str] | None:
        found = self.standing.get(place.conversation)
        return (found[2], found[3]) if found is not None and found[0] == key else None

    def key_of(self, place: Place, message_id: str) -> str | None:
        found = self.standing.get(place.conversation)
        return found[0] if found is not None and found[1] == message_id else None


class Caller:
    """Teams' servers, and the inbound half of the platform between fakes."""

    def __init__(
        self,
        issuer: TokenIssuer,
        *,
        app_id: str = APP,
        tenant_id: str = TENANT,
        cloud: TeamsCloud = "public",
        keys_timeout: float = TIMEOUT,
    ) -> None:
        self.issuer = issuer
        self.clock = FixedClock(NOON)
        self.inbound = FakeInbound()
        self.delivered = FakeDelivered()
        self.addresses = MemoryAddresses()
        self.typing_in: list[Place] = []
        there = replace(CLOUDS[cloud], metadata_url=issuer.metadata_url)
        settings = TeamsSettings(app_id=app_id, tenant_id=tenant_id, cloud=there)
        self.keys = SigningKeys(there.metadata_url, self.clock, timeout=keys_timeout)
        self.verification: Verification = (
            SignedByTeams(settings, self.keys, self.clock) if app_id else FromThisMachine()
        )
        references = References(self.addresses)
        invokes = Invokes(self.inbound, self.delivered, self.clock, Views(references, places_of, native=bool(app_id)))
        bot = Bot(self.inbound, invokes, references, self.clock, self.typing_in.append)
        self.endpoint = TeamsEndpoint(self.verification, bot)
        self.client: TestClient[web.Request, web.Application] | None = None

    def token(self, **changed: object) -> str:
        lasts = changed.pop("lasts", timedelta(hours=1))
        kid = changed.pop("kid", "key-1")
        signed_by = changed.pop("signed_by", "")
        assert isinstance(lasts, timedelta) and isinstance(kid, str) and isinstance(signed_by, str)
        claims = {"iss": ISSUER, "aud": APP, "serviceurl": SERVICE, **changed}
        return self.issuer.token(claims, at=NOON, lasts=lasts, kid=kid, signed_by=signed_by)

    async def send(self, sent: Mapping[str, object], token: str | None = None) -> tuple[int, object]:
        """Status, and the body's JSON; None where there is none."""
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token or self.token()}"}
        status, body = await self.raw(json.dumps(sent).encode(), headers)
        return status, json.loads(body) if body and status == 200 else None

    async def raw(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
        assert self.client is not None
        async with self.client.post(MESSAGES, data=BytesIO(body), headers=headers) as response:
            return response.status, await response.text()


@asynccontextmanager
async def calling(
    *, app_id: str = APP, tenant_id: str = TENANT, cloud: TeamsCloud = "public", keys_timeout: float = TIMEOUT
) -> AsyncIterator[Caller]:
    async with serving(TokenIssuer()) as issuer:
        caller = Caller(issuer, app_id=app_id, tenant_id=tenant_id, cloud=cloud, keys_timeout=keys_timeout)
        app = web.Application()
        app.add_routes(caller.endpoint.routes(None))
        async with TestClient(TestServer(app, host="127.0.0.1")) as client:
            caller.client = client
            yield caller
        await caller.keys.close()
