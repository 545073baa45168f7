"""What hosts hold stands in their calendars too: by mail as one series, in calendars date by date."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import vobject
from sqlalchemy import select

from bot.chat.calendars import CALENDAR
from bot.chat.reply import Invitation, Message
from bot.features.office_hours.desk import Desk
from bot.features.office_hours.invitations import Invitations
from bot.features.office_hours.model import Host
from bot.features.profile.invitation import Inviter
from bot.storage.outbox import outbox
from bot.storage.people import KnownPerson, People
from bot.storage.serialisation import message_from_json
from bot.storage.unit_of_work import Database, UnitOfWork
from scheduler.calendar_file import Attendee
from tests.builders import DANA, NOON, SAM
from tests.calendar_client import CalendarClient
from tests.houred import FIRST, SCHEDULE, hours, session

ORGANISER = Attendee("Guildhall", "guildhall@corp.example")
BY_MAIL = Desk(hosts_hear=[Invitations(Inviter(ORGANISER, base_url="https://coe.example")).to_hosts])
IN_CALENDARS = Desk(hosts_hear=[Invitations(Inviter(ORGANISER, CALENDAR)).to_hosts])
BOTH = (Host(SAM.id, SAM.name), Host(DANA.id, DANA.name))
WHERE = session().id
DAY = timedelta(days=1)


@pytest.fixture
def unit(sqlite_database: Database) -> Iterator[UnitOfWork]:
    with sqlite_database.begin() as opened:
        for person in (DANA, SAM):
            name = person.name.split()[0].lower()
            People(opened).add(KnownPerson(person.id, person.name, NOON, f"{name}@corp.example", "Europe/Berlin"))
        yield opened


def test_hosts_have_the_whole_series_and_each_change_of_it(unit: UnitOfWork) -> None:
    BY_MAIL.open(hours(), SAM, unit, NOON)
    BY_MAIL.skip(WHERE, SAM, "", unit, NOON)
    second = session(original=FIRST + timedelta(days=7))
    BY_MAIL.move(second.id, SAM, datetime.fromisoformat("2027-03-10T09:00"), unit, NOON)
    BY_MAIL.close("s1", SAM, "", unit, NOON)
    assert [each.method for each in _invitations(unit)] == ["REQUEST", "REQUEST", "REQUEST", "CANCEL"]
    opened, skipped, moved, closed = (vobject.readOne(each.file) for each in _invitations(unit))
    events = [opened.vevent, skipped.vevent, moved.vevent, closed.vevent]
    assert {each.uid.value for each in events} == {"s1@corp.example"}
    assert [each.sequence.value for each in events] == ["1", "2", "3", "4"]
    assert opened.vevent.rrule.value == "FREQ=WEEKLY;BYDAY=TU"
    assert [each.date() for each in skipped.vevent.exdate.value] == [FIRST]
    assert moved.vevent_list[1].dtstart.value.isoformat() == "2027-03-10T09:00:00+01:00"
    assert _said(unit)[0] == "You host: “Renewals” with Sam Lee, every Tuesday at 15:00 Berlin time."
    assert [each.partition(":")[0] for each in _said(unit)] == ["You host", "Changed", "Changed", "No longer held"]


@pytest.mark.parametrize("rule", ["FREQ=WEEKLY;BYDAY=TU", "FREQ=WEEKLY;BYDAY=TU;COUNT=9"])
def test_what_was_held_stays_in_the_calendar_of_who_holds_it_no_longer(unit: UnitOfWork, rule: str) -> None:
    week, later = timedelta(days=7), NOON + timedelta(days=23)
    made = BY_MAIL.open(hours(schedule=replace(SCHEDULE, rule=rule), hosts=BOTH), SAM, unit, NOON)
    BY_MAIL.skip(WHERE, SAM, "", unit, NOON)
    moved = session(original=FIRST + week)
    BY_MAIL.move(moved.id, SAM, datetime.fromisoformat("2027-03-10T09:00"), unit, NOON)
    put_off = session(original=FIRST + 3 * week)
    made = BY_MAIL.move(put_off.id, SAM, datetime.fromisoformat("2027-03-26T09:00"), unit, NOON)
    made = BY_MAIL.change(replace(made, hosts=BOTH[:1]), SAM, unit, later - 2 * DAY)
    BY_MAIL.close("s1", SAM, "", unit, later)
    held = [datetime(2027, 3, 10, 8, tzinfo=UTC), datetime(2027, 3, 16, 14, tzinfo=UTC)]
    for who in (SAM, DANA):
        calendar = CalendarClient()
        for to, _, invitation in _sent(unit):
            if to.startswith(who.name.split()[0].lower()):
                calendar.receive(invitation.file.encode())
        assert [at for at, _ in calendar.dates()] == held


def test_other_topics_are_no_news_for_a_calendar_and_another_host_is(unit: UnitOfWork) -> None:
    made = BY_MAIL.open(hours(), SAM, unit, NOON)
    made = BY_MAIL.change(replace(made, topics=("Brazil",)), SAM, unit, NOON)
    assert len(_said(unit)) == 1
    made = BY_MAIL.change(replace(made, hosts=BOTH), SAM, unit, NOON)
    BY_MAIL.change(replace(made, hosts=BOTH[1:]), SAM, unit, NOON)
    by_person = {(who, said.partition(":")[0]) for who, said, _ in _sent(unit)}
    assert ("dana@corp.example", "You host") in by_person
    assert ("sam@corp.example", "No longer yours to host") in by_person
    assert [each.method for who, _, each in _sent(unit) if who == "sam@corp.example"][-1] == "CANCEL"


def test_a_single_date_is_no_series_and_goes_when_it_is_skipped(unit: UnitOfWork) -> None:
    BY_MAIL.open(hours(schedule=replace(SCHEDULE, rule="")), SAM, unit, NOON)
    BY_MAIL.move(WHERE, SAM, datetime.fromisoformat("2027-03-03T09:00"), unit, NOON)
    BY_MAIL.skip(WHERE, SAM, "", unit, NOON)
    events = [vobject.readOne(each.file).vevent for each in _invitations(unit)]
    assert events[1].dtstart.value == datetime.fromisoformat("2027-03-03T08:00+00:00")
    assert [each.status.value for each in events] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert "Wednesday, 3 March 2027, 09:00 to 10:00 CET" in _said(unit)[1]


def test_what_the_clock_plans_ahead_is_no_letter(unit: UnitOfWork) -> None:
    made = BY_MAIL.open(hours(), SAM, unit, NOON)
    BY_MAIL.plan(made, unit, NOON + timedelta(days=14))
    assert len(_said(unit)) == 1


def test_a_connected_calendar_gets_each_date_and_those_that_come_in_sight(unit: UnitOfWork) -> None:
    made = IN_CALENDARS.open(hours(), SAM, unit, NOON)
    assert len(_invitations(unit)) == 8
    IN_CALENDARS.plan(made, unit, NOON + timedelta(days=14))
    assert len(_invitations(unit)) == 10
    assert "RRULE" not in "".join(each.file for each in _invitations(unit))
    IN_CALENDARS.skip(session(original=FIRST + timedelta(days=21)).id, SAM, "", unit, NOON + timedelta(days=14))
    last = [vobject.readOne(each.file).vevent for each in _invitations(unit)[10:]]
    assert [each.status.value for each in last] == ["CONFIRMED", "CANCELLED"] + ["CONFIRMED"] * 6


def test_who_holds_it_again_has_its_dates_again(unit: UnitOfWork) -> None:
    made = IN_CALENDARS.open(hours(hosts=BOTH), SAM, unit, NOON)
    made = IN_CALENDARS.change(replace(made, hosts=BOTH[:1]), SAM, unit, NOON)
    IN_CALENDARS.change(replace(made, hosts=BOTH), SAM, unit, NOON)
    hers = [vobject.readOne(each.file).vevent for who, _, each in _sent(unit) if who == "dana@corp.example"]
    of_first = [(each.sequence.value, each.status.value) for each in hers if each.uid.value.startswith(WHERE)]
    assert of_first == [("1", "CONFIRMED"), ("2", "CANCELLED"), ("3", "CONFIRMED")]


def _sent(unit: UnitOfWork) -> list[tuple[str, str, Invitation]]:
    """To which address, the summary, and the date."""
    rows = unit.connection.execute(select(outbox.c.lane, outbox.c.message).order_by(outbox.c.id))
    sent: list[tuple[str, str, Invitation]] = []
    for lane, text in rows:
        message: Message = message_from_json(text)
        found = [each for each in message.blocks if isinstance(each, Invitation)]
        sent += [(lane.partition("/")[2], message.summary, each) for each in found]
    return sent


def _said(unit: UnitOfWork) -> list[str]:
    return [said for _, said, _ in _sent(unit)]


def _invitations(unit: UnitOfWork) -> list[Invitation]:
    return [each for _, _, each in _sent(unit)]
