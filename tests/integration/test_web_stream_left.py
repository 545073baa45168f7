"""A browser that leaves while its stream begins."""

import asyncio

import pytest
from aiohttp import ClientError, ClientSession, web

from bot.chat.turn import Place
from bot.platforms.web.listeners import Listeners
from bot.platforms.web.stream import stream
from bot.storage.transcript import SqlTranscript
from bot.storage.unit_of_work import Database


async def test_a_browser_that_left_before_the_first_word_is_no_error(sqlite_database: Database) -> None:
    ended: asyncio.Queue[str] = asyncio.Queue()

    async def leave_and_stream(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        await asyncio.sleep(0)
        place, transcript = Place("web", "web:dana", "t1"), SqlTranscript(sqlite_database)
        try:
            response = await stream(request, place, "web:dana", transcript, Listeners())
        except ConnectionError as error:
            ended.put_nowait(str(error))
            raise
        ended.put_nowait("over")
        return response

    application = web.Application()
    application.router.add_get("/", leave_and_stream)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0]
    async with ClientSession() as browser:
        with pytest.raises(ClientError):
            await browser.get(f"http://{host}:{port}/")
        assert await asyncio.wait_for(ended.get(), 5) == "over"
    await runner.cleanup()
