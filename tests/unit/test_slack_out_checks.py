import asyncio
from pathlib import Path

import pytest

from bot.commands.finding import Finding, State
from bot.commands.slack_checks import check_slack
from bot.platforms.slack.manifest import SCOPES
from bot.settings import Settings
from tests.fake_slack import APP_KEY, BOT_KEY, TEAM, FakeSlack
from tests.fake_slack.world import Installed


def settings(tmp_path: Path, **values: str) -> Settings:
    nothing = dict.fromkeys(("slack_bot_token", "slack_app_token", "slack_signing_secret", "slack_client_id"))
    return Settings.model_validate({"home": tmp_path, **nothing, **values})


async def examined(slack: FakeSlack, tmp_path: Path, bot: str = BOT_KEY, app: str = APP_KEY) -> Finding:
    given = {"slack_bot_token": bot, "slack_app_token": app, "slack_api_url": slack.api_url}
    return await asyncio.to_thread(check_slack, settings(tmp_path, **given))


async def test_a_workspace_that_takes_the_tokens_is_named(tmp_path: Path) -> None:
    async with FakeSlack() as slack:
        slack.installed[BOT_KEY] = Installed(TEAM, BOT_KEY, scopes=frozenset(SCOPES))
        assert await examined(slack, tmp_path) == Finding("slack", State.OK, "Example")


async def test_a_permission_that_is_missing_is_named(tmp_path: Path) -> None:
    async with FakeSlack() as slack:
        slack.installed[BOT_KEY] = Installed(TEAM, BOT_KEY, scopes=frozenset(SCOPES) - {"im:write"})
        finding = await examined(slack, tmp_path)
    assert (finding.state, finding.found) == (State.WARN, "Example, without im:write")


@pytest.mark.parametrize("wrong", [{"bot": "xoxb-wrong"}, {"app": "xapp-wrong"}])
async def test_a_wrong_token_fails_and_is_not_repeated(tmp_path: Path, wrong: dict[str, str]) -> None:
    async with FakeSlack() as slack:
        finding = await examined(slack, tmp_path, **wrong)
    assert finding.state is State.FAIL
    assert "invalid_auth" in finding.found + finding.advice
    assert ("SLACK_APP_TOKEN" in finding.advice) is ("app" in wrong)
    assert "wrong" not in finding.found + finding.advice


@pytest.mark.parametrize("kinds", [{"slack_bot_token": "xapp-1"}, {"slack_app_token": "xoxb-1"}])
def test_a_token_in_the_others_place_is_found_without_asking_slack(tmp_path: Path, kinds: dict[str, str]) -> None:
    given = {"slack_bot_token": "xoxb-1", "slack_app_token": "xapp-1", "slack_api_url": "http://127.0.0.1:9/", **kinds}
    finding = check_slack(settings(tmp_path, **given))
    assert (finding.state, finding.found) == (State.FAIL, "a token of another kind")


def test_a_way_in_without_a_token_fails(tmp_path: Path) -> None:
    assert check_slack(settings(tmp_path, slack_app_token=APP_KEY)).state is State.FAIL


def test_tokens_without_a_way_in_fail(tmp_path: Path) -> None:
    assert check_slack(settings(tmp_path, slack_bot_token=BOT_KEY)).state is State.FAIL


def test_oauth_needs_its_secret(tmp_path: Path) -> None:
    given = {"slack_client_id": "1.2", "slack_signing_secret": "s"}
    whole = {**given, "slack_client_secret": "c"}
    assert check_slack(settings(tmp_path, **given)).state is State.FAIL
    assert check_slack(settings(tmp_path, **whole)).state is State.OK


def test_without_slack_nothing_is_asked(tmp_path: Path) -> None:
    assert check_slack(settings(tmp_path)) == Finding("slack", State.OK, "not set up")
