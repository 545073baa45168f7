"""One message to many channels of a workspace that Slack limits and that fails now and then.

A reduced count; ``GUILDHALL_BROADCAST=500 python -m pytest tests/integration/test_slack_out_broadcast.py`` is the
promise.
"""

import os

from bot.chat.reply import Post
from bot.chat.turn import Place
from bot.storage.outbox import Outbox
from bot.storage.unit_of_work import Database
from tests.builders import message
from tests.fake_slack import TEAM, Channel, Delayed, FakeSlack, LostResponse, ServerError
from tests.slack_out import all_sent, messenger, now, relaying, texts
from tests.waiting import until

COUNT = int(os.environ.get("GUILDHALL_BROADCAST", "40"))
A_SECOND = 30
"""Calls that the workspace is allowed; what comes more is answered with 429 and Retry-After."""


async def test_a_broadcast_reaches_every_channel_once_and_calls_never_early(sqlite_database: Database) -> None:
    async with FakeSlack() as slack, messenger(slack) as out:
        channels = [slack.add_channel(Channel(f"C{number}", f"hub-{number}")) for number in range(COUNT)]
        slack.rates["chat.postMessage"] = (A_SECOND, 1.0)
        slack.fail("chat.postMessage", Delayed(), ServerError(), LostResponse())
        with sqlite_database.begin() as unit:
            for channel in channels:
                Outbox(unit).add(Post(message("A story."), "story-1"), Place("slack", f"{TEAM}:{channel.id}"), now())
        async with relaying(sqlite_database, out):
            await until(lambda: all_sent(sqlite_database), seconds=30 + COUNT / 5)
        assert {tuple(texts(channel.messages)) for channel in channels} == {("A story.",)}
        assert slack.early_calls == 0
        assert len(slack.calls_of("chat.postMessage")) > COUNT
