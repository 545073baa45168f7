import asyncio
from pathlib import Path

import pytest

from bot.commands.finding import Finding, State
from bot.commands.teams_checks import check_teams
from bot.platforms.teams.settings import CLOUDS, Cloud
from bot.settings import Settings
from tests.fake_teams import TENANT, FakeTeams
from tests.fake_teams.connector import CLIENT_KEY

APP_ID = "11111111-2222-4333-8444-555555555555"
WHOLE = {
    "teams_app_id": APP_ID,
    "teams_app_password": CLIENT_KEY,
    "teams_tenant_id": TENANT,
    "base_url": "https://guildhall.example.com",
}


def settings(tmp_path: Path, **values: object) -> Settings:
    nothing = dict.fromkeys(("teams_app_id", "teams_app_password", "teams_tenant_id"))
    return Settings.model_validate({"home": tmp_path, **nothing, **values})


async def examined(tmp_path: Path, **values: object) -> Finding:
    async with FakeTeams(app_id=APP_ID) as teams:
        cloud = Cloud("https://api.botframework.com", "", teams.url)
        return await asyncio.to_thread(check_teams, settings(tmp_path, **{**WHOLE, **values}), cloud)


async def test_a_bot_that_entra_id_knows_is_well(tmp_path: Path) -> None:
    assert await examined(tmp_path) == Finding("teams", State.OK, "Entra ID knows the bot")


async def test_the_bot_is_asked_for_in_the_cloud_that_is_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with FakeTeams(app_id=APP_ID) as teams:
        monkeypatch.setitem(CLOUDS, "dod", Cloud("https://api.botframework.us", "", teams.url))
        there = settings(tmp_path, **WHOLE, teams_cloud="dod")
        assert (await asyncio.to_thread(check_teams, there)).state is State.OK


async def test_tabs_need_an_https_address(tmp_path: Path) -> None:
    finding = await examined(tmp_path, base_url="http://127.0.0.1:8080")
    assert (finding.state, "GUILDHALL_BASE_URL" in finding.advice) == (State.WARN, True)


async def test_a_wrong_secret_fails_and_is_not_repeated(tmp_path: Path) -> None:
    finding = await examined(tmp_path, **{"teams_app_password": "another's"})
    assert finding.state is State.FAIL
    assert "MicrosoftAppPassword" in finding.advice
    assert "another's" not in finding.advice


@pytest.mark.parametrize("missing", ["teams_app_password", "teams_tenant_id"])
def test_a_bot_needs_its_secret_and_its_tenant(tmp_path: Path, missing: str) -> None:
    finding = check_teams(settings(tmp_path, **{**WHOLE, missing: None}))
    assert finding.state is State.FAIL
    assert "beside MicrosoftAppId" in finding.advice


def test_the_playground_is_named(tmp_path: Path) -> None:
    finding = check_teams(settings(tmp_path, teams_playground=True))
    assert (finding.state, finding.found) == (State.OK, "the Agents Playground on this machine only")


def test_without_teams_nothing_is_asked(tmp_path: Path) -> None:
    assert check_teams(settings(tmp_path)) == Finding("teams", State.OK, "not set up")
