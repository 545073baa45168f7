"""What a chat platform says is wrong with it, for the admins' pages."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial

import aiohttp
import pytest

from bot.chat.errors import DeliveryFailed
from bot.platforms.slack.client import open_session, web_client
from bot.platforms.slack.platform import SlackPlatform
from bot.platforms.slack.settings import SlackSettings
from bot.platforms.slack.socket_mode import SocketMode
from bot.platforms.teams.settings import Cloud, TeamsSettings
from bot.platforms.teams.token import ClientCredentials
from tests.fake_inbound import FakeInbound
from tests.fake_slack import BOT_KEY, SIGNING_KEY, FakeSlack, Refused
from tests.fake_teams import TENANT, FakeTeams
from tests.fake_teams.connector import CLIENT_KEY
from tests.fakes_people import MemoryAddresses
from tests.slack_requests import InboundHalf
from tests.waiting import until


def now() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def started(slack: FakeSlack, key: str, signed_with: str = SIGNING_KEY) -> AsyncIterator[SlackPlatform]:
    platform = SlackPlatform(
        SlackSettings(slack.api_url, key, signed_with), FakeInbound(), MemoryAddresses(), None, now
    )
    await platform.start()
    try:
        yield platform
    finally:
        await platform.stop()


async def test_slack_with_the_right_token_has_no_problem() -> None:
    async with FakeSlack() as slack, started(slack, BOT_KEY) as platform:
        assert platform.problem == ""


async def test_slack_with_a_wrong_token_says_what_to_do() -> None:
    async with FakeSlack() as slack, started(slack, "xoxb-wrong") as platform:
        assert "does not accept the app's token" in platform.problem
        assert "xoxb-wrong" not in platform.problem


async def test_slack_without_a_way_in_says_what_to_set() -> None:
    async with FakeSlack() as slack, started(slack, BOT_KEY, signed_with="") as platform:
        assert "SLACK_APP_TOKEN" in platform.problem


async def test_a_socket_that_does_not_come_back_is_a_problem_until_it_does() -> None:
    async with FakeSlack() as slack:
        half, session = InboundHalf(), open_session()
        socket = SocketMode(
            half.bolt, "xapp-guildhall", partial(web_client, None, slack.api_url, session), ping=0.05, patience=0.1
        )
        slack.fail("apps.connections.open", Refused("invalid_auth"), times=8)
        socket.start()
        try:
            await until(lambda: "SLACK_APP_TOKEN" in socket.problem)
            await until(lambda: socket.problem == "")
        finally:
            await socket.stop()
            await session.close()


async def test_teams_without_a_token_from_entra_says_what_to_check_until_there_is_one() -> None:
    async with FakeTeams(app_id="app-1") as teams, aiohttp.ClientSession() as session:
        cloud = Cloud("https://api.botframework.com", "", teams.url)
        wrong = ClientCredentials(TeamsSettings("app-1", "another", TENANT, cloud=cloud), lambda: session, now)
        with pytest.raises(DeliveryFailed):
            await wrong.get()
        assert "MicrosoftAppPassword" in wrong.problem
        right = ClientCredentials(TeamsSettings("app-1", CLIENT_KEY, TENANT, cloud=cloud), lambda: session, now)
        assert await right.get()
        assert right.problem == ""
