"""Chromium against the running product."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from bot.bootstrap.parts import open_database
from bot.chat.reply import Post
from bot.chat.turn import Person, Place
from bot.features.channels.store import SqlChannels
from bot.features.escalations.store import SqlEscalations
from bot.features.experts.model import Expert
from bot.features.experts.store import SqlExperts
from bot.features.faq.entry import Entry, EntryState
from bot.features.faq.entry_store import SqlEntries
from bot.features.faq.model import Draft
from bot.features.faq.store import SqlDrafts
from bot.features.freshness.model import Check
from bot.features.freshness.model import Reason as Asked
from bot.features.freshness.store import SqlFreshness
from bot.features.introductions.jobs import ROUND
from bot.features.introductions.model import Buddy, Participant, Refusal, Round
from bot.features.introductions.store import SqlIntroductions
from bot.features.office_hours.desk import Desk
from bot.features.office_hours.model import Host, OfficeHours
from bot.features.questions.store import SqlQuestions
from bot.features.reviews.model import State
from bot.features.reviews.store import SqlReviews
from bot.features.stories import sending
from bot.features.stories.model import StoryState
from bot.features.stories.sending import Wanted
from bot.features.stories.store import SqlStories
from bot.settings import Settings
from bot.storage.audit import AuditEntry, record
from bot.storage.outbox import Outbox, outbox
from bot.storage.people import KnownPerson, People
from bot.storage.timers import Timers
from bot.storage.unit_of_work import Database
from scheduler.rules import Series
from tests.builders import NOON, message, question
from tests.chat_house import DANA
from tests.escalated import escalation
from tests.introduced import circle, meeting, member, week
from tests.reviewed import submission
from tests.running import index_library, running, settings_in, write_library
from tests.stories_house import credit, story

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE = 10_000  # milliseconds
PICTURE = Path(__file__).parents[2] / "docs" / "images" / "start.png"

OpenPage = Callable[..., Page]


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Of the product that runs at `address`."""
    folder = tmp_path_factory.mktemp("product")
    settings = settings_in(folder)
    index_library(settings, write_library(folder))
    said_in_chats(settings)
    return settings


@pytest.fixture(scope="session")
def address(settings: Settings) -> Iterator[str]:
    with running(settings) as base:
        yield base


def said_in_chats(settings: Settings) -> None:
    """A channel in which somebody asked, drafts, a retired entry, an expert, a question for one, and office hours that
    begin soon."""
    database = open_database(settings)
    place = Place("slack", "T1:C1", "17.2", is_shared=True, title="renewals-emea")
    draft = Draft(
        "draft-1", "When does it start?", "In April.", "slack:T1:U1", "Sam Lee", NOON, Place("slack", "T1:U1")
    )
    with database.begin() as unit:
        SqlChannels(unit).note(place, NOON)
        SqlDrafts(unit).add(draft)
        SqlDrafts(unit).add(replace(draft, id="draft-2", question="Who keeps the keys?", answer="Ask Sam Lee."))
        SqlEntries(unit).add(
            Entry(
                *("entry-1", "Who kept the keys?", "Ask Sam Lee.", "web:admin", "Ada", NOON),
                state=EntryState.RETIRED,
                retired_by_name="Ada",
                retired_at=NOON,
            )
        )
        People(unit).add(KnownPerson("slack:T1:U1", "Sam Lee", NOON, "sam@example.com", "Europe/Berlin"))
        SqlExperts(unit).put(Expert("slack:T1:U1", NOON, ("renewals", "deal desk"), ("en", "de")))
        for question_id in ("open-1", "private-1"):
            SqlQuestions(unit).add(question(question_id, person_id="slack:T1:U1", place=place))
        SqlEscalations(unit).add(escalation("open-1", asker_id="slack:T1:U1", asker_name="Sam Lee", place=place))
        voted = ("check-1", "Starter knowledge/metrics/crm-metrics.md", "CRM metrics", Asked.VOTED_DOWN, NOON)
        SqlFreshness(unit).add(Check(*voted, "2 people said that it is wrong.", person_id="web:mira-owner"))
        soon = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(minutes=20)
        dates = Series(soon.replace(tzinfo=None), "UTC", timedelta(hours=1), "FREQ=DAILY")
        hosts = (Host("web:hana-host", "Hana Host"),)
        held = OfficeHours("clinic", "Pricing clinic", hosts, dates, NOON, ("pricing",), place="Room 4", capacity=2)
        Desk().open(held, Person("web:hana-host", "Hana Host"), unit, datetime.now(UTC))
        record(unit, AuditEntry(NOON, "web:admin", "delivery dropped", "7", {"platform": "slack"}))
    introduced(database)
    told(database)
    did_not_arrive(database, place)
    database.close()


