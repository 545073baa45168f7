"""Makes docs/images/community-*.png from the running product: office hours, reviews, introductions, events, the
calendar; stories, requests and ideas, announcements, digests, the pulse. With a folder, all pages of them go there
instead, at three widths, light and dark; with names after it, only those.

python -m docs.community_pictures [FOLDER [NAME …]]
"""

import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from bot.settings import Settings
from docs.community_scene import BLIND_REVIEW, CIRCLE, OUT, RUNNING, set_up
from docs.news_scene import BACK, BUNDLES, CURATOR, FREEZE, LETTERS, QUOTES, TEMPLATE, WON, tell_news
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
    "community-story": (MARA, f"/stories/{QUOTES}", WIDE),
    "community-ideas": (MARA, "/ideas", WIDE),
    "community-gaps": (MARA, "/ideas/gaps", WIDE),
    "community-brought": (MARA, "/ideas/figures", WIDE),
    "community-pulse": (DANA, "/pulse", WIDE),
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
    (DANA, "stories", "/stories"),
    (MARA, "stories-waiting", "/stories?part=waiting"),
    (DANA, "story", f"/stories/{QUOTES}"),
    (MARA, "story-sent", f"/stories/{QUOTES}"),
    (DANA, "story-asks-for-name", f"/stories/{WON}"),
    (MARA, "story-to-approve", f"/stories/{WON}"),
    (DANA, "story-returned", f"/stories/{BACK}"),
    (DANA, "ideas", "/ideas"),
    (MARA, "ideas-of-curator", "/ideas"),
    (DANA, "ideas-list", "/ideas?view=list"),
    (MARA, "ideas-gaps", "/ideas/gaps"),
    (DANA, "ideas-figures", "/ideas/figures"),
    (SAM, "idea-under-way", f"/ideas/{BUNDLES}"),
    (MARA, "idea-to-decide", "/ideas/health"),
    (DANA, "idea-incomplete", "/ideas/incomplete"),
    (DANA, "idea-done", f"/ideas/{LETTERS}"),
    (DANA, "announcements", "/announcements"),
    (MARA, "announcements-of-curator", "/announcements"),
    (DANA, "announcement", f"/announcements/{TEMPLATE}"),
    (MARA, "announcement-sent", f"/announcements/{TEMPLATE}"),
    ("admin", "announcement-to-approve", f"/announcements/{FREEZE}"),
    (DANA, "digests", "/digests"),
    (MARA, "digests-of-curator", "/digests"),
    (DANA, "digest", "/digests/{own}"),
    (MARA, "digest-of-channel", "/digests/{general}"),
    (DANA, "edition", "/digests/{own}/{day}"),
    (DANA, "pulse", "/pulse"),
    (SAM, "pulse-not-asked", "/pulse"),
    (MARA, "home-of-curator", "/home"),
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
    (DANA, "form-story", "/stories", "Tell a story"),
    (DANA, "form-rename", f"/stories/{WON}", "Name me otherwise"),
    (MARA, "form-send", f"/stories/{QUOTES}", "Send it out"),
    (DANA, "form-ask", "/ideas", "Ask or propose"),
    (DANA, "form-complete-idea", "/ideas/incomplete", "Complete it"),
    (MARA, "form-plan-idea", "/ideas/health", "Estimate and plan"),
    (SAM, "form-finish", f"/ideas/{BUNDLES}", "It is done"),
    (MARA, "form-write", "/announcements", "Write one"),
    (LEE, "form-read", f"/announcements/{TEMPLATE}", "I have read it"),
    (KIM, "form-digest", "/digests", "Get a digest"),
    (MARA, "form-edit-digest", "/digests/{general}", "Edit it"),
)
"""Who looks, the picture's name, on which page, by which link."""


def draw_kept(browser: Browser, address: str, ids: Mapping[str, str]) -> None:
    for name, (who, path, size) in KEPT.items():
        Camera(browser, address, who, size, "light").go(path.format_map(ids), name)


def draw_all(browser: Browser, address: str, ids: Mapping[str, str], folder: Path, only: Sequence[str]) -> None:
    for size, scheme in ((WIDE, "light"), (PHONE, "light"), (TABLET, "dark")):
        cameras: dict[str, Camera] = {}
        for who, name, path, *link in (*PAGES, *FORMS):
            if only and name not in only:
                continue
            if who not in cameras:
                cameras[who] = Camera(browser, address, who, size, scheme, folder)
            page = cameras[who].page
            page.goto(path.format_map(ids))
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
        settings = Settings.model_validate({"home": f"{home}/kept", "curators": [CURATOR.id], **reached})
        settings.home.mkdir()
        index_library(settings, STARTER)
        ids = {"session": set_up(settings), **tell_news(settings)}
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        with running(settings) as address:
            if len(sys.argv) > 1:
                draw_all(browser, address, ids, Path(sys.argv[1]), sys.argv[2:])
            else:
                draw_kept(browser, address, ids)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
