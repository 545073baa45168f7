"""Office hours in people's calendars, read by a parser that did not write them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import vobject
from sqlalchemy import select

from bot.chat.reply import Invitation, Message, Quote
from bot.chat.turn import Person
from bot.features.calendar_entry import CalendarEntry
from bot.features.office_hours import telling
from bot.features.office_hours.calendar import SERIES_FEED, OfficeHoursCalendar
from bot.features.office_hours.desk import Desk
from bot.features.office_hours.invitations import Invitations
from bot.features.office_hours.model import OfficeHours
from bot.features.office_hours.store import SqlOfficeHours
from bot.features.profile.invitation import Inviter
from bot.storage.outbox import outbox
from bot.storage.people import Account, KnownPerson, People
from bot.storage.serialisation import message_from_json
from bot.storage.subscriptions import Subscription
from bot.storage.unit_of_work import Database, UnitOfWork
from scheduler.calendar_file import Attendee
from tests.builders import DANA, NOON, SAM
from tests.houred import FIRST, STARTS, hours, session

ORGANISER = Attendee("Guildhall", "guildhall@corp.example")
WHERE = session().id
DESK = Desk((Invitations(Inviter(ORGANISER, base_url="https://coe.example")),))
CALENDAR = OfficeHoursCalendar(ORGANISER)


@pytest.fixture
def unit(sqlite_database: Database) -> Iterator[UnitOfWork]:
    with sqlite_database.begin() as opened:
        for person, email in ((DANA, "dana@corp.example"), (SAM, "")):
            People(opened).add(KnownPerson(person.id, person.name, NOON, email, "Europe/Berlin"))
            People(opened).add_account(Account(person.id, person.id, "web", NOON))
        yield opened


def test_a_place_comes_by_mail_follows_each_change_and_goes(unit: UnitOfWork) -> None:
    _open(unit, place="Room 4", slot_length=timedelta(minutes=20))
    own = DESK.book(WHERE, DANA, "Brazil", unit, NOON, slot=1).booking
    DESK.move(WHERE, SAM, datetime.fromisoformat("2027-03-03T09:00"), unit, NOON)
    known = SqlOfficeHours(unit).get("s1")
    assert known is not None
    DESK.change(replace(known, place="Room 5"), SAM, unit, NOON)
    DESK.cancel(own.id, DANA, unit, NOON)
    sent = _sent(unit)
    assert [each.method for each in sent] == ["REQUEST", "REQUEST", "REQUEST", "CANCEL"]
    dates = [vobject.readOne(each.file).vevent for each in sent]
    assert {each.uid.value for each in dates} == {f"{own.id}@corp.example"}
    assert [each.sequence.value for each in dates] == ["0", "1", "2", "3"]
    assert (dates[0].dtstart.value, dates[0].dtend.value) == (
        STARTS + timedelta(minutes=20),
        STARTS + timedelta(minutes=40),
    )
    assert dates[1].dtstart.value == datetime.fromisoformat("2027-03-03T08:20+00:00")
    assert (dates[1].location.value, dates[2].location.value) == ("Room 4", "Room 5")
    assert [each.status.value for each in dates] == ["CONFIRMED"] * 3 + ["CANCELLED"]
    assert dates[0].attendee.value == "mailto:dana@corp.example"
    assert "Brazil" in dates[0].description.value


def test_who_only_waits_or_has_no_address_gets_no_mail(unit: UnitOfWork) -> None:
    _open(unit, capacity=1)
    taken = DESK.book(WHERE, replace(DANA, id="web:kim", name="Kim"), "", unit, NOON).booking
    waits = DESK.book(WHERE, DANA, "", unit, NOON).booking
    DESK.cancel(waits.id, DANA, unit, NOON)
    assert _sent(unit) == []
    DESK.book(WHERE, DANA, "", unit, NOON)
    DESK.call_off(taken.id, SAM, "", unit, NOON)
    assert [each.method for each in _sent(unit)] == ["REQUEST"]


def test_a_letter_names_the_date_and_leads_to_where_one_cancels(unit: UnitOfWork) -> None:
    _open(unit, place="Room 4")
    own = DESK.book(WHERE, DANA, "", unit, NOON).booking
    DESK.cancel(own.id, DANA, unit, NOON)
    booked, cancelled = _letters(unit)
    when = "Tuesday, 2 March 2027, 15:00 to 16:00 CET"
    assert booked.summary == f"Your place: “Renewals” with Sam Lee, {when}."
    assert cancelled.summary == f"Cancelled: “Renewals” with Sam Lee, {when}."
    assert [each.when for each in _sent(unit)] == [when, when]
    assert booked.url == f"https://coe.example/office-hours/session/{WHERE}"


def test_a_letter_says_that_the_date_has_another_time(unit: UnitOfWork) -> None:
    _open(unit)
    DESK.book(WHERE, DANA, "", unit, NOON)
    DESK.move(WHERE, SAM, datetime.fromisoformat("2027-03-03T11:00"), unit, NOON)
    when = "Wednesday, 3 March 2027, 11:00 to 12:00 CET"
    assert _letters(unit)[1].summary == f"Another time: “Renewals” with Sam Lee, {when}."


def test_a_letter_says_why_a_host_called_it_off(unit: UnitOfWork) -> None:
    _open(unit)
    own = DESK.book(WHERE, DANA, "", unit, NOON).booking
    DESK.call_off(own.id, SAM, "I am on a train.", unit, NOON)
    assert Quote("I am on a train.") in _letters(unit)[-1].blocks


def test_what_is_told_of_a_place_brings_it_into_a_calendar(unit: UnitOfWork) -> None:
    told = Desk((telling.tell,))
    made = _open(unit, capacity=1)
    taken = told.book(WHERE, replace(DANA, id="web:kim", name="Kim"), "", unit, NOON).booking
    waits = told.book(WHERE, DANA, "", unit, NOON).booking
    told.call_off(taken.id, SAM, "", unit, NOON)
    telling.remind(made, session(), "soon", unit, STARTS - timedelta(minutes=10))
    lane = select(outbox.c.message).where(outbox.c.lane == f"web/{DANA.id}")
    said = unit.connection.execute(lane).scalars().all()
    assert [f"/office-hours/booking/{waits.id}.ics" in each for each in said] == [True, True]


def test_a_subscribed_series_has_its_dates_and_says_which_are_cancelled(unit: UnitOfWork) -> None:
    _open(unit)
    DESK.skip(WHERE, SAM, "", unit, NOON)
    DESK.book(session(original=FIRST + timedelta(days=7)).id, DANA, "A secret", unit, NOON)
    written = (CALENDAR.series(Subscription(SERIES_FEED, "s1", DANA.id), NOON, unit) or b"").decode()
    found = vobject.readOne(written).vevent_list
    assert [each.status.value for each in found] == ["CANCELLED"] + ["CONFIRMED"] * 7
    assert [each.sequence.value for each in found] == ["1"] + ["0"] * 7
    assert "secret" not in written and "dana" not in written.lower()


def test_a_series_that_not_everyone_may_see_is_subscribed_to_by_its_hosts_alone(unit: UnitOfWork) -> None:
    _open(unit, readers=frozenset({"emea"}))
    assert CALENDAR.series(Subscription(SERIES_FEED, "s1", DANA.id), NOON, unit) is None
    assert CALENDAR.series(Subscription(SERIES_FEED, "s1", SAM.id), NOON, unit) is not None
    assert CALENDAR.series(Subscription(SERIES_FEED, "no such", SAM.id), NOON, unit) is None


def test_a_guest_reads_no_series_that_is_for_everyone_in_the_company(unit: UnitOfWork) -> None:
    _open(unit)
    People(unit).put_account(Account(DANA.id, DANA.id, "web", NOON, is_guest=True))
    assert CALENDAR.series(Subscription(SERIES_FEED, "s1", DANA.id), NOON, unit) is None


def test_a_calendar_shows_ones_own_time_and_how_the_others_stand(unit: UnitOfWork) -> None:
    _open(unit, slot_length=timedelta(minutes=30))
    own = DESK.book(WHERE, DANA, "Brazil", unit, NOON, slot=1).booking
    mine, other, *_ = _entries(unit, DANA)
    assert (mine.is_mine, mine.event.uid, mine.event.starts) == (
        True,
        f"{own.id}@corp.example",
        STARTS + timedelta(minutes=30),
    )
    assert (other.is_mine, other.note, other.page) == (
        False,
        "2 times left",
        f"/office-hours/session/{session(original=FIRST + timedelta(days=7)).id}",
    )
    hosted, *_ = _entries(unit, SAM)
    assert (hosted.is_mine, hosted.note, hosted.event.uid) == (True, "1 time left", f"{WHERE}@corp.example")
    assert "Brazil" not in hosted.event.description


def test_who_waits_has_no_date_and_who_may_not_see_it_nothing(unit: UnitOfWork) -> None:
    _open(unit, capacity=1)
    DESK.book(WHERE, replace(DANA, id="web:kim", name="Kim"), "", unit, NOON)
    DESK.book(WHERE, DANA, "", unit, NOON)
    waits, *_ = _entries(unit, DANA)
    assert (waits.is_mine, waits.note) == (False, "you are on the waiting list")
    other, *_ = _entries(unit, replace(DANA, id="web:ann"))
    assert other.note == "full, 1 on the waiting list"
    assert _entries(unit, replace(DANA, id="web:guest", is_guest=True)) == []


def test_ones_own_place_stays_on_the_calendar_when_its_series_is_no_longer_ones_to_see(unit: UnitOfWork) -> None:
    made = _open(unit)
    DESK.book(WHERE, DANA, "", unit, NOON)
    DESK.change(replace(made, readers=frozenset({"emea"})), SAM, unit, NOON)
    assert [each.is_mine for each in _entries(unit, DANA)] == [True]
    assert len(_entries(unit, replace(DANA, groups=frozenset({"emea"})))) == 8


def _open(unit: UnitOfWork, **values: object) -> OfficeHours:
    return DESK.open(hours(**values), SAM, unit, NOON)


def _entries(unit: UnitOfWork, person: Person) -> list[CalendarEntry]:
    return list(CALENDAR.entries(person.id, person.principals, NOON, NOON + timedelta(days=60), unit))


def _sent(unit: UnitOfWork) -> list[Invitation]:
    blocks = [block for each in _letters(unit) for block in each.blocks]
    return [each for each in blocks if isinstance(each, Invitation)]


def _letters(unit: UnitOfWork) -> list[Message]:
    said = unit.connection.execute(
        select(outbox.c.message).where(outbox.c.lane.startswith("mail/")).order_by(outbox.c.id)
    )
    return [message_from_json(each) for each in said.scalars()]
