"""Kill -9 in the middle of a broadcast: no channel is left out, none is told twice.

A reduced count; ``GUILDHALL_BROADCAST_KILLS=200 python -m pytest tests/integration/test_broadcast_kills.py`` is the
promise.
"""

import asyncio
import os
import random
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.chat.turn import Place
from bot.features.broadcasts import use_cases
from bot.features.broadcasts.model import Broadcast, BroadcastState, Recipient, TargetState
from bot.features.broadcasts.store import SqlBroadcasts
from bot.features.channels.store import SqlChannels
from bot.storage.unit_of_work import Database
from tests.builders import message
from tests.conftest import KINDS
from tests.fake_slack import TEAM, Channel, Delayed, FakeSlack, LostResponse, ServerError
from tests.slack_out import now, texts
from tests.waiting import until

KILLS = int(os.environ.get("GUILDHALL_BROADCAST_KILLS", "2"))
CHANNELS = 40
A_KILL = 8
"""Channels that hear of it between two kills, at most."""

ROOT = Path(__file__).parents[2]


class Town:
    """Channels of a Slack, and a process that is killed while it tells them."""

    def __init__(self, database: Database, slack: FakeSlack, chance: random.Random) -> None:
        self.database = database
        self.slack = slack
        self.chance = chance
        self.broadcasts: list[Broadcast] = []
        self.channels = [slack.add_channel(Channel(f"C{number}", f"hub-{number}")) for number in range(CHANNELS)]
        with database.begin() as unit:
            for each in self.channels:
                SqlChannels(unit).note(Place("slack", f"{TEAM}:{each.id}", is_shared=True, title=each.name), now())

    def begin(self) -> None:
        """Another broadcast, where the one before is done."""
        if self.broadcasts and not self.is_done():
            return
        places = [Recipient("slack", f"{TEAM}:{each.id}") for each in self.channels]
        with self.database.begin() as unit:
            story = Broadcast("", "stories/1", "dana", now(), message(f"Story {len(self.broadcasts)}."))
            drafted = use_cases.draft(story, places, unit)
            use_cases.send(drafted.id, "dana", unit, now())
        self.broadcasts.append(drafted)

    def is_done(self) -> bool:
        with self.database.reading() as unit:
            newest = SqlBroadcasts(unit).get(self.broadcasts[-1].id)
        return newest is not None and newest.state is BroadcastState.SENT

    @asynccontextmanager
    async def process(self) -> AsyncIterator[None]:
        """It works until the block ends, then it is killed."""
        url = self.database.engine.url.render_as_string(hide_password=False)
        command = [sys.executable, "-m", "tests.integration.broadcast_away", url, self.slack.api_url]
        process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
        assert process.stdout is not None
        try:
            assert await process.stdout.readline() == b"ready\n"
            yield
        finally:
            process.kill()
            await process.wait()

    async def is_killed_on_the_way(self) -> None:
        """After some posts, or at some moment of the first ones: also while the outbox is filled."""
        self.slack.fail("chat.postMessage", self.chance.choice([Delayed(), ServerError(), LostResponse()]))
        posted = len(self.slack.calls_of("chat.postMessage")) + self.chance.randint(1, A_KILL)
        async with self.process():
            if self.chance.random() < 0.5:
                await asyncio.sleep(self.chance.uniform(0, 0.15))
                return
            await until(lambda: len(self.slack.calls_of("chat.postMessage")) >= posted or self.is_done(), 60)


@pytest.mark.promise
@pytest.mark.parametrize("kind", KINDS)
async def test_no_channel_is_left_out_and_none_is_told_twice(
    kind: str, new_database: Callable[[str], Database]
) -> None:
    async with FakeSlack() as slack:
        town = Town(new_database(kind), slack, random.Random(2027))
        for _ in range(KILLS):
            town.begin()
            await town.is_killed_on_the_way()
        async with town.process():
            await until(town.is_done, 60)
        stories = [f"Story {number}." for number in range(len(town.broadcasts))]
        assert [texts(each.messages) for each in town.channels] == [stories] * CHANNELS
        with town.database.reading() as unit:
            for broadcast in town.broadcasts:
                counts = use_cases.progress_of(broadcast, unit).counts
                assert counts == {TargetState.ARRIVED: CHANNELS}
