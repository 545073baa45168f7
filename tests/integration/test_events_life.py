"""Events by the clock and afterwards: reminders, what is left in the library, calendars, homes."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import vobject

from bot.chat.errors import FormRejected
from bot.chat.reply import Invitation
from bot.chat.turn import Person
from bot.features.events.in_library import LiveRecordings
from bot.features.events.model import EventState
from bot.features.faq.store import SqlDrafts
from bot.storage.outbox import Delivery
from bot.storage.unit_of_work import Database
from tests.calendar_client import CalendarClient
from tests.chat_house import (
    CLEO,
    DANA,
    GENERAL,
    GUEST,
    KIM,
    SAM,
    direct,
    labels,
)
from tests.events_house import STARTS, House, campaign, event

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def house(sqlite_database: Database) -> House:
    return House(sqlite_database)


def file_of(letter: Delivery) -> str:
    (found,) = [each for each in letter.message.blocks if isinstance(each, Invitation)]
    return found.file


def deliver(house: House, calendars: Mapping[str, CalendarClient]) -> None:
    """All letters by now, the last first: calendars go by their sequence."""
    for person in (DANA, KIM):
        for letter in reversed(house.mails(person)):
            calendars[person.id].receive(file_of(letter).encode())


def test_reminders_come_once_and_at_its_end_organisers_are_asked(house: House) -> None:
    house.announced(event(), GENERAL)
    house.sign_up("e1", DANA)
    house.out()
    out = house.live(STARTS - 2 * HOUR)
    assert [(each.place.channel, each.message.summary) for each in out] == [
        (direct(DANA), "“New in renewals” is Monday, 8 March, 09:00 your time."),
        (direct(SAM), "Your event “New in renewals” is Monday, 8 March, 15:00 your time: 1 person comes."),
    ]
    out = house.live(STARTS)
    assert [each.place.channel for each in out] == [direct(DANA), direct(SAM)]
    assert "is today, 09:00 your time" in out[0].message.summary
    out = house.live(STARTS + HOUR)
    assert [each.message.summary[:38] for each in out if each.place.channel == direct(SAM)] == [
        "Your event “New in renewals” is over. "
    ]
    assert "is over." in house.card_in(GENERAL).message.summary
    assert labels(house.card_in(GENERAL)) == []
    assert house.kept().state is EventState.OVER


def test_a_campaign_is_reminded_of_in_the_morning_of_the_day_before(house: House) -> None:
    house.announced(campaign())
    house.sign_up("c1", DANA)
    house.out()
    house.live(STARTS - 2 * DAY)
    out = house.live(STARTS)
    assert [each.message.summary for each in out if each.place.channel == direct(DANA)] == [
        "“Spring” begins 8 March 2027 to 21 March 2027."
    ]


def test_recording_and_notes_become_a_document_and_answers_drafts(house: House) -> None:
    house.announced(event(topics=("renewals",)), GENERAL)
    with house.database.begin() as unit:
        _, asked = house.desk.ask("e1", DANA, "Is Brazil in it?", unit, house.clock(), with_name=False)
    house.live(STARTS + HOUR)
    with house.database.reading() as unit:
        assert LiveRecordings(unit).documents() == []
        before = LiveRecordings(unit).changes()
    over = house.newest(SAM)
    assert labels(over) == ["Recording and notes", "Answer a question"]
    opened = house.press(over, "Recording and notes", SAM)
    with pytest.raises(FormRejected, match="https"):
        house.send(opened, SAM, {"came": "12", "recording": "javascript:alert(1)", "notes": ""})
    with pytest.raises(FormRejected, match="number"):
        house.send(opened, SAM, {"came": "many", "recording": "", "notes": ""})
    notes = "Prices rise.\n[Click](https://evil.example)"
    house.send(opened, SAM, {"came": "12", "recording": "https://rec.example/1", "notes": notes})
    with house.database.reading() as unit:
        (document,) = LiveRecordings(unit, "https://hall.example").documents()
        assert LiveRecordings(unit).changes() > before
    assert (document.title, document.topics, document.url) == (
        "New in renewals",
        ("renewals",),
        "https://hall.example/events/e1",
    )
    assert "https://rec.example/1" in str(document.blocks)
    assert "[Click](https" not in str(document.blocks)
    opened = house.press(house.card_of(SAM, "e1"), "Answer a question", SAM)
    house.send(opened, SAM, {"question": asked.id, "answer": "From May on."})
    with house.database.reading() as unit:
        draft = SqlDrafts(unit).get(asked.id)
    assert draft is not None
    assert (draft.question, draft.answer, draft.topics) == ("Is Brazil in it?", "From May on.", ("renewals",))


def test_who_signed_up_is_told_once_that_the_recording_is_there(house: House) -> None:
    house.announced(event(capacity=1), GENERAL)
    house.sign_up("e1", DANA, KIM)
    house.live(STARTS + HOUR)
    opened = house.press(house.newest(SAM), "Recording and notes", SAM)
    kept = {"came": "", "recording": "", "notes": "Prices rise."}
    house.send(opened, SAM, kept)
    assert [each for each in house.out() if "The recording" in each.message.summary] == []
    for link in ("https://rec.example/1", "https://rec.example/2"):
        opened = house.press(house.card_of(SAM, "e1"), "Recording and notes", SAM)
        house.send(opened, SAM, {**kept, "recording": link})
    house.out()
    told = [each for each in house.stands.values() if "The recording" in each.message.summary]
    assert {each.place.channel for each in told} == {direct(DANA), direct(KIM)}
    assert len(told) == 2
    assert all("https://rec.example/2" in str(each.message) for each in told)


def test_letters_put_it_into_calendars_move_it_and_take_it_out(house: House) -> None:
    house.announced(event(capacity=1), GENERAL)
    house.sign_up("e1", DANA, KIM)
    calendars = {person.id: CalendarClient() for person in (DANA, KIM)}
    deliver(house, calendars)
    assert calendars[DANA.id].dates() == [(STARTS, "New in renewals")]
    assert calendars[KIM.id].dates() == []
    made = house.kept()
    with house.database.begin() as unit:
        moved = replace(made, starts=STARTS + HOUR, ends=STARTS + 2 * HOUR)
        house.desk.change(moved, SAM, unit, house.clock())
    with house.database.begin() as unit:
        house.desk.leave("e1", DANA, unit, house.clock())
    deliver(house, calendars)
    assert calendars[DANA.id].dates() == []
    assert calendars[KIM.id].dates() == [(STARTS + HOUR, "New in renewals")]
    with house.database.begin() as unit:
        house.desk.cancel("e1", SAM, "", unit, house.clock())
    deliver(house, calendars)
    assert calendars[KIM.id].dates() == []


def test_who_organises_has_it_in_their_calendar_once_for_each_of_its_times(house: House) -> None:
    own = CalendarClient()
    house.planned()
    house.announced(event())
    assert len(house.mails(SAM)) == 1, "of a draft no calendar hears"
    with house.database.begin() as unit:
        again = replace(house.kept(), about="In other words")
        house.desk.change(again, SAM, unit, house.clock())
    assert len(house.mails(SAM)) == 1
    with house.database.begin() as unit:
        house.desk.change(replace(house.kept(), starts=STARTS + HOUR, ends=STARTS + 2 * HOUR), SAM, unit, house.clock())
    for letter in house.mails(SAM):
        own.receive(file_of(letter).encode())
    assert own.dates() == [(STARTS + HOUR, "New in renewals")]
    with house.database.begin() as unit:
        house.desk.cancel("e1", SAM, "", unit, house.clock())
    for letter in house.mails(SAM):
        own.receive(file_of(letter).encode())
    assert own.dates() == []


def test_a_campaign_takes_whole_days_in_a_calendar(house: House) -> None:
    house.announced(campaign())
    house.sign_up("c1", DANA)
    (letter,) = house.mails(DANA)
    dated = vobject.readOne(file_of(letter)).vevent
    assert (dated.dtstart.value, dated.dtend.value) == (date(2027, 3, 8), date(2027, 3, 22))
    assert dated.uid.value == "c1-1@example.org"


def test_the_calendar_has_what_is_announced_and_says_what_is_ones_own(house: House) -> None:
    house.announced(event(capacity=1))
    house.announced(campaign())
    house.sign_up("e1", DANA, KIM)
    house.planned(title="Only a draft")
    until = datetime(2027, 6, 1, tzinfo=UTC)

    def entries(person: Person) -> list[tuple[str, bool, str, bool]]:
        with house.database.reading() as unit:
            found = house.calendar.entries(person.id, person.principals, house.clock(), until, unit)
        return [(each.kind, each.is_mine, each.note, bool(each.event.url)) for each in found]

    assert entries(DANA) == [("Campaign", False, "", False), ("Webinar", True, "You have a place", True)]
    assert entries(KIM)[1] == ("Webinar", False, "You are on the waiting list", False)
    assert entries(SAM)[1] == ("Webinar", True, "You organise it", True)
    assert entries(GUEST) == []
    with house.database.begin() as unit:
        house.desk.cancel("e1", SAM, "", unit, house.clock())
    assert entries(DANA)[1] == ("Webinar", True, "cancelled", True)


def test_at_home_stands_what_waits_for_organisers_and_curators(house: House) -> None:
    def said(person: Person) -> str:
        return "".join(str(section.blocks) for section in house.home(person))

    house.press(house.planned(title="Breakfast"), "Ask to announce it", SAM)
    assert "Sam Lee would like to announce it." in said(CLEO)
    assert said(SAM) == ""
    house.announced(event())
    with house.database.begin() as unit:
        house.desk.ask("e1", DANA, "Is Brazil in it?", unit, house.clock(), with_name=True)
    assert "1 question waits for an answer." in said(SAM)
    house.live(STARTS + HOUR)
    assert "is over: say who came" in said(SAM)
    with house.database.begin() as unit:
        house.desk.say_how_it_was("e1", SAM, "", "", 3, unit, house.clock())
    assert "1 question waits for an answer." in said(SAM)
    assert said(DANA) == ""
