"""Everything that runs: in which order it starts, and how it ends."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiohttp import web

from bot.bootstrap.chats import Chat
from bot.bootstrap.parts import move_on
from bot.directory import Directory
from bot.dispatcher import Dispatcher
from bot.features.catalog import Catalog
from bot.features.experts.matcher import Matcher
from bot.features.faq.publisher import EntryPublisher
from bot.features.indexing.runner import Runner
from bot.relay import Relay
from bot.settings import Settings
from bot.storage.engine import is_postgresql
from bot.storage.serialisation import prepare
from bot.storage.unit_of_work import Database
from bot.timekeeper import Timekeeper
from knowledge.knowledge_base import KnowledgeBase
from scheduler.clock import Clock

if TYPE_CHECKING:
    from bot.platforms.calendars.platform import CalendarPlatform

REFRESH = 2.0
"""Seconds between two looks for a snapshot that another process has published."""


@dataclass
class App:
    """Everything that runs. `start` and `stop` belong to one event loop."""

    settings: Settings
    database: Database
    knowledge: KnowledgeBase
    catalog: Catalog
    directory: Directory
    dispatcher: Dispatcher
    relay: Relay
    runner: Runner
    publisher: EntryPublisher
    matcher: Matcher
    clock: Clock
    timekeeper: Timekeeper
    site: web.Application
    chats: Mapping[str, Chat]
    calendars: "CalendarPlatform | None"
    _server: web.AppRunner | None = None
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def start(self) -> str:
        """Begin to serve; returns the address of the web page."""
        self.directory.start(asyncio.get_running_loop())
        if self.calendars is not None:
            self.calendars.busy.start(asyncio.get_running_loop())
        self._tasks = [asyncio.create_task(self.relay.run()), asyncio.create_task(self._keep_fresh())]
        if is_postgresql(self.database.engine):
            from bot.storage.listener import listen  # with its driver, that SQLite's start need not wait for

            self._tasks.append(asyncio.create_task(listen(self.database)))
        for chat in self.chats.values():  # before the turns that wait from last time: they ask who somebody is
            await chat.start()
        await asyncio.to_thread(self.dispatcher.start)
        await asyncio.to_thread(self.runner.start)
        await asyncio.to_thread(self.runner.first_start, self.settings.starter)
        await asyncio.to_thread(self.publisher.start)
        await asyncio.to_thread(self.matcher.start)
        await asyncio.to_thread(self.clock.start)
        await asyncio.to_thread(self.timekeeper.start)
        self._server = web.AppRunner(self.site, access_log=None)
        await self._server.setup()
        site = web.TCPSite(self._server, self.settings.host, self.settings.port)
        await site.start()
        port = self._server.addresses[0][1]
        host = f"[{self.settings.host}]" if ":" in self.settings.host else self.settings.host
        return f"http://{host}:{port}/"

    async def stop(self) -> None:
        """Take nothing new, finish what is in hand; what waits is kept for the next start."""
        if self._server is not None:
            await self._server.cleanup()
        for part in (self.clock, self.timekeeper, self.publisher, self.matcher, self.runner, self.dispatcher):
            await asyncio.to_thread(part.stop)
        self.relay.stop()
        relay, *others = self._tasks
        await relay
        for chat in self.chats.values():
            await chat.stop()
        if self.calendars is not None:
            await self.calendars.stop()
        for task in others:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await asyncio.to_thread(self.database.close)

    async def _keep_fresh(self) -> None:
        await asyncio.to_thread(prepare)
        while True:
            await asyncio.to_thread(move_on, self.knowledge)
            await asyncio.sleep(REFRESH)
