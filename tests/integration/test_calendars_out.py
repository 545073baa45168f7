"""Invitations through the outbox into calendars, and how bootstrap opens them."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.bootstrap.build import build
from bot.bootstrap.calendars import CalendarsIncomplete, calendar_account, open_calendars
from bot.chat.calendars import CALENDAR, calendar_place
from bot.chat.errors import DeliveryFailed
from bot.chat.reply import Invitation, Message, Paragraph, Post
from bot.commands.calendar_checks import check_calendars
from bot.commands.finding import State
from bot.platforms.calendars.google import ServiceAccount
from bot.platforms.calendars.microsoft import ClientSecret
from bot.platforms.calendars.platform import CalendarPlatform
from bot.relay import Outlet, Relay
from bot.settings import Settings
from bot.storage.outbox import Outbox, OutboxState, outbox
from bot.storage.unit_of_work import Database
from scheduler.calendar_file import Attendee, CalendarEvent, Method, Recurrence, calendar_file
from tests.fake_calendars.google import EMAIL, FakeGoogle
from tests.fake_calendars.microsoft import CLIENT, SECRET, TENANT, FakeMicrosoft
from tests.fake_calendars.server import MEGAN, NOBODY, NOW, Fault
from tests.waiting import until

STARTS = datetime(2026, 3, 9, 14, tzinfo=UTC)
HOUR = timedelta(hours=1)
THERE = calendar_place(MEGAN)
AZURE = {"azure_tenant_id": TENANT, "azure_client_id": CLIENT, "azure_client_secret": SECRET}


def event(sequence: int, starts: datetime = STARTS, recurrence: Recurrence | None = None) -> CalendarEvent:
    return CalendarEvent(
        "session-7@coe.example",
        sequence,
        starts,
        starts + HOUR,
        "Europe/Berlin",
        "Office hours: Verlängerungen, Preise; und mehr",
        description="Bring your\naccount plan.",
        location="Room 4",
        url="https://coe.example/7",
        organiser=Attendee("Dana Reyes", "dana@example.com"),
        attendees=(Attendee("Megan Bowen", MEGAN),),
        recurrence=recurrence,
    )


def invited(sequence: int, starts: datetime = STARTS, method: Method = Method.REQUEST) -> Message:
    file = calendar_file(method, [event(sequence, starts)], NOW).decode()
    block = Invitation(
        "Office hours", "9 March, 15:00", file=file, method="CANCEL" if method == "CANCEL" else "REQUEST"
    )
    return Message("You are booked with Dana.", (Paragraph("You are booked."), block))


@pytest.fixture
async def fake() -> AsyncIterator[FakeMicrosoft]:
    async with FakeMicrosoft() as fake:
        yield fake
        assert fake.invalid == []


@pytest.fixture
async def platform(fake: FakeMicrosoft) -> AsyncIterator[CalendarPlatform]:
    opened = CalendarPlatform(ClientSecret(fake.url, fake.url, TENANT, CLIENT, SECRET), lambda: fake.now)
    yield opened
    await opened.stop()


def states(database: Database) -> list[str]:
    with database.reading() as unit:
        return list(unit.connection.execute(select(outbox.c.state)).scalars())


async def deliver(database: Database, platform: CalendarPlatform, *messages: Message, address: str = MEGAN) -> str:
    """Each once the one before has been settled. Returns how the last one ended."""
    outlet = Outlet(platform.messenger, platform.pace, platform.quiet)
    relay = Relay(database, {CALENDAR: outlet}, lambda: datetime.now(UTC))
    running = asyncio.create_task(relay.run())
    for message in messages:
        with database.begin() as unit:
            Outbox(unit).add(Post(message, "session-7"), calendar_place(address), datetime.now(UTC))
        await until(lambda: set(states(database)) <= {OutboxState.SENT, OutboxState.FAILED})
    relay.stop()
    await running
    return states(database)[-1]


async def test_an_invitation_its_move_and_its_end_reach_the_calendar(
    sqlite_database: Database, fake: FakeMicrosoft, platform: CalendarPlatform
) -> None:
    assert await deliver(sqlite_database, platform, invited(0)) == OutboxState.SENT
    (shown,) = fake.standing(MEGAN)
    assert (shown.title, shown.starts, shown.ends) == (event(0).title, STARTS, STARTS + HOUR)
    assert (shown.text, shown.location) == ("Bring your\naccount plan.\n\nhttps://coe.example/7", "Room 4")

    assert await deliver(sqlite_database, platform, invited(1, STARTS + HOUR)) == OutboxState.SENT
    assert [shown.starts for shown in fake.standing(MEGAN)] == [STARTS + HOUR]

    assert await deliver(sqlite_database, platform, invited(2, method=Method.CANCEL)) == OutboxState.SENT
    assert fake.standing(MEGAN) == []

    assert await deliver(sqlite_database, platform, invited(3)) == OutboxState.SENT
    assert len(fake.standing(MEGAN)) == 1


async def test_the_relay_tries_again_and_there_is_one_appointment(
    sqlite_database: Database, fake: FakeMicrosoft, platform: CalendarPlatform
) -> None:
    fake.faults = [Fault(503, "microsoft_unavailable", {"Retry-After": "0"}), None, Fault()]

    assert await deliver(sqlite_database, platform, invited(0)) == OutboxState.SENT
    assert len(fake.standing(MEGAN)) == 1


async def test_who_has_no_calendar_there_is_shown_to_admins_as_failed(
    sqlite_database: Database, platform: CalendarPlatform
) -> None:
    assert await deliver(sqlite_database, platform, invited(0), address=NOBODY) == OutboxState.FAILED


async def test_a_date_of_a_series_is_a_date_of_its_own(fake: FakeMicrosoft, platform: CalendarPlatform) -> None:
    for days in (0, 7):
        original = STARTS + timedelta(days=days)
        file = calendar_file(Method.REQUEST, [replace(event(0, original), instead_of=original)], NOW).decode()
        await platform.messenger.post(THERE, Message("Booked.", (Invitation("x", "y", file=file),)), "k", "n")

    assert [shown.starts for shown in fake.standing(MEGAN)] == [STARTS, STARTS + timedelta(days=7)]


@pytest.mark.parametrize(
    "file",
    [
        "",
        "BEGIN:VCALENDAR",
        "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
        calendar_file(Method.REQUEST, [event(0, recurrence=Recurrence("FREQ=WEEKLY"))], NOW).decode(),
        calendar_file(Method.REQUEST, [event(0)], NOW).decode().replace("DTSTART:", "X-DTSTART:"),
        calendar_file(Method.REQUEST, [event(0)], NOW).decode().replace("T140000Z", "T140000"),
    ],
    ids=["none", "broken", "empty", "series", "no start", "no zone"],
)  # fmt: skip
async def test_what_holds_no_single_date_is_put_nowhere(
    fake: FakeMicrosoft, platform: CalendarPlatform, file: str
) -> None:
    with pytest.raises(DeliveryFailed) as failed:
        await platform.messenger.post(THERE, Message("Booked.", (Invitation("x", "y", file=file),)), "k", "n")

    assert failed.value.permanent
    assert fake.calls == []


def settings(**values: object) -> Settings:
    return Settings.model_validate(values)


def test_calendars_are_off_unless_it_is_said_where_they_are() -> None:
    assert open_calendars(settings(**AZURE), lambda: NOW) is None
    assert open_calendars(settings(**AZURE, calendars=""), lambda: NOW) is None


def test_the_cloud_of_the_tenant_is_where_its_calendars_are() -> None:
    account = calendar_account(settings(**AZURE, calendars="microsoft", teams_cloud="gcc-high"))

    assert isinstance(account, ClientSecret)
    assert (account.graph, account.login) == ("https://graph.microsoft.us", "https://login.microsoftonline.us")


@pytest.mark.parametrize("missing", AZURE)
def test_microsofts_calendars_need_all_that_belongs_to_the_application(missing: str) -> None:
    with pytest.raises(CalendarsIncomplete, match=missing.upper()):
        open_calendars(settings(**{**AZURE, missing: ""}, calendars="microsoft"), lambda: NOW)


def test_googles_calendars_need_a_key_file(tmp_path: Path) -> None:
    file = tmp_path / "key.json"
    google = FakeGoogle()
    google.url = "https://oauth2.googleapis.com"
    for named in ("", str(file)):
        with pytest.raises(CalendarsIncomplete, match="GOOGLE_APPLICATION_CREDENTIALS"):
            open_calendars(settings(calendars="google", google_key_file=named), lambda: NOW)
    for text in (b"", b"\xff\xfe", b"{}"):
        file.write_bytes(text)
        with pytest.raises(CalendarsIncomplete, match="cannot be used"):
            open_calendars(settings(calendars="google", google_key_file=file), lambda: NOW)

    file.write_text(google.key_file(), encoding="utf-8")

    account = calendar_account(settings(calendars="google", google_key_file=file))
    assert isinstance(account, ServiceAccount)
    assert account.email == EMAIL
    assert open_calendars(settings(calendars="google", google_key_file=file), lambda: NOW) is not None


async def test_doctor_asks_for_a_token_and_for_nothing_else(fake: FakeMicrosoft) -> None:
    account = ClientSecret(fake.url, fake.url, TENANT, CLIENT, SECRET)

    found = await asyncio.to_thread(check_calendars, settings(), account)
    fake.token_faults = [Fault(401, "microsoft_token_refused")]
    refused = await asyncio.to_thread(check_calendars, settings(), account)

    assert (found.state, refused.state) == (State.OK, State.FAIL)
    assert "AZURE_CLIENT_SECRET" in refused.advice
    assert fake.calls == []


def test_doctor_says_what_calendars_lack() -> None:
    assert check_calendars(settings()).state is State.OK
    incomplete = check_calendars(settings(calendars="google"))

    assert incomplete.state is State.FAIL
    assert "GOOGLE_APPLICATION_CREDENTIALS" in incomplete.advice


@pytest.mark.parametrize(("there", "names"), [({}, False), ({**AZURE, "calendars": "microsoft"}, True)])
async def test_nothing_goes_into_calendars_unless_they_are_set(
    tmp_path: Path, there: dict[str, object], names: bool
) -> None:
    app = build(settings(home=tmp_path, port=0, starter=None, **there))

    assert (CALENDAR in app.relay.outlets) is names
    if app.calendars is not None:
        await app.calendars.stop()
    app.database.close()
