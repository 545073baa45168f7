"""Times of a one-to-one session at which its hosts have something else, as their calendars say."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.chat.calendars import Busy
from bot.chat.errors import UserFacingError
from bot.chat.form import ChoiceField
from bot.features.escalations.model import Escalation
from bot.features.office_hours import acts
from bot.features.office_hours.availability import HostsBusy, taken_slots
from bot.features.office_hours.chat import OfficeHoursChat
from bot.features.office_hours.desk import Desk
from bot.features.office_hours.model import Host
from bot.platforms.calendars.google import service_account
from bot.platforms.calendars.microsoft import ClientSecret
from bot.platforms.calendars.platform import CalendarPlatform
from bot.storage.people import KnownPerson, People
from bot.storage.unit_of_work import Database, UnitOfWork
from tests.builders import DANA, NOON, SAM, pressed
from tests.fake_calendars.google import FakeGoogle
from tests.fake_calendars.microsoft import CLIENT, SECRET, TENANT, FakeMicrosoft
from tests.fake_calendars.server import ALEX, MEGAN, NOBODY, Fault
from tests.houred import STARTS, hours, session

TWENTY = timedelta(minutes=20)
WHERE = session().id
LUNCH = ("busy", "2027-03-02T14:10", "2027-03-02T14:30")


@dataclass
class House:
    fake: FakeMicrosoft | FakeGoogle
    platform: CalendarPlatform
    database: Database

    def open(self, *hosts: tuple[str, str]) -> None:
        """Hosts by id and e-mail address."""
        with self.database.begin() as unit:
            for person_id, email in hosts:
                People(unit).add(KnownPerson(person_id, person_id, NOON, email))
            made = hours(slot_length=TWENTY, hosts=tuple(Host(person_id, person_id) for person_id, _ in hosts))
            Desk().open(made, SAM, unit, NOON)

    async def busy_slots(self) -> frozenset[int]:
        busy = HostsBusy(self.platform.busy)
        found = await asyncio.to_thread(busy.busy_slots, WHERE, self.database, NOON)
        return found.get(WHERE, frozenset())

    def asked(self) -> int:
        return len(self.fake.calls)


@pytest.fixture(params=["microsoft", "google"])
async def house(request: pytest.FixtureRequest, sqlite_database: Database) -> AsyncIterator[House]:
    async with AsyncExitStack() as stack:
        fake: FakeMicrosoft | FakeGoogle
        if request.param == "microsoft":
            fake = await stack.enter_async_context(FakeMicrosoft())
            secret = ClientSecret(fake.url, fake.url, TENANT, CLIENT, SECRET)
            platform = CalendarPlatform(secret, lambda: fake.now)
        else:
            google = fake = await stack.enter_async_context(FakeGoogle())
            account = service_account(google.key_file())
            platform = CalendarPlatform(account, lambda: fake.now, google.api)
        stack.push_async_callback(platform.stop)
        platform.busy.start(asyncio.get_running_loop())
        yield House(fake, platform, sqlite_database)
        assert fake.invalid == []


async def test_times_at_which_the_host_has_something_else_are_known_and_asked_for_once(house: House) -> None:
    house.open((SAM.id, MEGAN))
    house.fake.busy[MEGAN] = [LUNCH]
    assert await house.busy_slots() == {0, 1}
    asked = house.asked()
    assert await house.busy_slots() == {0, 1}
    assert house.asked() == asked
    house.fake.now += timedelta(minutes=6)
    house.fake.busy[MEGAN] = []
    assert await house.busy_slots() == frozenset()


async def test_a_time_is_offered_as_long_as_one_of_the_hosts_is_free(house: House) -> None:
    house.open((SAM.id, MEGAN), (DANA.id, ALEX))
    house.fake.busy[MEGAN] = [LUNCH]
    house.fake.busy[ALEX] = [("busy", "2027-03-02T14:25", "2027-03-02T14:50")]
    assert await house.busy_slots() == {1}


async def test_without_an_answer_all_times_are_offered_and_nobody_waits_for_the_next_one(house: House) -> None:
    house.open((SAM.id, MEGAN))
    house.fake.busy[MEGAN] = [LUNCH]
    house.fake.faults = [
        Fault(503, "microsoft_unavailable" if isinstance(house.fake, FakeMicrosoft) else "google_unavailable")
    ] * 3
    assert await house.busy_slots() == frozenset()
    asked = house.asked()
    assert await house.busy_slots() == frozenset()
    assert house.asked() == asked
    house.fake.faults = []
    house.fake.now += timedelta(minutes=2)
    assert await house.busy_slots() == {0, 1}


@pytest.mark.parametrize("email", ["", NOBODY])
async def test_a_host_whose_calendar_nobody_knows_may_be_free(house: House, email: str) -> None:
    house.open((SAM.id, MEGAN), (DANA.id, email))
    house.fake.busy[MEGAN] = [LUNCH]
    assert await house.busy_slots() == frozenset()


def test_what_takes_the_whole_session_may_be_the_session_itself() -> None:
    made = session(slot_length=TWENTY)
    own = Busy(STARTS - TWENTY, STARTS + timedelta(hours=1))
    assert taken_slots(made, [own]) == frozenset()
    assert taken_slots(made, [Busy(STARTS - TWENTY, STARTS + timedelta(minutes=1))]) == {0}
    assert taken_slots(made, [Busy(STARTS + TWENTY, STARTS + 2 * TWENTY)]) == {1}


def test_before_the_start_and_without_calendars_all_times_are_offered(sqlite_database: Database) -> None:
    secret = ClientSecret("https://one.example", "https://two.example", TENANT, CLIENT, SECRET)
    unstarted = CalendarPlatform(secret, lambda: NOON).busy
    with sqlite_database.begin() as unit:
        People(unit).add(KnownPerson(SAM.id, SAM.name, NOON, MEGAN))
        Desk().open(hours(slot_length=TWENTY), SAM, unit, NOON)
    assert HostsBusy(unstarted).busy_slots(WHERE, sqlite_database, NOON) == {}
    assert HostsBusy().busy_slots(WHERE, sqlite_database, NOON) == {}
    assert HostsBusy().busy_slots("no such", sqlite_database, NOON) == {}


def booked_from(database: Database, busy: Sequence[Busy], wanted: str) -> list[str]:
    """The labels of what the form offers."""
    chat = OfficeHoursChat(Desk(), Nothing(), busy=HostsBusy(lambda addresses, since, until: {MEGAN: busy}))
    with database.begin() as unit:
        form = chat.on_book(pressed(acts.BOOK, wanted, "n"), unit).form
    assert form is not None
    return [label for field in form.fields if isinstance(field, ChoiceField) for _, label in field.options]


class Nothing:
    def open_ones(self, readers: frozenset[str], unit: UnitOfWork) -> Sequence[Escalation]:
        return []


@pytest.fixture
def known_host(sqlite_database: Database) -> Database:
    with sqlite_database.begin() as unit:
        People(unit).add(KnownPerson(SAM.id, SAM.name, NOON, MEGAN))
        Desk().open(hours(slot_length=TWENTY), SAM, unit, NOON)
    return sqlite_database


def test_the_form_offers_no_time_at_which_the_host_is_busy_of_one_date_or_of_all(known_host: Database) -> None:
    first, week = Busy(STARTS, STARTS + TWENTY), timedelta(days=7)
    assert booked_from(known_host, [first], WHERE) == ["Tue 2 Mar, 14:20–14:40", "Tue 2 Mar, 14:40–15:00"]
    later = Busy(STARTS + week + TWENTY, STARTS + week + 3 * TWENTY + TWENTY)
    assert booked_from(known_host, [first, later], "s1")[:4] == [
        "Tue 2 Mar, 14:20–14:40",
        "Tue 2 Mar, 14:40–15:00",
        "Tue 9 Mar, 14:00–14:20",
        "Tue 16 Mar, 14:00–14:20",
    ]


def test_where_the_host_is_busy_all_the_time_nothing_is_offered_and_it_is_said(known_host: Database) -> None:
    parts = [Busy(STARTS, STARTS + TWENTY), Busy(STARTS + TWENTY, STARTS + 4 * TWENTY)]
    with pytest.raises(UserFacingError, match="No host is free then"):
        booked_from(known_host, parts, WHERE)
