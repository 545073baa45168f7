from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from structlog.testing import capture_logs

from bot.chat.errors import DeliveryFailed
from bot.chat.ports import NamesChannels, Profile
from bot.chat.turn import Place
from bot.platforms.slack.client import SlackApi
from bot.platforms.slack.profiles import SlackProfiles
from tests.fake_slack import (
    BOT_KEY,
    TEAM,
    Channel,
    FakeSlack,
    LostResponse,
    RateLimited,
    Refused,
    ServerError,
    User,
)
from tests.fake_slack.world import Installed
from tests.slack_out import installations, now

DANA = User("U1", "Dana Okafor", "dana@example.com", tz="Europe/Berlin", locale="de-DE")


async def profile_of(slack: FakeSlack, user: User) -> Profile | None:
    slack.add_user(user)
    api = SlackApi(installations(), slack.api_url, now)
    try:
        return await SlackProfiles(api).profile(f"slack:{TEAM}:{user.id}")
    finally:
        await api.close()


async def test_a_person_is_known_by_name_address_zone_and_language() -> None:
    async with FakeSlack() as slack:
        assert await profile_of(slack, DANA) == Profile(
            "Dana Okafor", "dana@example.com", True, "Europe/Berlin", "de", is_guest=False
        )


async def test_an_address_that_slack_has_not_confirmed_proves_nothing() -> None:
    async with FakeSlack() as slack:
        profile = await profile_of(slack, User("U1", "Dana", "dana@example.com", is_email_confirmed=False))
    assert profile is not None
    assert not profile.is_email_verified


@pytest.mark.parametrize("sign", ["is_restricted", "is_ultra_restricted", "is_stranger"])
async def test_guests_and_people_of_other_companies_are_guests(sign: str) -> None:
    async with FakeSlack() as slack:
        profile = await profile_of(slack, User("U1", "Gus", **{sign: True}))
    assert profile is not None
    assert profile.is_guest


async def test_somebody_who_is_gone_is_nobody_and_a_slack_that_is_down_says_nothing_of_it() -> None:
    async with FakeSlack() as slack:
        slack.fail("users.info", Refused("user_not_found"), ServerError(500))
        assert await profile_of(slack, DANA) is None
        with pytest.raises(DeliveryFailed) as failed:
            await profile_of(slack, DANA)
    assert not failed.value.permanent


async def test_what_is_no_account_in_slack_is_nobody() -> None:
    api = SlackApi(installations(), "http://127.0.0.1:9/api/", now)
    for account in ("web:dana", "slack:T1", "slack:", ""):
        assert await SlackProfiles(api).profile(account) is None


def place(channel: str) -> Place:
    return Place("slack", f"{TEAM}:{channel}", is_shared=True)


@asynccontextmanager
async def directory_of(slack: FakeSlack) -> AsyncIterator[SlackProfiles]:
    slack.add_channel(Channel("C1", "general"))
    slack.add_channel(Channel("G1", "the-board", is_private=True))
    api = SlackApi(installations(), slack.api_url, now)
    try:
        yield SlackProfiles(api)
    finally:
        await api.close()


async def test_a_channel_is_called_as_in_slack_a_private_one_too() -> None:
    async with FakeSlack() as slack, directory_of(slack) as directory:
        assert isinstance(directory, NamesChannels)
        assert [await directory.title(place(each)) for each in ("C1", "G1", "C404")] == ["general", "the-board", ""]


async def test_without_the_scope_a_channel_has_no_name_and_the_log_says_so_once() -> None:
    async with FakeSlack() as slack, directory_of(slack) as directory:
        slack.installed[BOT_KEY] = Installed(TEAM, BOT_KEY, scopes=frozenset({"channels:history"}))
        with capture_logs() as logs:
            assert [await directory.title(place(each)) for each in ("C1", "G1", "C1")] == ["", "", ""]
    [line] = logs
    assert "missing_scope: channels:read" in line["reason"]


async def test_a_slack_that_asks_to_wait_or_does_not_answer_is_asked_for_a_name_later() -> None:
    async with FakeSlack() as slack, directory_of(slack) as directory:
        slack.fail("conversations.info", ServerError(500), LostResponse(), RateLimited(30))
        for _ in range(4):
            with pytest.raises(DeliveryFailed) as failed:
                await directory.title(place("C1"))
            assert not failed.value.permanent
        assert len(slack.calls_of("conversations.info")) == 3  # while it is limited, nobody asks
        assert slack.early_calls == 0
