"""Office hours, reviews, events and introductions, when the process is killed with signal 9 right after it has
acknowledged something, or while it tells people: nothing is lost, nobody is told twice, what came due meanwhile
happens, and letters go out once."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from bot.features.events import alarms as event_alarms
from bot.features.events.store import SqlEvents
from bot.features.introductions.jobs import ROUND
from bot.features.introductions.store import SqlIntroductions
from bot.features.office_hours import alarms as office_hours_alarms
from bot.features.office_hours.model import BookingState, Session
from bot.features.office_hours.store import SqlOfficeHours
from bot.storage.timers import Timers
from bot.storage.unit_of_work import Database
from scheduler.rules import Series
from tests.calendar_client import CalendarClient
from tests.drivers import reviewing
from tests.drivers.driver import SILENCE, Driver, Shown, Values, offers, says, wait_for
from tests.drivers.own_process import Server, serving
from tests.drivers.product import ANSWER, ANSWERED
from tests.drivers.reviewing import KINDS, TITLE
from tests.drivers.story import Actor, actor, admin, assert_each_once
from tests.mail_server import Mailbox, mail_server
from tests.waiting import until

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.promise]

PLATFORMS = ("web", "slack", "teams")
EVERYONE = frozenset({"everyone"})
INTRODUCED = "Something to begin with"


@dataclass
class Town:
    """The process, and where its letters arrive."""

    server: Server
    mailbox: Mailbox

    @property
    def database(self) -> Database:
        return self.server.database

    def letters_to(self, email: str) -> list[bytes]:
        """The calendar files in them, in the order of arrival."""
        letters = [each for each in self.mailbox.taken if each["To"] == email]
        parts = [part for each in letters for part in each.walk() if part.get_content_type() == "text/calendar"]
        return [content for each in parts if isinstance(content := each.get_payload(decode=True), bytes)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    with mail_server() as mailbox:
        mail = {
            "GUILDHALL_SMTP_HOST": "127.0.0.1",
            "GUILDHALL_SMTP_PORT": str(mailbox.port),
            "GUILDHALL_SMTP_TLS": "none",
            "GUILDHALL_SMTP_FROM": "guildhall@coe.example",
        }
        async with serving(tmp_path_factory.mktemp("community"), **mail) as server:
            yield Town(server, mailbox)


@pytest.fixture(params=PLATFORMS)
def driver(request: pytest.FixtureRequest, town: Town) -> Driver:
    return town.server.drivers[request.param]


async def commands(who: Actor, words: str, *seen: str, label: str) -> Shown:
    await who.driver.command(who.who, await who.driver.direct(who.who), words)
    return await who.reads(says(*seen), offers(label))


async def comes(driver: Driver, name: str) -> tuple[Actor, str]:
    """Somebody with an address of their own; on the page nobody vouches for one."""
    email = "" if driver.name == "web" else f"{uuid4().hex[:12]}@coe.example"
    return Actor(driver, await driver.person(name, email)), email


async def nobody_reads_it_twice(*everybody: Actor) -> None:
    await asyncio.sleep(SILENCE)
    for each in everybody:
        assert_each_once(await each.driver.private(each.who))


def in_line(database: Database, title: str) -> tuple[Session, Sequence[str], Sequence[str]]:
    """The first date of the series, who has a place there, and who waits, in order."""
    with database.reading() as unit:
        store = SqlOfficeHours(unit)
        (hours,) = [each for each in store.open_ones(EVERYONE) if each.title == title]
        session = store.sessions_of(hours.id, hours.opened_at)[0]
        bookings = sorted(store.bookings(session.id), key=lambda each: each.number)
    booked = [each.person_name for each in bookings if each.state is BookingState.BOOKED]
    return session, booked, [each.person_name for each in bookings if each.state is BookingState.WAITING]


async def test_whoever_is_next_in_line_moves_up_once_and_gets_one_letter(
    town: Town, driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    title = f"Clinic {uuid4().hex[:8]}"
    sam = await actor(driver, "Sam Lee")
    guests = [await comes(driver, name) for name in ("Dana Okafor", "Kim Park", "Noor Nasser")]
    (dana, _), (kim, _), (noor, _) = guests
    soon = datetime.now(ZoneInfo("Europe/Berlin")) + timedelta(minutes=20)
    rhythm = f"every day {soon:%H:%M} Berlin"
    said: Values = {"title": title, "topics": "prices", "rhythm": rhythm, "kind": "group", "size": "1"}
    await sam.fill(await commands(sam, "office hours", label="Open office hours"), "Open office hours", said)
    await sam.reads(says("Opened", title))
    session, _, _ = in_line(town.database, title)
    place: Values = {"when": f"{session.original:%y%m%d}:-1", "brings": "Prices in Brazil"}
    await dana.fill(await commands(dana, f"office hours {title}", title, label="Book"), "Book", place)
    booked = await dana.reads(says("Booked", title), offers("Cancel my place"))
    for line, each in enumerate((kim, noor), start=1):
        offered = await commands(each, f"office hours {title}", title, label="Choose a date")
        await each.fill(offered, "Choose a date", place)
        await each.reads(says(f"number {line} in line"))

    monkeypatch.setattr(driver, "patience", 0.0, raising=False)  # Slack's: it acknowledges and opens nothing
    await dana.press(booked, "Cancel my place")
    await town.server.dies_and_starts_again()
    await kim.reads(says("You moved up from the waiting list", title))
    await dana.reads(says("Your place is cancelled", title))
    assert in_line(town.database, title)[1:] == ([kim.who.name], [noor.who.name])

    await kim.press(await kim.reads(says("moved up", title), offers("Cancel my place")), "Cancel my place")
    await noor.reads(says("You moved up from the waiting list", title))
    assert in_line(town.database, title)[1:] == ([noor.who.name], [])
    await town.server.dies()
    came_due(town.database, office_hours_alarms.SOON, session.id)
    await town.server.start()
    await noor.reads(says(f"“{title}” with {sam.who.name} is "))
    await sam.reads(says(f"Your office hours “{title}” are", "1 person comes"))
    await nobody_reads_it_twice(sam, dana, kim, noor)
    for (_, email), (letters, dates) in zip(guests, ((2, 0), (2, 0), (1, 1)), strict=True):
        if email:
            await _calendar_has(town, email, letters, dates)


def came_due(database: Database, timer: str, subject: str) -> None:
    """While nobody was there to see to it."""
    with database.begin() as unit:
        assert Timers(unit).due_at(timer, subject) is not None, "it was set"
        Timers(unit).set(timer, subject, datetime.now(UTC))


async def _calendar_has(town: Town, email: str, letters: int, dates: int) -> None:
    await until(lambda: len(town.letters_to(email)) >= letters)
    received = town.letters_to(email)
    assert len(received) == letters
    calendar = CalendarClient()
    for file in received:
        calendar.receive(file)
    assert len(calendar.dates()) == dates


async def test_reviews_are_released_once_whatever_happened_after_the_last_one(town: Town, driver: Driver) -> None:
    everybody = await reviewing.cast(driver, KINDS[driver.name])
    await reviewing.submitted(everybody)
    await reviewing.completed(everybody)
    await reviewing.accepted(everybody)
    await reviewing.written(everybody, then=town.server.dies_and_starts_again)
    await reviewing.answered_and_closed(everybody)
    await asyncio.sleep(SILENCE)
    # One card for each thing to hear of: submitted, released; and asked, released, answered.
    assert await _cards(everybody.author) == 2
    assert [await _cards(each) for each in everybody.reviewers] == [3, 3]


async def _cards(who: Actor) -> int:
    return len([each for each in await who.driver.private(who.who) if TITLE in each.text])


async def test_an_event_is_announced_once_and_those_who_sign_up_have_their_place(town: Town, driver: Driver) -> None:
    title = f"Launch {uuid4().hex[:8]}"
    sam, curator = await actor(driver, "Sam Lee"), await admin(driver)
    (dana, email), hall = await comes(driver, "Dana Okafor"), None
    if "channel" not in driver.lacks:
        hall = await driver.channel(sam.who, dana.who, curator.who)
        remark = await sam.asks(hall, ANSWERED)  # from then on the channel is known
        await wait_for(driver, remark.spot, says(ANSWER))
    planned: Values = {
        "title": title,
        "kind": "webinar",
        "day": (datetime.now(UTC) + timedelta(days=2)).date().isoformat(),
        "at": "15:00",
        "until": "16:00",
        "zone": "Europe/Berlin",
    }
    await sam.fill(await commands(sam, "events", label="Plan an event"), "Plan an event", planned)
    await sam.press(await sam.reads(says("The draft of", title), offers("Ask to announce it")), "Ask to announce it")
    await sam.reads(says("asked to announce", title))
    waits = await commands(curator, f"events {title}", title, label="Announce it")
    await curator.fill(waits, "Announce it", {"channels": ("0",)} if hall else {"where": "calendar"})
    await town.server.dies_and_starts_again()

    await curator.reads(says(title, "is announced in" if hall else "is on the calendar"))
    if hall is None:
        shown = await commands(dana, f"events {title}", title, label="Sign up")
    else:
        shown = await wait_for(driver, hall, lambda each: title in each.text and "Sign up" in each.labels)
    await dana.fill(shown, "Sign up", {"name": "shown"})
    await dana.reads(says("You have a place at", title))
    await town.server.dies()
    came_due(town.database, event_alarms.SOON, _event_called(town.database, title))
    await town.server.start()
    await dana.reads(says(f"“{title}” is "))
    await sam.reads(says(f"Your event “{title}” is", "1 person comes"))
    await nobody_reads_it_twice(sam, dana)
    if hall is not None:
        told = [each for each in await driver.messages(hall) if title in each.text]
        assert len(told) == 1
    if email:
        await _calendar_has(town, email, 1, 1)


def _event_called(database: Database, title: str) -> str:
    now = datetime.now(UTC)
    with database.reading() as unit:
        found = SqlEvents(unit).public(EVERYONE, now, now + timedelta(days=4))
    return next(each.id for each in found if each.title == title)


async def test_a_round_that_came_due_meanwhile_brings_everybody_together_once(town: Town) -> None:
    title = f"Tea {uuid4().hex[:8]}"
    drivers = town.server.drivers.values()
    members = [await actor(each, name) for each in drivers for name in ("Dana Okafor", "Kim Park", "Lee Winter")]
    opened: Values = {"title": title, "rhythm": "every second Tuesday 15:00 Berlin", "size": "2", "about": ""}
    card = await commands(members[0], "introductions", label="Open a circle")
    await members[0].fill(card, "Open a circle", opened)
    await members[0].reads(says(title, "is open"))
    for each in members:
        await _joins(each, title)
    await town.server.dies()
    _round_came_due(town.database, title)
    await town.server.start()
    await _first_to_read(members, INTRODUCED)
    await town.server.dies_and_starts_again()
    for each in members:
        await each.reads(says(INTRODUCED))
    await nobody_reads_it_twice(*members)
    for each in members:
        assert len([shown for shown in await each.driver.private(each.who) if INTRODUCED in shown.text]) == 1
    assert _sizes(town.database, title) == [2, 2, 2, 3]


async def _first_to_read(people: Sequence[Actor], words: str) -> None:
    reading = [asyncio.ensure_future(each.reads(says(words))) for each in people]
    done, pending = await asyncio.wait(reading, return_when=asyncio.FIRST_COMPLETED)
    for each in pending:
        each.cancel()
    await asyncio.gather(*done)


async def _joins(who: Actor, title: str) -> None:
    card = await commands(who, "introductions", title, label="Join")
    await who.fill(card, "Join", {"office": "", "function": ""})
    await who.reads(says(f"You are in “{title}"))


def _round_came_due(database: Database, title: str) -> None:
    """Its schedule says that it was a minute ago."""
    now = datetime.now(UTC)
    with database.begin() as unit:
        store = SqlIntroductions(unit)
        (circle,) = [each for each in store.open_circles(EVERYONE) if each.title == title]
        first = (now - timedelta(minutes=1)).replace(tzinfo=None, microsecond=0)
        schedule = Series(first, "UTC", timedelta(minutes=30), "FREQ=DAILY")
        assert store.change_circle(replace(circle, schedule=schedule, revision=circle.revision + 1))
        Timers(unit).set(ROUND, circle.id, now)


def _sizes(database: Database, title: str) -> list[int]:
    with database.reading() as unit:
        store = SqlIntroductions(unit)
        (circle,) = [each for each in store.open_circles(EVERYONE) if each.title == title]
        (made,) = store.rounds(circle.id)
        return sorted(len(each.participants) for each in store.meetings_of_round(made.id))
