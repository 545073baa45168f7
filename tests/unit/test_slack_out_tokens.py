import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from bot.chat.errors import DeliveryFailed
from bot.platforms.slack.client import SlackApi
from bot.platforms.slack.installations import Installation, Installations
from bot.platforms.slack.tokens import FixedToken, renewal
from bot.platforms.slack.workspace import Workspace
from tests.builders import NOON
from tests.fake_slack import BOT_KEY, TEAM, Delayed, FakeSlack, LostResponse, Refused, ServerError
from tests.fake_slack.world import Installed, RefreshToken
from tests.fakes import FixedClock
from tests.fakes_people import MemoryVault
from tests.waiting import until

OTHER = Workspace("T0002", "U0BOT")


class Rotating:
    """A replica: installations that renew through the fake Slack."""

    def __init__(self, slack: FakeSlack, vault: MemoryVault, clock: FixedClock) -> None:
        self.api: SlackApi
        client_id, client_key = slack.client

        async def renew(installation: Installation) -> Installation:
            return await renewal(self.api, client_id, client_key, clock)(installation)

        self.installations = Installations(vault, clock, renew)
        self.api = SlackApi(self.installations, slack.api_url, clock)


@asynccontextmanager
async def replicas(slack: FakeSlack, clock: FixedClock, count: int = 1) -> AsyncIterator[list[Rotating]]:
    """They share a vault; the token of T0002 expires at NOON plus twelve hours."""
    vault = MemoryVault(clock)
    made = [Rotating(slack, vault, clock) for _ in range(count)]
    slack.installed["xoxe.xoxb-old"] = Installed(OTHER.team, "xoxe.xoxb-old")
    slack.refresh_tokens["xoxe-1-old"] = RefreshToken(OTHER.team)
    old = Installation(OTHER, "xoxe.xoxb-old", "xoxe-1-old", NOON + timedelta(hours=12))
    await made[0].installations.add(old)
    try:
        yield made
    finally:
        for each in made:
            await each.api.close()


async def test_a_token_is_renewed_before_it_expires_and_its_refresh_token_replaced() -> None:
    clock = FixedClock(NOON)
    async with FakeSlack() as slack, replicas(slack, clock) as (replica,):
        assert await replica.installations.token("T0002") == "xoxe.xoxb-old"
        clock.at = NOON + timedelta(hours=10, minutes=1)
        first = await replica.installations.token("T0002")
        clock.at += timedelta(hours=11)
        second = await replica.installations.token("T0002")
        assert len({"xoxe.xoxb-old", first, second}) == 3
        assert [token.is_used for token in slack.refresh_tokens.values()] == [True, True, False]


async def test_many_callers_on_two_replicas_renew_once() -> None:
    clock = FixedClock(NOON + timedelta(hours=11))
    async with FakeSlack() as slack, replicas(slack, clock, 2) as made:
        slack.fail("oauth.v2.access", Delayed(0.05))
        asked = [each.installations.token("T0002") for each in made for _ in range(10)]
        given = set(await asyncio.gather(*asked))
        assert len(slack.calls_of("oauth.v2.access")) == 1
        clock.at += timedelta(minutes=2)  # what a replica remembers is read again
        (newest,) = {await each.installations.token("T0002") for each in made}
    assert given <= {"xoxe.xoxb-old", newest}
    assert newest != "xoxe.xoxb-old"


async def test_a_renewal_goes_on_where_whoever_waited_for_it_does_not() -> None:
    clock = FixedClock(NOON + timedelta(hours=11))
    async with FakeSlack() as slack, replicas(slack, clock) as (replica,):
        slack.fail("oauth.v2.access", Delayed(0.1))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(replica.installations.token("T0002"), 0.03)
        await replica.installations.close()
        assert await replica.installations.token("T0002") != "xoxe.xoxb-old"
        assert len(slack.calls_of("oauth.v2.access")) == 1


async def test_where_renewal_fails_the_old_token_goes_on_until_it_is_over() -> None:
    clock = FixedClock(NOON + timedelta(hours=11))
    async with FakeSlack() as slack, replicas(slack, clock) as (replica,):
        slack.fail("oauth.v2.access", ServerError(503), times=2)
        assert await replica.installations.token("T0002") == "xoxe.xoxb-old"
        clock.at = NOON + timedelta(hours=13)
        with pytest.raises(DeliveryFailed) as failed:
            await replica.installations.token("T0002")
        assert not failed.value.permanent
        assert await replica.installations.token("T0002") != "xoxe.xoxb-old"


