"""Makes docs/images/slack-*.png, in Slack's light look: what the running product posts to the fake Slack, and sheets of
cards in all their states. With a folder, the community's sheets go there instead.

python -m docs.slack_cards [FOLDER]
"""

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from copy import deepcopy
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from bot.chat.form import Form
from bot.chat.reply import Message
from bot.platforms.slack.render import render_message
from bot.platforms.slack.render_form import render_form
from bot.settings import Settings
from docs import community_cards, news_cards
from docs.request_cards import ASKED, CHANNEL, GIVEN, Sheet, Words, sheets
from tests.block_kit_page import page, sheet
from tests.drivers.driver import Shown, Someone, Spot, offers, says, wait_for
from tests.drivers.product import started
from tests.drivers.slack import SlackDriver
from tests.drivers.story import Actor, Story, actor, is_found, offers_help
from tests.e2e.conftest import FLAGS
from tests.fake_slack import BOT_KEY, SIGNING_KEY, FakeSlack
from tests.running import STARTER, index_library

IMAGES = Path(__file__).parent / "images"
LOOP = IMAGES / "slack-expert.png"

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


async def loop_of(driver: SlackDriver, dana: Someone) -> Mapping[str, object]:
    """A question on its way, by what is seen: each as it stood then."""
    story = Story("contracts in Brazil", ASKED, "", "", GIVEN.text)
    asker, expert = Actor(driver, dana), await actor(driver, "Sam Lee")
    await offers_help(expert, story.topic)
    await is_found(expert, await actor(driver, "Noor Nasser"), story.topic)
    remark = await asker.asks(await driver.channel(dana, expert.who), story.question)
    unknown = await wait_for(driver, remark.spot, offers("Ask an expert"))
    await asker.press(unknown, "Ask an expert")
    consent = deepcopy(driver.slack.opened_views[-1])
    await asker.fill(unknown, "Ask an expert", {"text": story.question, "name": "shown"})
    request = deepcopy((await wait_for(driver, remark.spot, says("Asked Sam Lee"))).raw)
    card = await expert.reads(offers("Claim"), says(story.question))
    offered = deepcopy(card.raw)  # what stands in Slack is changed in place
    await expert.press(card, "Claim")
    mine = await expert.reads(offers("Answer"), says(story.question))
    await expert.fill(mine, "Answer", {"text": story.answer, "links": "Renewal playbook"})
    answer = await wait_for(driver, remark.spot, offers("That helped"))
    return {"Dana agrees": consent, "Dana sees": request, "Sam gets": offered, "Dana gets": answer.raw}


async def photographed(home: Path) -> tuple[Mapping[str, object], Mapping[str, object]]:
    """By the picture's name: messages and views as they reached Slack; and those of one sheet."""
    async with FakeSlack() as slack:
        chat = {"slack_bot_token": BOT_KEY, "slack_signing_secret": SIGNING_KEY, "slack_api_url": slack.api_url}
        page_too = {"base_url": BASE, "oidc_issuer": "https://login.example.com", "oidc_client_id": "guildhall"}
        settings = Settings.model_validate({"home": home, "port": 0, "starter": STARTER, **chat, **page_too})
        await asyncio.to_thread(index_library, settings, STARTER)
        async with started(settings) as (_, address):
            driver = SlackDriver(slack, address, patience=WITHIN)
            dana = await driver.person("Dana Okafor", "dana@example.com")
            scenes = Scenes(driver, dana)
            answer, missing = await scenes.answered(), await scenes.not_found()
            loop = await loop_of(driver, dana)
            return {
                "slack-answer": answer.raw,
                "slack-form": await scenes.form(answer),
                "slack-not-found": missing.raw,
                "slack-home": (await scenes.home()).raw,
            }, loop


def draw(browser: Browser, html: str, target: Path, width: int = WIDTH) -> None:
    drawing = browser.new_page(viewport={"width": width, "height": 100})
    drawing.set_content(html)
    drawing.screenshot(path=target, full_page=True)
    drawing.close()


def draw_sheets(browser: Browser, drawn: Mapping[str, Sheet], folder: Path) -> None:
    for name, shown in drawn.items():
        payloads = {caption: rendered(each) for caption, each in shown.items()}
        draw(browser, sheet(payloads), folder / f"slack-{name}.png", SHEET_WIDTH)


def rendered(shown: Message | Form) -> Payload:
    return render_message(shown, "nonce") if isinstance(shown, Message) else render_form(shown, "nonce", CHANNEL)


def main() -> int:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.stderr.write("No Chromium on this machine, so no picture was made. Install it and try again.\n")
        return 1
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    with tempfile.TemporaryDirectory(prefix="halden-") as home:
        pictures, loop = ({}, {}) if folder else asyncio.run(photographed(Path(home)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        if folder is not None:
            draw_sheets(browser, community_cards.sheets(), folder)
            return 0
        for name, payload in pictures.items():
            draw(browser, page(payload if isinstance(payload, Mapping) else {}), IMAGES / f"{name}.png")
        draw(
            browser, sheet({name: each for name, each in loop.items() if isinstance(each, Mapping)}), LOOP, SHEET_WIDTH
        )
        draw_sheets(
            browser, {**sheets(Words()), "community": community_cards.chosen(), "news": news_cards.chosen()}, IMAGES
        )
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
