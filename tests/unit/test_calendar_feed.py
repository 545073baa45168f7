"""The feeds as calendar programs read them, with a parser that is not ours; and what must never stand in them."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.turn import EVERYONE
from bot.features.calendar import feeds
from bot.features.calendar.feeds import ALL, MINE, in_feed
from bot.storage.merging import merge_people
from bot.storage.people import People
from bot.storage.unit_of_work import Database
from scheduler.calendar_file import Attendee, Method, Recurrence, calendar_file
from tests.builders import NOON
from tests.calendar_client import CalendarClient
from tests.calendar_house import BASE, DANA, DAY, GUEST, HOUR, SAM, House, planned
from tests.messages import HOSTILE

HERON = "Project Heron"


@pytest.fixture
def house(sqlite_database: Database) -> House:
    return House(sqlite_database)


def titles(file: str) -> list[str]:
    return [event.summary.value for event in vobject.readOne(file).contents.get("vevent", [])]


def hidden(name: str, **values: object) -> object:
    return planned(name, title=HERON, description=HERON, location=HERON, note=HERON, **values)


def test_everyones_feed_has_nothing_but_what_everyone_may_read(house: House) -> None:
    house.planned = [
        planned("open"),
        hidden("board", readers=frozenset({"board"})),
        hidden("sams", readers=frozenset(), owner=SAM),
        hidden("danas", readers=frozenset({"board"}), owner=DANA),
        planned("hosted", owner=DANA),
    ]
    for account in (DANA, SAM):
        file = house.everyones(account)
        assert titles(file) == ["The hosted", "The open"]
        assert "Heron" not in file.replace("\r\n ", "")


def test_ones_own_feed_has_nothing_of_others_and_nothing_that_one_may_only_see(house: House) -> None:
    house.planned = [
        planned("open"),
        hidden("board", readers=frozenset({"board"})),
        hidden("sams", readers=frozenset(), owner=SAM),
        hidden("of both groups", readers=frozenset({EVERYONE, "board"}), owner=SAM),
        planned("danas", readers=frozenset({"board"}), owner=DANA),
    ]
    assert titles(house.mine(DANA)) == ["The danas"]
    assert "Heron" not in house.mine(DANA).replace("\r\n ", "")
    assert titles(house.mine(SAM)) == [HERON, HERON]


def test_guests_have_no_feed_of_everyones_and_nobody_unknown_has_any(house: House) -> None:
    house.planned = [planned("open"), planned("guests", owner=GUEST)]
    assert house.feed(ALL, GUEST) is None
    assert titles(house.mine(GUEST)) == ["The guests"]
    with house.database.begin() as unit:
        known = People(unit)
        one, other = known.get(house.own(DANA)), known.get(house.own(SAM))
        assert one is not None
        assert other is not None
        kept = merge_people(unit, one, other, (), NOON)
    gone = SAM if kept.id == house.own(DANA) else DANA
    assert house.feed("calendar.mine", gone) is None


def test_whoever_has_no_account_any_more_has_no_feed(house: House) -> None:
    house.planned = [planned("danas", owner=DANA)]
    dana, sam = house.own(DANA), house.own(SAM)
    with house.database.begin() as unit:
        for each in People(unit).accounts_of(dana):
            People(unit).put_account(replace(each, person_id=sam))
    assert house.feed(MINE, DANA) is None
    assert house.feed(ALL, DANA) is None


def test_it_keeps_to_a_month_back_and_a_year_ahead(house: House) -> None:
    house.planned = [
        planned(str(days), NOON + days * DAY, owner=DANA) for days in (-40, -30, -1, 0, 300, 365, 367, 4_000)
    ]
    assert titles(house.mine()) == ["The -30", "The -1", "The 0", "The 300", "The 365"]
    assert titles(house.everyones()) == titles(house.mine())


def test_of_too_many_the_nearest_are_kept(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "MOST", 4)
    house.planned = [planned(str(days), NOON + days * DAY, owner=DANA) for days in (-3, -2, -1, 1, 2)]
    assert titles(house.mine()) == ["The -2", "The -1", "The 1", "The 2"]
    house.planned = [planned(str(days), NOON + days * DAY, owner=DANA) for days in (-1, 1, 2, 3, 4, 5)]
    assert titles(house.mine()) == ["The 1", "The 2", "The 3", "The 4"]


def test_a_program_shows_what_comes_again_at_its_local_time_over_the_change_of_the_clock(house: House) -> None:
    rule = Recurrence(
        "FREQ=WEEKLY;BYDAY=TU;UNTIL=20270413T220000Z",
        frozenset({date(2027, 3, 9)}),
        {date(2027, 3, 16): datetime.fromisoformat("2027-03-17T11:00")},
    )
    house.planned = [planned("series", datetime(2027, 3, 2, 14, tzinfo=UTC), recurrence=rule)]
    client = CalendarClient()
    client.receive(house.everyones().encode())
    berlin = ["03-02 14", "03-17 10", "03-23 14", "03-30 13", "04-06 13", "04-13 13"]
    assert [f"{at:%m-%d %H}" for at, _ in client.dates()] == berlin


def test_what_is_cancelled_is_told_as_such_and_goes(house: House) -> None:
    house.planned = [planned("off", owner=DANA)]
    client = CalendarClient()
    client.receive(house.mine().encode())
    assert len(client.dates()) == 1
    house.planned = [planned("off", owner=DANA, is_cancelled=True, sequence=1)]
    client.receive(house.mine().encode())
    assert client.dates() == []
    (event,) = vobject.readOne(house.mine()).vevent_list
    assert (event.status.value, event.transp.value) == ("CANCELLED", "TRANSPARENT")


def test_a_date_says_how_it_stands_and_where_there_is_more(house: House) -> None:
    call = "https://meet.example/1"
    house.planned = [planned(note="3 places left", description="Bring a case.", url=call)]
    event = vobject.readOne(house.everyones()).vevent
    more = f"More about it in Guildhall: {BASE}/office-hours/clinic"
    assert event.description.value == f"Bring a case.\n\n3 places left\n\n{more}"
    assert event.url.value == call


def test_nobody_reads_who_attends(house: House) -> None:
    house.planned = [planned(attendees=(Attendee("Sam", "sam@example.com"),), owner=DANA)]
    assert "sam@example.com" not in house.mine() + house.everyones()


@given(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=2_000)), st.text(max_size=400))
def test_any_words_stay_one_event_that_programs_read(title: str, said: str) -> None:
    entry = planned(title=title, description=said, location=title).entry
    told = in_feed(replace(entry, note=said), BASE)
    file = calendar_file(Method.PUBLISH, [told], NOON, "Guildhall").decode()
    (event,) = vobject.readOne(file).vevent_list
    assert len(event.summary.value) <= feeds.TITLE_LENGTH
    assert set(event.contents) <= {
        *("uid", "sequence", "dtstamp", "dtstart", "dtend", "summary", "description", "location", "url"),
        *("status", "transp"),
    }
    assert max(len(line.encode()) for line in file.split("\r\n")) <= 75


def test_endless_words_are_cut() -> None:
    told = in_feed(planned(title="word " * 999, description="x" * 99_999, location="y" * 999).entry, BASE)
    assert len(told.title) <= feeds.TITLE_LENGTH
    assert len(told.location) <= feeds.TITLE_LENGTH
    assert len(told.description) < feeds.TEXT_LENGTH + 200
    assert told.ends - told.starts == HOUR
