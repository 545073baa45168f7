"""A workspace installs the app from the real page, asks, is answered with its own token, and leaves again."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import ClientSession, CookieJar
from aiohttp.test_utils import unused_port

from bot.settings import Settings
from tests.fake_slack import SIGNING_KEY, FakeSlack, Sender, User
from tests.running import index_library, running, settings_in, write_library
from tests.waiting import until

TEAM = "T0002"


@dataclass
class Product:
    address: str
    slack: FakeSlack
    browser: ClientSession
    sender: Sender

    async def sign_in(self, name: str) -> None:
        page = await (await self.browser.get("/sign-in", headers={"Accept": "text/html"})).text()
        proof = re.search(r'name="proof" content="([0-9a-f]+)"', page)
        assert proof
        form = {"proof": proof[1], "name": name, "next": "/"}
        await self.browser.post("/sign-in", data=form, headers={"Origin": self.address})

    async def install(self) -> tuple[int, str]:
        """Through Slack's page and back."""
        page = await self.browser.get("/slack/install", headers={"Accept": "text/html"})
        return page.status, await page.text()

    async def ask(self, text: str) -> int:
        ts = self.slack.next_ts()
        said: dict[str, object] = {
            "type": "message",
            "channel": self.slack.direct_channel("U1").id,
            "channel_type": "im",
            "user": "U1",
            "text": text,
            "ts": ts,
            "event_ts": ts,
        }
        return (await self.sender.event(said)).status

    @property
    def answers(self) -> list[dict[str, object]]:
        return [each for each in self.slack.direct_channel("U1").messages if "bot_id" in each]


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small library and its index, to be copied."""
    folder = tmp_path_factory.mktemp("indexed")
    index_library(settings_in(folder), write_library(folder))
    return folder


@pytest.fixture
async def product(indexed: Path, tmp_path: Path) -> AsyncIterator[Product]:
    await asyncio.to_thread(shutil.copytree, indexed, tmp_path, dirs_exist_ok=True)
    settings = settings_in(tmp_path)
    port = unused_port()
    address = f"http://127.0.0.1:{port}"
    async with FakeSlack() as slack:
        client_id, client_key = slack.client
        slack.rotates = True
        slack.add_user(User("U1", "Dana Okafor", "dana@example.com"))
        oauth = {
            "slack_client_id": client_id,
            "slack_client_secret": client_key,
            "slack_signing_secret": SIGNING_KEY,
            "slack_api_url": slack.api_url,
            "base_url": address,
            "port": port,
        }
        with running(Settings.model_validate({**settings.model_dump(), **oauth})):
            async with ClientSession(address, cookie_jar=CookieJar(unsafe=True)) as browser:
                yield Product(address, slack, browser, Sender(f"{address}/slack/events", team=TEAM))


async def test_a_workspace_comes_asks_and_goes(product: Product) -> None:
    await product.sign_in("admin")
    status, page = await product.install()
    assert (status, "Guildhall is in Team T0002" in page) == (200, True)

    assert await product.ask("How early does the renewal clock start?") == 200
    await until(lambda: bool(product.answers))
    assert "120 days" in str(product.answers[0])
    (posted,) = product.slack.calls_of("chat.postMessage")
    assert posted.token.startswith("xoxe.xoxb-")

    assert (await product.sender.event({"type": "app_uninstalled"})).status == 200
    assert await product.ask("What about pricing?") == 200
    await asyncio.sleep(0.2)
    assert len(product.slack.calls_of("chat.postMessage")) == 1


async def test_who_is_no_admin_installs_nothing(product: Product) -> None:
    await product.sign_in("dana")
    status, page = await product.install()
    assert (status, "Only admins" in page) == (403, True)
    assert product.slack.codes == {}


async def test_before_signing_in_there_is_no_way_to_install(product: Product) -> None:
    _, page = await product.install()
    assert product.slack.codes == {}
    assert "Sign in" in page
