"""``guildhall serve`` in a process of its own, killed with signal 9 between the claim and the answer, and once more
after the draft was approved; people on each platform talk to it over HTTP."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from bot.settings import Settings
from tests.drivers import story
from tests.drivers.driver import Driver
from tests.drivers.product import prepared
from tests.drivers.slack import SlackDriver
from tests.drivers.story import STORIES, cast
from tests.drivers.teams import TeamsDriver
from tests.drivers.web import WebDriver
from tests.fake_slack import BOT_KEY, SIGNING_KEY, FakeSlack
from tests.fake_teams import FakeTeams

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.promise]

ROOT = Path(__file__).parents[2]
STARTS_WITHIN = 60.0  # seconds


@dataclass
class Server:
    """The process, and where its people are."""

    settings: Settings
    drivers: dict[str, Driver]
    log: Path
    process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        settings = self.settings
        environment = os.environ | {
            "GUILDHALL_HOME": str(settings.home),
            "GUILDHALL_PORT": str(settings.port),
            "GUILDHALL_BASE_URL": settings.base_url,
            "GUILDHALL_STARTER": "",
            "GUILDHALL_ANSWER_FROM": str(settings.answer_from),
            "GUILDHALL_OFFER_FROM": str(settings.offer_from),
            "GUILDHALL_ADMINS": json.dumps(sorted(settings.admins)),
            "GUILDHALL_TEAMS_PLAYGROUND": "true",
            "SLACK_BOT_TOKEN": BOT_KEY,
            "SLACK_SIGNING_SECRET": SIGNING_KEY,
            "SLACK_API_URL": settings.slack_api_url,
        }
        command = [sys.executable, "-m", "bot", "serve"]
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *command, cwd=ROOT, env=environment, stdout=log, stderr=log
            )
        async with asyncio.timeout(STARTS_WITHIN), aiohttp.ClientSession() as session:
            while True:
                with suppress(aiohttp.ClientConnectionError):
                    async with session.get(f"{settings.base_url}/healthz") as response:
                        if response.status == 200:
                            return
                assert self.process.returncode is None, self.log.read_text()
                await asyncio.sleep(0.05)

    async def dies(self) -> None:
        assert self.process is not None
        self.process.kill()
        await self.process.wait()

    async def dies_and_starts_again(self) -> None:
        await self.dies()
        await self.start()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    folder = tmp_path_factory.mktemp("two-processes")
    async with FakeSlack() as slack, FakeTeams() as teams:
        settings = await asyncio.to_thread(prepared, folder, slack.api_url)
        address = settings.base_url
        web = WebDriver(address)
        drivers: list[Driver] = [web, SlackDriver(slack, address), TeamsDriver(teams, address)]
        running = Server(settings, {each.name: each for each in drivers}, folder / "server.log")
        await running.start()
        try:
            yield running
        finally:
            await running.dies()
            await web.close()


@pytest.mark.parametrize("platform", ["web", "slack", "teams"])
async def test_the_way_goes_on_whenever_the_server_was_killed(server: Server, platform: str) -> None:
    driver, told = server.drivers[platform], STORIES[platform]
    everybody = await cast(driver, driver, driver, told)
    remark = await story.asked_by_button(everybody, told)
    owner = await story.claimed(everybody, told, then=server.dies_and_starts_again)
    await story.asked_back(everybody, told, owner, remark)
    await story.answered(everybody, told, owner, remark)
    await story.confirmed_and_thanked(everybody, told, owner, remark)
    await story.approved(everybody, told)
    await server.dies_and_starts_again()
    await story.everybody_knows(everybody, told)
    await story.nothing_is_told_twice(everybody, remark)
