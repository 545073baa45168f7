"""Makes docs/images/*.png from the running product, with the starter knowledge: ``python -m docs.screenshots``."""

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from bot.settings import Settings
from tests.e2e.conftest import FLAGS
from tests.running import STARTER, running

IMAGES = Path(__file__).parent / "images"
QUESTION = "When is an opportunity stale?"
READER = "/library/Starter%20knowledge%2Fplaybooks%2Frenewals.md?chunk=1#when-the-clock-starts"
INDEXED_WITHIN = 300_000  # milliseconds
WIDE, PHONE = (1440, 900), (360, 740)


class Camera:
    """One browser window, signed in."""

    def __init__(self, browser: Browser, address: str, name: str, size: tuple[int, int], scheme: str) -> None:
        width, height = size
        context = browser.new_context(
            base_url=address,
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
            reduced_motion="reduce",
        )
        self.page: Page = context.new_page()
        self.page.goto("/sign-in")
        self.page.get_by_label("Your name").fill(name)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url("**/")

    def shoot(self, name: str) -> None:
        self.page.wait_for_timeout(300)
        self.page.screenshot(path=IMAGES / f"{name}.png")

    def go(self, path: str, name: str) -> None:
        self.page.goto(path)
        self.shoot(name)

    def ask(self) -> None:
        self.page.goto("/")
        self.page.get_by_label("Your question").fill(QUESTION)
        self.page.keyboard.press("Enter")
        self.page.locator(".answer").wait_for()

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

    sam.offer_help("renewals", "deal desk, discounts above 20 %")
    Camera(browser, address, "Kim Ortiz", WIDE, "light").offer_help("pipeline", "renewal forecasts")
    dana.go("/experts?q=renewals", "experts")

    phone = Camera(browser, address, "Kim", PHONE, "light")
    phone.ask()
    phone.shoot("answer-phone")
    phone.open_source("chat-phone")


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
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        with running(settings) as address:
            shoot_all(browser, address)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
