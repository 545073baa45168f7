from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from bot.chat.errors import DeliveryFailed, OutcomeUnknown
from bot.platforms.slack.client import DELIVERY_WITHIN, QUIET, TIMEOUT, SlackApi
from bot.platforms.slack.installations import Installation, Installations
from bot.platforms.slack.workspace import Workspace
from tests.builders import NOON
from tests.fake_slack import BOT_KEY, TEAM, Channel, FakeSlack, RateLimited, ServerError
from tests.fake_slack.world import Installed
from tests.fakes import FixedClock

HELLO = {"channel": "C1", "text": "Hello."}


@asynccontextmanager
async def calling(slack: FakeSlack, clock: FixedClock) -> AsyncIterator[SlackApi]:
    """Two workspaces."""
    slack.add_channel(Channel("C1"))
    slack.installed["xoxb-other"] = Installed("T0002", "xoxb-other")
    known = Installations(None, clock)
    known.fix(Installation(Workspace(TEAM, "U0BOT"), BOT_KEY))
    known.fix(Installation(Workspace("T0002", "U0BOT"), "xoxb-other"))
    api = SlackApi(known, slack.api_url, clock)
    try:
        yield api
    finally:
        await api.close()


async def test_a_method_is_held_back_for_exactly_as_long_as_slack_says_in_that_workspace_alone() -> None:
    clock = FixedClock(NOON)
    async with FakeSlack() as slack, calling(slack, clock) as api:
        slack.fail("chat.postMessage", RateLimited(7))
        waits: list[float | None] = []
        for seconds in (0, 0, 6.9):
            clock.at = NOON + timedelta(seconds=seconds)
            with pytest.raises(DeliveryFailed) as failed:
                await api.call(TEAM, "chat.postMessage", HELLO)
            waits.append(failed.value.retry_after)
        assert [round(wait or 0, 3) for wait in waits] == [7, 7, 0.1]
        assert len(slack.calls_of("chat.postMessage")) == 1

        await api.call(TEAM, "auth.test", {})
        slack.forgive("chat.postMessage")
        await api.call("T0002", "chat.postMessage", HELLO)
        clock.at = NOON + timedelta(seconds=7)
        await api.call(TEAM, "chat.postMessage", HELLO)
        assert len(slack.messages("C1")) == 2


async def test_a_call_is_made_once_whatever_becomes_of_it() -> None:
    clock = FixedClock(NOON)
    async with FakeSlack() as slack, calling(slack, clock) as api:
        for status in (500, 502, 503, 504):
            slack.fail("chat.postMessage", ServerError(status))
            with pytest.raises((DeliveryFailed, OutcomeUnknown)):
                await api.call(TEAM, "chat.postMessage", HELLO)
        assert len(slack.calls) == 4


async def test_a_workspace_that_nobody_installed_is_not_called() -> None:
    clock = FixedClock(NOON)
    async with FakeSlack() as slack, calling(slack, clock) as api:
        with pytest.raises(DeliveryFailed, match="not installed"):
            await api.call("T0003", "chat.postMessage", HELLO)
        assert slack.calls == []


def test_whatever_is_in_flight_ends_before_it_is_looked_up() -> None:
    assert TIMEOUT < DELIVERY_WITHIN < QUIET
