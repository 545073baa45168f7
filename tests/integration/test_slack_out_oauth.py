from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer, unused_port

from bot.chat.turn import Person
from bot.platforms.slack.client import SlackApi
from bot.platforms.slack.installations import Installations
from bot.platforms.slack.manifest import REDIRECT_PATH
from bot.platforms.slack.oauth import INSTALL, OAuthApp, SlackOAuth
from tests.builders import ADMIN, NOON, SAM
from tests.fake_slack import FakeSlack, LostResponse, Refused
from tests.fakes import FixedClock
from tests.fakes_people import MemoryVault


class PlainFrame:
    def __init__(self, person: Person) -> None:
        self.signed_in = person

    def person(self, request: web.Request) -> Person:
        return self.signed_in

    def page(
        self, request: web.Request, template: str, values: Mapping[str, object], *, status: int = 200
    ) -> web.Response:
        return web.Response(status=status, text=str(values["notice"]))


class Site:
    def __init__(self, slack: FakeSlack) -> None:
        self.clock = FixedClock(NOON)
        self.frame = PlainFrame(ADMIN)
        self.installations = Installations(MemoryVault(self.clock), self.clock)
        self.slack = slack
        self.api = SlackApi(self.installations, slack.api_url, self.clock)
        self.browser: TestClient[web.Request, web.Application]

    async def start(self) -> None:
        port = unused_port()
        app = web.Application()
        app.add_routes(self._oauth(f"http://127.0.0.1:{port}").routes(self.frame))
        self.browser = TestClient(TestServer(app, port=port))
        await self.browser.start_server()

    def _oauth(self, base_url: str) -> SlackOAuth:
        client_id, client_key = self.slack.client
        app = OAuthApp(client_id, client_key, base_url, self.slack.api_url, ("chat:write", "commands"))
        return SlackOAuth(app, self.api, self.installations, self.clock)

    async def install(self) -> ClientResponse:
        """Through the fake Slack's page and back."""
        return await self.browser.get(INSTALL)

    async def way_back(self) -> str:
        """Where Slack would send the browser, which does not go there yet."""
        to_slack = await self.browser.get(INSTALL, allow_redirects=False)
        back = await self.browser.session.get(to_slack.headers["Location"], allow_redirects=False)
        parts = urlsplit(back.headers["Location"])
        return f"{parts.path}?{parts.query}"


@asynccontextmanager
async def site() -> AsyncIterator[Site]:
    async with FakeSlack() as slack:
        made = Site(slack)
        await made.start()
        try:
            yield made
        finally:
            await made.browser.close()
            await made.api.close()


async def test_a_workspace_installs_the_app_and_can_be_called() -> None:
    async with site() as guildhall:
        page = await guildhall.install()
        assert (page.status, "Guildhall is in Team T0002" in await page.text()) == (200, True)
        assert (await guildhall.api.call("T0002", "auth.test", {}))["team_id"] == "T0002"


async def test_rotating_tokens_come_with_their_expiry() -> None:
    async with site() as guildhall:
        guildhall.slack.rotates = True
        await guildhall.install()
        guildhall.clock.at += timedelta(hours=1)
        assert (await guildhall.installations.token("T0002")).startswith("xoxe.xoxb-")


async def test_cancelling_in_slack_changes_nothing() -> None:
    async with site() as guildhall:
        guildhall.slack.consents = False
        page = await guildhall.install()
        assert "You cancelled" in await page.text()
        assert await guildhall.installations.workspace("T0002") is None


async def test_only_admins_install() -> None:
    async with site() as guildhall:
        guildhall.frame.signed_in = SAM
        assert (await guildhall.install()).status == 403
        assert (await guildhall.browser.get(f"{REDIRECT_PATH}?code=x&state=y")).status == 403


async def test_the_way_back_is_good_once() -> None:
    async with site() as guildhall:
        back = await guildhall.way_back()
        assert (await guildhall.browser.get(back)).status == 200
        assert (await guildhall.browser.get(back)).status == 400


async def test_the_way_back_is_good_in_this_browser_only_and_for_this_person() -> None:
    async with site() as guildhall:
        back = await guildhall.way_back()
        guildhall.frame.signed_in = Person("web:eve", "Eve", is_admin=True)
        assert (await guildhall.browser.get(back)).status == 400
        guildhall.frame.signed_in = ADMIN
        back = await guildhall.way_back()
        guildhall.browser.session.cookie_jar.clear()
        assert (await guildhall.browser.get(back)).status == 400
        assert await guildhall.installations.workspace("T0002") is None


async def test_the_way_back_is_good_for_ten_minutes() -> None:
    async with site() as guildhall:
        back = await guildhall.way_back()
        guildhall.clock.at += timedelta(minutes=11)
        assert (await guildhall.browser.get(back)).status == 400


@pytest.mark.parametrize("fault", [Refused("invalid_code"), LostResponse()])
async def test_a_code_that_slack_does_not_exchange_leads_back_to_the_beginning(fault: Refused | LostResponse) -> None:
    async with site() as guildhall:
        guildhall.slack.fail("oauth.v2.access", fault)
        page = await guildhall.install()
        assert (page.status, "again=True" in await page.text()) == (502, True)
        assert await guildhall.installations.workspace("T0002") is None


@pytest.mark.parametrize("query", ["", "?state=%ff%00&code=%ed%a0%80", "?state=" + "x" * 3000, "?error=access_denied"])
async def test_junk_on_the_way_back_is_refused(query: str) -> None:
    async with site() as guildhall:
        guildhall.browser.session.cookie_jar.update_cookies({"guildhall_slack_state": "junk.junk"})
        assert (await guildhall.browser.get(REDIRECT_PATH + query)).status == 400
