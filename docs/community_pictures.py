"""Makes docs/images/community-*.png from the running product: office hours, reviews, introductions, events, the
calendar. With a folder, all pages of them go there instead, at three widths, light and dark.

python -m docs.community_pictures [FOLDER]
"""

import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from bot.settings import Settings
from docs.community_scene import BLIND_REVIEW, CIRCLE, OUT, RUNNING, set_up
from docs.screenshots import PHONE, WIDE, Camera
from tests.drivers.product import free_port
from tests.e2e.conftest import FLAGS
from tests.running import STARTER, index_library, running

TABLET = (768, 900)
DANA, SAM, KIM, AIKO, MARA = "Dana Okafor", "Sam Lee", "Kim Ortiz", "Aiko Mori", "Mara Lindqvist"

KEPT = {
    "community-session": (SAM, "/office-hours/session/{session}", WIDE),
    "community-review": (KIM, f"/reviews/{OUT}", WIDE),
    "community-figures": (MARA, "/reviews/figures", WIDE),
    "community-introductions": (DANA, "/introductions", WIDE),
    "community-event": (DANA, "/events/renewals", WIDE),
    "community-calendar": (DANA, "/calendar", WIDE),
    "community-calendar-phone": (DANA, "/calendar", PHONE),
}
"""By the picture's name: who looks at what, and how wide."""

PAGES = (
    (DANA, "office-hours", "/office-hours"),
    (SAM, "hosted", "/office-hours"),
    (DANA, "series", f"/office-hours/{RUNNING}"),
    (SAM, "series-of-host", f"/office-hours/{RUNNING}"),
    (LEE := "Lee Winter", "series-one-to-one", "/office-hours/journeys"),
    (SAM, "session-of-host", "/office-hours/session/{session}"),
    (DANA, "session", "/office-hours/session/{session}"),
    (KIM, "reviews", "/reviews"),
    (KIM, "review-out", f"/reviews/{OUT}"),
    (KIM, "review-asked", f"/reviews/{BLIND_REVIEW}"),
    (DANA, "review-returned", "/reviews/r-board"),
    (DANA, "review-running", f"/reviews/{BLIND_REVIEW}"),
    (MARA, "example", "/reviews/r-0"),
    (MARA, "figures", "/reviews/figures"),
    (MARA, "rubrics", "/reviews/rubrics"),
    (MARA, "rubric", "/reviews/rubrics/journey-map"),
    (DANA, "introductions", "/introductions"),
    (DANA, "circle", f"/introductions/{CIRCLE}"),
    (AIKO, "first-week", "/introductions/first-week"),
    (AIKO, "introductions-of-newcomer", "/introductions"),
    (DANA, "events", "/events"),
    (DANA, "event", "/events/renewals"),
    (MARA, "event-of-organiser", "/events/renewals"),
    ("admin", "event-to-announce", "/events/board"),
    (DANA, "calendar", "/calendar"),
    (DANA, "calendar-list", "/calendar?view=list"),
    (DANA, "subscribe", "/calendar/subscribe"),
    (DANA, "home", "/home"),
    (SAM, "home-of-host", "/home"),
)
"""Who looks, the picture's name, at what."""

FORMS = (
    (MARA, "form-book", f"/office-hours/{RUNNING}", "Book"),
    (KIM, "form-book-slot", "/office-hours/journeys", "Book"),
    (MARA, "form-open", "/office-hours", "Open office hours"),
    (KIM, "form-review", f"/reviews/{BLIND_REVIEW}", "Write the review"),
    (MARA, "form-submit", "/reviews/rubrics/journey-map", "Ask for a review"),
    (DANA, "form-complete", "/reviews/r-board", "Complete it"),
    (DANA, "form-join", "/introductions", "Join"),
    (DANA, "form-circle", "/introductions", "Open a circle"),
    (DANA, "form-plan", "/events", "Plan an event"),
    ("admin", "form-announce", "/events/board", "Announce it"),
    (LEE, "form-sign-up", "/events/renewals", "Sign up"),
)
"""Who looks, the picture's name, on which page, by which link."""


def draw_kept(browser: Browser, address: str, session: str) -> None:
    for name, (who, path, size) in KEPT.items():
        Camera(browser, address, who, size, "light").go(path.format(session=session), name)


def draw_all(browser: Browser, address: str, session: str, folder: Path, only: Sequence[str]) -> None:
    for size, scheme in ((WIDE, "light"), (PHONE, "light"), (TABLET, "dark")):
        cameras: dict[str, Camera] = {}
        for who, name, path, *link in (*PAGES, *FORMS):
            if only and name not in only:
                continue
            if who not in cameras:
                cameras[who] = Camera(browser, address, who, size, scheme, folder)
            page = cameras[who].page
            page.goto(path.format(session=session))
            if link:
                found = page.get_by_role("link", name=link[0])
                if not found.count():
                    sys.stderr.write(f"{name}: no link {link[0]}\n")
                    continue
                page.goto(found.first.get_attribute("href") or "")
            page.wait_for_timeout(200)
            page.screenshot(path=folder / f"{name}-{size[0]}.png", full_page=True)


def main() -> int:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.stderr.write("No Chromium on this machine, so no picture was made. Install it and try again.\n")
        return 1
    with tempfile.TemporaryDirectory(prefix="halden-") as home, sync_playwright() as playwright:
        port = free_port()
        reached = {"port": port, "base_url": f"http://127.0.0.1:{port}", "starter": STARTER}
        settings = Settings.model_validate({"home": f"{home}/kept", **reached})
        settings.home.mkdir()
        index_library(settings, STARTER)
        session = set_up(settings)
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        with running(settings) as address:
            if len(sys.argv) > 1:
                draw_all(browser, address, session, Path(sys.argv[1]), sys.argv[2:])
            else:
                draw_kept(browser, address, session)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
