"""One broadcast to many channels, through the clocks and relays of one replica and of three, to a Slack that limits
and fails.

A reduced count; ``GUILDHALL_BROADCAST=500 python -m pytest tests/integration/test_broadcast_out.py`` is the promise.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import pytest

from bot.chat.turn import Place
from bot.features.broadcasts import use_cases
from bot.features.broadcasts.jobs import BroadcastJobs
from bot.features.broadcasts.model import Broadcast, BroadcastState, Recipient, TargetState
from bot.features.broadcasts.store import SqlBroadcasts
from bot.features.channels.store import SqlChannels
from bot.storage.engine import is_postgresql
from bot.storage.listener import listen
from bot.storage.unit_of_work import Database
from bot.timekeeper import Timekeeper
from tests.builders import message
from tests.conftest import KINDS
from tests.fake_slack import TEAM, Channel, Delayed, FakeSlack, LostResponse, ServerError
from tests.slack_out import messenger, now, relaying, texts
from tests.waiting import until

COUNT = int(os.environ.get("GUILDHALL_BROADCAST", "40"))
A_SECOND = 30
"""Calls that the workspace is allowed; what comes more is answered with 429 and Retry-After."""

SECONDS = 40 + COUNT / 4


@asynccontextmanager
async def replica(database: Database, slack: FakeSlack) -> AsyncIterator[None]:
    timekeeper = Timekeeper(database, BroadcastJobs().timers(), now)
    async with messenger(slack) as out, relaying(database, out, quiet=2), woken_by_the_others(database):
        timekeeper.start()
        try:
            yield
        finally:
            timekeeper.stop()


@asynccontextmanager
async def woken_by_the_others(database: Database) -> AsyncIterator[None]:
    listening = asyncio.create_task(listen(database)) if is_postgresql(database.engine) else None
    try:
        yield
    finally:
        if listening is not None:
            listening.cancel()
            with suppress(asyncio.CancelledError):
                await listening


def drafted(database: Database, slack: FakeSlack) -> Broadcast:
    """To all channels there are."""
    places = [Place("slack", f"{TEAM}:{each}", is_shared=True) for each in slack.channels]
    with database.begin() as unit:
        for place in places:
            SqlChannels(unit).note(place, now())
        story = Broadcast("", "stories/1", "dana", now(), message("A story."))
        return use_cases.draft(story, [Recipient(each.platform, each.channel) for each in places], unit)


def has_state(database: Database, broadcast: Broadcast, *states: BroadcastState) -> Callable[[], bool]:
    def look() -> bool:
        with database.reading() as unit:
            found = SqlBroadcasts(unit).get(broadcast.id)
        return found is not None and found.state in states and found.finished_at is not None

    return look


@pytest.mark.promise
@pytest.mark.parametrize(("kind", "replicas"), [("sqlite", 1), *((kind, 3) for kind in KINDS)])
async def test_every_channel_is_told_once_and_corrected_everywhere(
    kind: str, replicas: int, new_database: Callable[[str], Database]
) -> None:
    database = new_database(kind)
    async with FakeSlack() as slack, AsyncExitStack() as running:
        channels = [slack.add_channel(Channel(f"C{number}", f"hub-{number}")) for number in range(COUNT)]
        slack.rates["chat.postMessage"] = (A_SECOND, 1.0)
        slack.fail("chat.postMessage", Delayed(), ServerError(), LostResponse())
        broadcast = drafted(database, slack)
        for each in (database, *(new_database(kind) for _ in range(replicas - 1))):
            await running.enter_async_context(replica(each, slack))
        with database.begin() as unit:
            use_cases.send(broadcast.id, "dana", unit, now())
        await until(has_state(database, broadcast, BroadcastState.SENT), SECONDS)
        assert {tuple(texts(channel.messages)) for channel in channels} == {("A story.",)}
        assert len(slack.calls_of("chat.postMessage")) > COUNT
        assert replicas > 1 or slack.early_calls == 0  # what one was told to wait, the others learn themselves
        with database.begin() as unit:
            use_cases.correct(broadcast.id, message("A better story."), None, "dana", unit, now())
        await until(has_state(database, broadcast, BroadcastState.SENT), SECONDS)
        assert {tuple(texts(channel.messages)) for channel in channels} == {("A better story.",)}
        with database.reading() as unit:
            assert use_cases.progress_of(broadcast, unit).counts == {TargetState.ARRIVED: COUNT}


async def test_who_stops_it_on_the_way_reads_how_far_it_came(sqlite_database: Database) -> None:
    async with FakeSlack() as slack:
        for number in range(COUNT):
            slack.add_channel(Channel(f"C{number}", f"hub-{number}"))
        slack.rates["chat.postMessage"] = (A_SECOND // 3, 1.0)
        broadcast = drafted(sqlite_database, slack)
        with sqlite_database.begin() as unit:
            use_cases.send(broadcast.id, "dana", unit, now())
        async with replica(sqlite_database, slack):
            await until(lambda: len(slack.calls_of("chat.postMessage")) >= A_SECOND // 3)
            with sqlite_database.begin() as unit:
                use_cases.stop(broadcast.id, "dana", unit, now())
            await until(has_state(sqlite_database, broadcast, BroadcastState.STOPPED), 20)
        arrived = sum(len(each.messages) for each in slack.channels.values())
        with sqlite_database.reading() as unit:
            counts = use_cases.progress_of(broadcast, unit).counts
        assert 0 < arrived < COUNT
        assert counts[TargetState.ARRIVED] + counts[TargetState.STOPPED] == COUNT
        assert counts[TargetState.ARRIVED] == arrived
