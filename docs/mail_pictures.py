"""Makes docs/images/mail-*.png: letters that the running product gives to a mail server, as a mail program shows them,
light and dark, on a desk and on a phone. With a folder, letters of stories and digests go there instead.

python -m docs.mail_pictures [FOLDER]
"""

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from bot.bootstrap.app import App
from bot.bootstrap.invitations import organiser_of
from bot.chat.ports import Profile
from bot.chat.turn import Person
from bot.features.office_hours.desk import Desk
from bot.features.office_hours.invitations import Invitations
from bot.features.office_hours.model import Host, OfficeHours
from bot.features.office_hours.store import SqlOfficeHours
from bot.features.profile.invitation import Inviter
from bot.platforms.mail.render_html import render_html
from bot.settings import Settings
from docs import news_cards
from scheduler.rules import Series
from tests.drivers.product import started
from tests.e2e.conftest import FLAGS
from tests.mail_server import Mailbox, mail_server
from tests.waiting import until

IMAGES = Path(__file__).parent / "images"
BASE = "https://guildhall.example.com"
NAMES = ("mail-booked", "mail-moved", "mail-cancelled")
SIZES = {"": 800, "-phone": 360}
SCHEMES = {"": "light", "-dark": "dark"}


def people(app: App) -> tuple[Person, Person]:
    """Sam, who holds office hours, and Dana, who books."""
    sam = app.directory.sign_in(
        Person("oidc:sam", "Sam Lee"), Profile("Sam Lee", "sam@example.com", True, "Europe/Berlin")
    )
    dana = app.directory.sign_in(
        Person("oidc:dana", "Dana Okafor"), Profile("Dana Okafor", "dana@example.com", True, "America/New_York")
    )
    return sam, dana


def book(app: App) -> None:
    """Dana books; Sam moves the date; Dana cancels."""
    now = datetime.now(UTC)
    sam, dana = people(app)
    desk = Desk([Invitations(Inviter(organiser_of(app.settings, BASE), base_url=BASE))])
    first = (now + timedelta(days=3)).replace(hour=15, minute=0, second=0, microsecond=0, tzinfo=None)
    clinic = OfficeHours(
        *("clinic", "CRM clinic", (Host(sam.id, sam.name),)),
        Series(first, "Europe/Berlin", timedelta(hours=1), "FREQ=WEEKLY"),
        now,
        ("CRM", "pipeline"),
        "Bring a case: a stale opportunity, a forecast that does not add up, a field that nobody fills.",
        "Room 4, second floor",
    )
    with app.database.begin() as unit:
        desk.open(clinic, sam, unit, now)
        session = SqlOfficeHours(unit).sessions_of(clinic.id, now)[0]
        booked = desk.book(session.id, dana, "A renewal that slipped twice", unit, now)
    with app.database.begin() as unit:
        desk.move(session.id, sam, first + timedelta(days=1), unit, now)
    with app.database.begin() as unit:
        desk.cancel(booked.booking.id, dana, unit, now)


async def letters(home: Path, mailbox: Mailbox) -> Mapping[str, EmailMessage]:
    """By the picture's name."""
    mail = {"smtp_host": "127.0.0.1", "smtp_port": mailbox.port, "smtp_tls": "none", "smtp_from": "coe@example.com"}
    page = {"base_url": BASE, "oidc_issuer": "https://login.example.com", "oidc_client_id": "guildhall"}
    settings = Settings.model_validate({"home": home, "port": 0, "starter": None, **mail, **page})
    async with started(settings) as (app, _):
        await asyncio.to_thread(book, app)
        await until(lambda: len(mailbox.taken) == len(NAMES))
    return dict(zip(NAMES, mailbox.taken, strict=True))


def html_of(letter: EmailMessage) -> str:
    part = letter.get_body(("html",))
    if part is None:
        raise LookupError("The letter has no HTML.")
    content = part.get_content()
    return content if isinstance(content, str) else ""


def draw(browser: Browser, html: str, target: Path, width: int, scheme: str) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 100},
        color_scheme="dark" if scheme == "dark" else "light",
        java_script_enabled=False,
    )
    page = context.new_page()
    page.set_content(html)
    page.screenshot(path=target, full_page=True)
    context.close()


def main() -> int:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.stderr.write("No Chromium on this machine, so no picture was made. Install it and try again.\n")
        return 1
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else IMAGES
    if len(sys.argv) > 1:
        drawn = {name: render_html(message) for name, message in news_cards.letters().items()}
    else:
        with tempfile.TemporaryDirectory(prefix="halden-") as home, mail_server() as mailbox:
            drawn = {name: html_of(each) for name, each in asyncio.run(letters(Path(home), mailbox)).items()}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        for name, html in drawn.items():
            for size, width in SIZES.items():
                for look, scheme in SCHEMES.items():
                    if folder != IMAGES or name == "mail-booked" or not (size or look):
                        draw(browser, html, folder / f"{name}{size}{look}.png", width, scheme)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
