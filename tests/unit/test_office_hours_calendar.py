"""Office hours in people's calendars, read by a parser that did not write them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import vobject
from sqlalchemy import select

from bot.chat.reply import Invitation
from bot.features.office_hours.desk import Desk
from bot.features.office_hours.invitations import Invitations, person_feed, series_feed
from bot.features.office_hours.model import OfficeHours
from bot.features.office_hours.store import SqlOfficeHours
from bot.storage.outbox import outbox
from bot.storage.people import KnownPerson, People
from bot.storage.serialisation import message_from_json
from bot.storage.unit_of_work import Database, UnitOfWork
from scheduler.calendar_file import Attendee
from tests.builders import DANA, NOON, SAM
from tests.houred import FIRST, STARTS, hours, session

ORGANISER = Attendee("Guildhall", "guildhall@corp.example")
WHERE = session().id
DESK = Desk((Invitations(ORGANISER),))


@pytest.fixture
def unit(sqlite_database: Database) -> Iterator[UnitOfWork]:
    with sqlite_database.begin() as opened:
        for person, email in ((DANA, "dana@corp.example"), (SAM, "")):
            People(opened).add(KnownPerson(person.id, person.name, NOON, email=email))
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


def test_a_feed_of_a_series_has_its_dates_and_says_which_are_cancelled(unit: UnitOfWork) -> None:
    made = _open(unit)
    DESK.skip(WHERE, SAM, "", unit, NOON)
    DESK.book(session(original=FIRST + timedelta(days=7)).id, DANA, "A secret", unit, NOON)
    written = series_feed(made, unit, NOON, ORGANISER, NOON).decode()
    found = vobject.readOne(written).vevent_list
    assert [each.status.value for each in found] == ["CANCELLED"] + ["CONFIRMED"] * 7
    assert [each.sequence.value for each in found] == ["1"] + ["0"] * 7
    assert "secret" not in written and "dana" not in written.lower()


def test_a_feed_of_a_person_has_their_places_and_what_they_host(unit: UnitOfWork) -> None:
    _open(unit, slot_length=timedelta(minutes=30))
    own = DESK.book(WHERE, DANA, "", unit, NOON, slot=1).booking
    (place,) = vobject.readOne(person_feed(DANA.id, unit, NOON, ORGANISER, NOON).decode()).vevent_list
    assert (place.uid.value, place.dtstart.value) == (f"{own.id}@corp.example", STARTS + timedelta(minutes=30))
    hosted = vobject.readOne(person_feed(SAM.id, unit, NOON, ORGANISER, NOON).decode()).vevent_list
    assert [each.uid.value for each in hosted][:1] == [f"{WHERE}@corp.example"]
    assert len(hosted) == 8


def _open(unit: UnitOfWork, **values: object) -> OfficeHours:
    return DESK.open(hours(**values), SAM, unit, NOON)


def _sent(unit: UnitOfWork) -> list[Invitation]:
    said = unit.connection.execute(
        select(outbox.c.message).where(outbox.c.lane.startswith("mail/")).order_by(outbox.c.id)
    )
    blocks = [block for each in said.scalars() for block in message_from_json(each).blocks]
    return [each for each in blocks if isinstance(each, Invitation)]
