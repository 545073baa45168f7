"""Teams' platform as bootstrap starts it, against a Bot Connector of ours."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.chat.reply import Message, Paragraph
from bot.chat.turn import Said
from bot.platforms.teams.endpoint import MESSAGES
from bot.platforms.teams.platform import TeamsPlatform
from bot.platforms.teams.settings import TeamsSettings
from tests.fake_teams import FakeTeams, places_of
from tests.fake_teams.world import DANA, Fault, activity_from
from tests.fakes import FixedClock
from tests.fakes_people import MemoryAddresses
from tests.teams_requests import NOON, FakeDelivered, FakeInbound
from tests.waiting import until

Client = TestClient[web.Request, web.Application]


@asynccontextmanager
async def platform(inbound: FakeInbound, addresses: MemoryAddresses) -> AsyncIterator[tuple[TeamsPlatform, Client]]:
    teams = TeamsPlatform(TeamsSettings(), inbound, FakeDelivered(), addresses, FixedClock(NOON), places_of)
    app = web.Application()
    app.add_routes(teams.section.routes(None))
    await teams.start()
    try:
        async with TestClient(TestServer(app, host="127.0.0.1")) as client:
            yield teams, client
    finally:
        await teams.stop()


async def test_who_writes_is_shown_that_an_answer_is_on_its_way_and_gets_it() -> None:
    inbound, addresses = FakeInbound(), MemoryAddresses()
    async with FakeTeams() as world, platform(inbound, addresses) as (teams, client):
        chat = world.chat("a:dana", "personal", DANA)
        async with client.post(MESSAGES, json=activity_from(DANA, chat, world.url, text="When?")) as response:
            assert response.status == 200
        turn = inbound.turn
        assert isinstance(turn.content, Said)
        await until(lambda: bool(world.typing))
        assert world.typing == ["a:dana"]
        message_id = await teams.messenger.post(
            turn.private_place, Message("In April.", (Paragraph("In April."),)), "k", "n"
        )
        assert chat.activities[message_id]["text"] == "In April."
        profile = await teams.profiles.profile(turn.person.id)
        assert profile is not None and profile.name == DANA.name


async def test_typing_that_cannot_be_shown_keeps_nothing_from_happening() -> None:
    inbound = FakeInbound()
    async with FakeTeams() as world, platform(inbound, MemoryAddresses()) as (_, client):
        world.faults = [Fault(500), Fault(403)]
        chat = world.chat("a:dana", "personal", DANA)
        async with client.post(MESSAGES, json=activity_from(DANA, chat, world.url)) as response:
            assert response.status == 200
        assert inbound.accepted


async def test_only_its_own_address_is_verified_by_itself() -> None:
    async with platform(FakeInbound(), MemoryAddresses()) as (teams, client):
        assert teams.section.verified_paths == {MESSAGES}
        async with client.get(MESSAGES) as response:
            assert response.status == 405