async def test_a_renewal_whose_answer_was_lost_is_told_once_the_old_token_is_over() -> None:
    clock = FixedClock(NOON + timedelta(hours=11))
    async with FakeSlack() as slack, replicas(slack, clock) as (replica,):
        slack.fail("oauth.v2.access", LostResponse())
        assert await replica.installations.token("T0002") == "xoxe.xoxb-old"
        clock.at = NOON + timedelta(hours=13)
        with pytest.raises(DeliveryFailed, match="nstall") as failed:
            await replica.installations.token("T0002")
        assert failed.value.permanent


async def test_a_workspace_that_removed_the_app_is_forgotten() -> None:
    clock = FixedClock(NOON)
    async with FakeSlack() as slack, replicas(slack, clock) as (replica,):
        assert await replica.installations.workspace("T0002") == OTHER
        await replica.installations.forget("T0002")
        assert await replica.installations.workspace("T0002") is None
        with pytest.raises(DeliveryFailed, match="not installed"):
            await replica.installations.token("T0002")


async def test_each_workspace_is_called_with_its_own_token() -> None:
    clock = FixedClock(NOON)
    async with FakeSlack() as slack, replicas(slack, clock) as (replica,):
        replica.installations.fix(Installation(Workspace(TEAM, "U0BOT"), BOT_KEY))
        for team in (TEAM, "T0002"):
            assert (await replica.api.call(team, "auth.test", {}))["team_id"] == team


async def test_the_token_of_the_settings_says_which_workspace_it_is_for() -> None:
    clock = FixedClock(NOON)
    async with FakeSlack() as slack, replicas(slack, clock) as (replica,):
        token = FixedToken(BOT_KEY, replica.api, replica.installations)
        with pytest.raises(DeliveryFailed) as early:
            await replica.installations.token(TEAM)
        await token.start()
        assert await replica.installations.token(TEAM) == BOT_KEY
        assert (early.value.permanent, token.problem) == (False, "")
        await token.stop()


async def test_a_wrong_token_in_the_settings_is_told_and_asked_no_more() -> None:
    clock = FixedClock(NOON)
    async with FakeSlack() as slack, replicas(slack, clock) as (replica,):
        token = FixedToken("xoxb-wrong", replica.api, replica.installations)
        await token.start()
        assert "Install Guildhall" in token.problem
        with pytest.raises(DeliveryFailed, match="invalid_auth") as failed:
            await replica.installations.token(TEAM)
        assert failed.value.permanent
        await token.stop()


async def test_a_slack_that_cannot_be_reached_at_the_start_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.platforms.slack.tokens.AGAIN", 0.1)
    monkeypatch.setattr("bot.platforms.slack.tokens.START_WITHIN", 0.05)
    clock = FixedClock(NOON)
    async with FakeSlack() as slack, replicas(slack, clock) as (replica,):
        slack.fail("auth.test", ServerError(503), Refused("internal_error"))
        token = FixedToken(BOT_KEY, replica.api, replica.installations)
        await token.start()
        assert token.problem
        await until(lambda: not token.problem)
        assert await replica.installations.token(TEAM) == BOT_KEY
        await token.stop()


async def test_no_token_is_ever_shown(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    clock = FixedClock(NOON + timedelta(hours=11))
    async with FakeSlack() as slack, replicas(slack, clock) as (replica,):
        installation = Installation(OTHER, "xoxb-1-hidden", "xoxe-1-hidden")
        await replica.installations.token("T0002")
        slack.fail("auth.test", Refused("invalid_auth"))
        with pytest.raises(DeliveryFailed) as failed:
            await replica.api.call("T0002", "auth.test", {})
    shown = caplog.text + repr(installation) + repr(failed.value) + repr(replica.api) + repr(replica.installations)
    assert "xox" not in shown


async def test_a_permission_that_is_missing_is_named_from_the_start() -> None:
    async with FakeSlack() as slack:
        slack.installed[BOT_KEY] = Installed(TEAM, BOT_KEY, scopes=frozenset({"chat:write"}))
        installations = Installations(None, FixedClock(NOON))
        api = SlackApi(installations, slack.api_url, FixedClock(NOON))
        token = FixedToken(BOT_KEY, api, installations, ["chat:write", "im:history"])
        await token.start()
        assert token.problem.endswith("Missing: im:history")
        await token.stop()
        await api.close()


async def test_a_token_that_is_revoked_later_is_a_problem_until_slack_takes_one_again() -> None:
    async with FakeSlack() as slack:
        installations = Installations(None, FixedClock(NOON))
        installations.fix(Installation(Workspace(TEAM, "U0BOT"), BOT_KEY))
        api = SlackApi(installations, slack.api_url, FixedClock(NOON))
        slack.fail("auth.test", Refused("token_revoked"))
        with pytest.raises(DeliveryFailed):
            await api.call(TEAM, "auth.test", {})
        assert "was revoked" in api.problem
        await api.call(TEAM, "auth.test", {})
        assert api.problem == ""
        await api.close()