def introduced(database: Database) -> None:
    """A circle of the admin's with a round, a buddy's newcomer, whom they never meet, and a round that failed."""
    people = [("web:admin", "Ada"), *((f"web:colleague{number}", f"Colleague {number}") for number in range(9))]
    pairs = [tuple(Participant(*each) for each in people[at : at + 2]) for at in range(0, 10, 2)]
    with database.begin() as unit:
        store = SqlIntroductions(unit)
        for name in ("coffee", "tea"):
            store.add_circle(circle(name, title=f"{name.title()} across offices", opened_by="web:admin"))
        for person_id, name in people:
            store.put_member(member(person_id, person_name=name, office="Berlin"))
        made = Round("coffee-270301", "coffee", NOON.date(), NOON, len(people))
        store.add_round(made, [meeting(f"m{at}", participants=each) for at, each in enumerate(pairs)])
        store.put_buddy(Buddy("web:admin", "Ada", NOON))
        store.add_week(week("web:colleague1", buddy_id="web:admin", buddy_name="Ada", steps=2))
        store.add_refusal(Refusal("web:admin", "web:colleague2", "Colleague 2", NOON))
        Timers(unit).set(ROUND, "tea", NOON)
        (timer,) = Timers(unit).due([ROUND], NOON)
        Timers(unit).failed(timer, "RuntimeError: no", NOON + timedelta(days=900))


def told(database: Database) -> None:
    """A story that was sent to a channel, one that waits for a curator and for the word of whom it names, and a closed
    review to tell of."""
    mine = story(author_id="slack:T1:U1", credits=(replace(credit(DANA), person_id="web:dana", name="Dana"),))
    done = "Sam Lee drew up one template, and every quote began from it.\nNobody writes one from nothing any more."
    sent = replace(
        mine,
        id="6" * 32,
        title="Renewal quotes in a day",
        done=done,
        credits=(),
        state=StoryState.PUBLISHED,
        published_at=NOON,
        picture="7" * 32,
    )
    author = ("web:rhea-reviewed", "Rhea Reviewed", Place("web", "web:rhea-reviewed", "reviews"))
    work = submission("told-1", author_id=author[0], author_name=author[1], private=author[2], title="Kestrel quotes")
    with database.begin() as unit:
        SqlReviews(unit).add(replace(work, state=State.CLOSED, complete_at=NOON, released_at=NOON, closed_at=NOON))
        for each in (mine, sent):
            SqlStories(unit).add(each)
        SqlStories(unit).put_picture(sent.id, sent.picture, PICTURE.read_bytes())
        channels = SqlChannels(unit).all()
        ada = Person("web:admin", "Ada", is_admin=True)
        sending.send(sent, Wanted(channels), ada, unit, NOON, zone="UTC", base_url="")


def did_not_arrive(database: Database, place: Place) -> None:
    """Two that Slack refused, and one of which nobody can say whether it arrived."""
    for key, text in (("one", "Answer one."), ("two", "Answer two."), ("lost", "Answer three.")):
        with database.begin() as unit:
            Outbox(unit).add(Post(message(text), key), replace(place, channel=f"T1:{key}", title=key), NOON)
    with database.begin() as unit:
        rows = list(unit.connection.execute(outbox.select().order_by(outbox.c.id)).scalars())
        deliveries = [Outbox(unit).claim(row, NOON) for row in rows]
        for delivery in deliveries:
            assert delivery is not None
            if delivery.key == "lost":
                Outbox(unit).park(delivery, NOON)
            else:
                Outbox(unit).fail(delivery, "The channel is archived.", NOON)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("No Chromium on this machine: install it to run the tests in a browser.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser, address: str) -> Iterator[OpenPage]:
    """Opens a signed-in page; afterwards no page may have broken the content security policy or thrown."""
    contexts: list[BrowserContext] = []
    troubles: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "Refused to" in message.text:
            troubles.append(message.text)

    def open_one(
        path: str = "/", *, name: str = "Dana Okafor", groups: str = "", width: int = 1440, scheme: str = "light"
    ) -> Page:
        context = browser.new_context(
            base_url=address,
            viewport={"width": width, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", note)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.goto(path)
        page.get_by_label("Your name").fill(name)
        if groups:
            page.get_by_text("Try as a member of groups").click()
            page.get_by_label("Groups").fill(groups)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda url: "/sign-in" not in url)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert troubles == []


@pytest.fixture(scope="session")
def axe() -> str:
    return (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
