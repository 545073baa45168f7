"""Makes docs/images/slack-*.png, in Slack's light look: what the running product posts to the fake Slack, and sheets of
cards in all their states.

python -m docs.slack_cards
"""

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from bot.chat.form import Form
from bot.chat.reply import Message
from bot.platforms.slack.render import render_message
from bot.platforms.slack.render_form import render_form
from bot.settings import Settings
from docs.request_cards import CHANNEL, Words, sheets
from tests.block_kit_page import page, sheet
from tests.drivers.driver import Shown, Someone, Spot
from tests.drivers.product import started
from tests.drivers.slack import SlackDriver
from tests.e2e.conftest import FLAGS
from tests.fake_slack import BOT_KEY, SIGNING_KEY, FakeSlack
from tests.running import STARTER, index_library

IMAGES = Path(__file__).parent / "images"

QUESTION = "When is an opportunity stale?"
UNANSWERED = "Where do I park my car?"
BASE = "https://guildhall.example.com"
WITHIN = 15.0  # seconds
WIDTH, SHEET_WIDTH = 720, 1_280

Payload = Mapping[str, object]
Wanted = Callable[[Shown], bool]


class Scenes:
    """Somebody in Slack, and what they see."""

    def __init__(self, driver: SlackDriver, dana: Someone) -> None:
        self._driver = driver
        self._dana = dana

    async def answered(self) -> Shown:
        said = await self._driver.say(self._dana, await self._driver.direct(self._dana), QUESTION)
        return await self.seen(said.spot, lambda shown: bool(shown.links))

    async def not_found(self) -> Shown:
        said = await self._driver.say(self._dana, await self._driver.direct(self._dana), UNANSWERED)
        return await self.seen(said.spot, lambda shown: bool(shown.controls))

    async def form(self, answer: Shown) -> Payload:
        (unhelpful,) = [each.label for each in answer.controls if "Not" in each.label]
        await self._driver.press(self._dana, answer, unhelpful)
        return self._driver.slack.opened_views[-1]

    async def home(self) -> Shown:
        if home := await self._driver.home(self._dana):
            return home
        raise LookupError("No home was published.")

    async def seen(self, spot: Spot, wanted: Wanted) -> Shown:
        async with asyncio.timeout(WITHIN):
            while True:
                for shown in await self._driver.messages(spot):
                    if wanted(shown):
                        return shown
                await asyncio.sleep(0.05)


async def photographed(home: Path) -> Mapping[str, object]:
    """By the picture's name: messages and views as they reached Slack."""
    async with FakeSlack() as slack:
        chat = {"slack_bot_token": BOT_KEY, "slack_signing_secret": SIGNING_KEY, "slack_api_url": slack.api_url}
        page_too = {"base_url": BASE, "oidc_issuer": "https://login.example.com", "oidc_client_id": "guildhall"}
        settings = Settings.model_validate({"home": home, "port": 0, "starter": STARTER, **chat, **page_too})
        await asyncio.to_thread(index_library, settings, STARTER)
        async with started(settings) as (_, address):
            driver = SlackDriver(slack, address, patience=WITHIN)
            scenes = Scenes(driver, await driver.person("Dana Okafor", "dana@example.com"))
            answer, missing = await scenes.answered(), await scenes.not_found()
            return {
                "slack-answer": answer.raw,
                "slack-form": await scenes.form(answer),
                "slack-not-found": missing.raw,
                "slack-home": (await scenes.home()).raw,
            }


def draw(browser: Browser, html: str, target: Path, width: int = WIDTH) -> None:
    drawing = browser.new_page(viewport={"width": width, "height": 100})
    drawing.set_content(html)
    drawing.screenshot(path=target, full_page=True)
    drawing.close()


def draw_sheets(browser: Browser, words: Words, folder: Path) -> None:
    for name, shown in sheets(words).items():
        payloads = {caption: rendered(each) for caption, each in shown.items()}
        draw(browser, sheet(payloads), folder / f"slack-{name}.png", SHEET_WIDTH)


def rendered(shown: Message | Form) -> Payload:
    return render_message(shown, "nonce") if isinstance(shown, Message) else render_form(shown, "nonce", CHANNEL)


def main() -> int:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.stderr.write("No Chromium on this machine, so no picture was made. Install it and try again.\n")
        return 1
    with tempfile.TemporaryDirectory(prefix="halden-") as home:
        pictures = asyncio.run(photographed(Path(home)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        for name, payload in pictures.items():
            draw(browser, page(payload if isinstance(payload, Mapping) else {}), IMAGES / f"{name}.png")
        draw_sheets(browser, Words(), IMAGES)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
