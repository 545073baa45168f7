"""Makes docs/images/*.png from the running product, with the starter knowledge: ``python -m docs.screenshots``."""

import shutil
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from bot.bootstrap.parts import open_database
from bot.chat.turn import Place
from bot.features.channels.model import Channel, Policy
from bot.features.channels.store import SqlChannels
from bot.settings import Settings
from tests.e2e.conftest import FLAGS
from tests.running import STARTER, running

IMAGES = Path(__file__).parent / "images"
QUESTION = "When is an opportunity stale?"
FOR_EXPERTS = "Which notice period holds for contracts in Brazil that are renewed by e-mail?"
EXPERTS_ANSWER = (
    "Thirty days, and an e-mail counts as long as it comes from the address in the contract. Ask Legal to confirm for "
    "contracts signed before 2025."
)
READER = "/library/Starter%20knowledge%2Fplaybooks%2Frenewals.md?chunk=1#when-the-clock-starts"
INDEXED_WITHIN = 300_000  # milliseconds
WIDE, PHONE = (1440, 900), (360, 740)


class Camera:
    """One browser window, signed in."""

    def __init__(
        self,
        browser: Browser,
        address: str,
        name: str,
        size: tuple[int, int],
        scheme: str,
        folder: Path = IMAGES,
    ) -> None:
        width, height = size
        self._folder = folder
        context = browser.new_context(
            base_url=address,
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
            reduced_motion="reduce",
            timezone_id="Europe/Berlin",
        )
        self.page: Page = context.new_page()
        self.page.goto("/sign-in")
        self.page.get_by_label("Your name").fill(name)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url("**/")

    def shoot(self, name: str) -> None:
        self.page.wait_for_timeout(300)
        self.page.screenshot(path=self._folder / f"{name}.png")

    def go(self, path: str, name: str) -> None:
        self.page.goto(path)
        self.shoot(name)

    def ask(self, question: str = QUESTION) -> None:
        self.page.goto("/")
        self.page.get_by_label("Your question").fill(question)
        self.page.keyboard.press("Enter")
        self.page.locator(".answer").wait_for()

    def press(self, button: str) -> None:
        """The newest one of that name."""
        self.page.get_by_role("button", name=button, exact=True).last.click()

    def reads(self, words: str) -> None:
        self.page.get_by_text(words).last.wait_for()
        self.page.mouse.wheel(0, 10_000)

    def send(self, button: str, **typed: str) -> None:
        """The dialog that stands open, filled by label."""
        dialog = self.page.get_by_role("dialog")
        for label, value in typed.items():
            dialog.get_by_label(label.replace("_", " ")).fill(value)
        dialog.get_by_role("button", name=button, exact=True).click()

    def offer_help(self, topic: str, own: str) -> None:
        self.page.goto("/experts/me")
        self.page.get_by_label(topic, exact=True).check()
        self.page.get_by_label("Other topics").fill(own)
        self.page.get_by_role("button", name="Offer your help").click()
        self.page.get_by_role("status").wait_for()

    def open_source(self, name: str) -> None:
        self.page.locator(".sources a").first.click()
        self.page.locator("#panel mark").first.wait_for()
        self.shoot(name)


