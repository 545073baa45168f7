"""``guildhall serve`` in a process of its own, which is killed with signal 9 and started again; people on each platform
talk to it over HTTP."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
from sqlalchemy import func, select

from bot.settings import Settings
from bot.storage.engine import open_engine
from bot.storage.outbox import OutboxState, outbox
from bot.storage.unit_of_work import Database
from tests.drivers.driver import Driver
from tests.drivers.product import prepared
from tests.drivers.slack import SlackDriver
from tests.drivers.teams import TeamsDriver
from tests.drivers.web import WebDriver
from tests.fake_slack import BOT_KEY, SIGNING_KEY, FakeSlack
from tests.fake_teams import FakeTeams

ROOT = Path(__file__).parents[2]
STARTS_WITHIN = 60.0  # seconds


@dataclass
class Server:
    """The process, its `database`, and where its people are. `more` are settings by their environment variables."""

    settings: Settings
    drivers: dict[str, Driver]
    log: Path
    database: Database
    more: Mapping[str, str] = field(default_factory=dict)
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
            **self.more,
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
        """At once, but not while a platform has a message and has not said so: of that nobody could know whether it
        arrived, and it would have to wait for a minute, on Teams for an admin."""
        assert self.process is not None
        while True:
            self.process.send_signal(signal.SIGSTOP)
            if not self._is_posting():
                break
            self.process.send_signal(signal.SIGCONT)
            await asyncio.sleep(0.005)
        self.process.kill()
        await self.process.wait()

    async def dies_and_starts_again(self) -> None:
        await self.dies()
        await self.start()

    def _is_posting(self) -> bool:
        sending = select(func.count()).select_from(outbox).where(outbox.c.state == OutboxState.SENDING)
        with self.database.reading() as unit:
            return bool(unit.connection.execute(sending).scalar_one())


@asynccontextmanager
async def serving(folder: Path, **more: str) -> AsyncIterator[Server]:
    """Started; the fakes of the platforms live in this process and outlive it."""
    async with FakeSlack() as slack, FakeTeams() as teams:
        settings = await asyncio.to_thread(prepared, folder, slack.api_url)
        address = settings.base_url
        web = WebDriver(address)
        drivers: list[Driver] = [web, SlackDriver(slack, address), TeamsDriver(teams, address)]
        database = Database(open_engine(settings.database))
        server = Server(settings, {each.name: each for each in drivers}, folder / "server.log", database, more)
        await server.start()
        try:
            yield server
        finally:
            with suppress(ProcessLookupError):  # a test that failed may have left it dead
                await server.dies()
            await web.close()
            database.close()