def shoot_all(browser: Browser, address: str) -> None:
    admin = Camera(browser, address, "admin", WIDE, "light")
    admin.page.goto("/admin/runs")
    admin.page.locator("tbody a").first.click()
    admin.page.get_by_role("heading", name="What changed").wait_for(timeout=INDEXED_WITHIN)
    admin.shoot("run")
    admin.go("/admin", "sources")

    dana = Camera(browser, address, "Dana Okafor", WIDE, "light")
    dana.shoot("start")
    dana.ask()
    dana.open_source("chat")
    dana.go(READER, "reader")
    dana.go("/library", "library")

    sam = Camera(browser, address, "Sam Lee", WIDE, "dark")
    sam.ask()
    sam.open_source("chat-dark")

    sam.offer_help("renewals", "notice periods, contracts in Brazil")
    Camera(browser, address, "Kim Ortiz", WIDE, "light").offer_help("pipeline", "renewal forecasts")
    dana.go("/experts?q=renewals", "experts")

    find_their_expert(dana, Camera(browser, address, "Sam Lee", WIDE, "light"), browser, address)
    admin.page.goto("/faq/drafts")
    admin.page.locator("tbody a").first.click()
    admin.shoot("draft")
    admin.go("/freshness", "freshness")
    admin.page.goto("/channels")
    admin.page.locator("tbody a").first.click()
    admin.page.get_by_role("heading", name="Experts").scroll_into_view_if_needed()
    admin.page.evaluate("[...document.querySelectorAll('h2')].find(h => h.innerText == 'Experts').scrollIntoView()")
    admin.shoot("channel-experts")

    phone = Camera(browser, address, "Kim", PHONE, "light")
    phone.ask()
    phone.shoot("answer-phone")
    phone.open_source("chat-phone")


def find_their_expert(asker: Camera, expert: Camera, browser: Browser, address: str) -> None:
    """From asking to thanks."""
    asker.ask(FOR_EXPERTS)
    asker.press("Ask an expert")
    asker.page.get_by_role("dialog").wait_for()
    asker.shoot("consent")
    asker.send("Ask")
    asker.reads("Asked Sam Lee")
    asker.shoot("request")
    expert.go("/requests", "requests")
    expert.page.goto("/")
    expert.page.locator("a[href^='/t/request-']").first.click()
    expert.reads("A question for you")
    expert.shoot("expert-card")
    in_hand = Camera(browser, address, "Sam Lee", PHONE, "light")
    in_hand.go(expert.page.url, "expert-card-phone")
    expert.press("Claim")
    expert.press("Answer")
    expert.send("Send", Your_answer=EXPERTS_ANSWER, Links_and_documents="Renewal playbook")
    asker.reads("Sam Lee answers")
    asker.press("That helped")
    asker.reads("You said that it helped")
    asker.shoot("expert-answer")
    asker.press("Thank Sam")
    asker.send("Send thanks", What_did_it_do_for_you="That saved the deal.")
    expert.reads("thanks you")
    expert.go("/experts/me", "expertise")


def write_review(handbook: Path) -> None:
    """A document that is due for a look."""
    due = (datetime.now(UTC) + timedelta(days=6)).date()
    (handbook / "playbooks" / "price-exceptions.md").write_text(
        f"---\ntitle: Price exceptions\nkind: playbook\nowner: Sam Lee\nreview_by: {due}\naudience: [everyone]\n---\n"
        "# Price exceptions\n\nAn exception of more than 20 % is approved by the deal desk.\n",
        encoding="utf-8",
    )


def note_channel(settings: Settings) -> None:
    """A channel in shadow mode."""
    settings.home.mkdir()
    now, database = datetime.now(UTC), open_database(settings)
    place = Place("slack", "T1:C1", "17.2", is_shared=True, title="renewals-emea")
    with database.begin() as unit:
        SqlChannels(unit).note(place, now)
        policy = Policy(for_experts=True, shadow=True)
        changed = Channel("slack", "T1:C1", policy, place.title, 1, Policy(), "web:admin", now, now)
        SqlChannels(unit).change(changed)
    database.close()


def main() -> int:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.stderr.write("No Chromium on this machine, so no picture was made. Install it and try again.\n")
        return 1
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="halden-") as home, sync_playwright() as playwright:
        shutil.copytree(STARTER, f"{home}/handbook")
        shutil.copyfile(STARTER.parent / f"{STARTER.name}-golden.jsonl", f"{home}/handbook-golden.jsonl")
        settings = Settings.model_validate({"home": f"{home}/kept", "port": 0, "starter": f"{home}/handbook"})
        write_review(Path(home) / "handbook")
        note_channel(settings)
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        with running(settings) as address:
            shoot_all(browser, address)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
