"""What the features put on the calendar, together: nobody finds there what they may not read, least of all a program
that has not signed in."""

from datetime import timedelta

import pytest
import vobject

from bot.chat.turn import EVERYONE
from bot.features.calendar.feeds import ALL, MINE, CalendarFeed
from bot.features.calendar.sources import Calendar
from bot.features.calendar_entry import CalendarEntry
from bot.features.events.calendar import EventsCalendar
from bot.features.events.model import EventState, Organiser, SignUp, SignUpState
from bot.features.events.store import SqlEvents
from bot.features.introductions.calendar import calendar_entries
from bot.features.introductions.store import SqlIntroductions
from bot.features.office_hours.calendar import OfficeHoursCalendar
from bot.features.office_hours.model import Host
from bot.features.office_hours.store import SqlOfficeHours
from bot.features.reviews.calendar import ReviewCalendar
from bot.features.reviews.store import SqlReviews
from bot.storage.people import Account, KnownPerson, People
from bot.storage.subscriptions import Subscription
from bot.storage.unit_of_work import Database
from scheduler.calendar_file import Attendee
from tests.builders import NOON
from tests.events_house import event
from tests.houred import booking, hours, session
from tests.introduced import circle, member
from tests.reviewed import assignment, in_review

ORGANISER = Attendee("Guildhall", "hall@corp.example")
CALENDAR = Calendar(
    lambda: (
        OfficeHoursCalendar(ORGANISER).entries,
        ReviewCalendar("corp.example", "https://hall.example").entries,
        calendar_entries,
        EventsCalendar(ORGANISER).entries,
    )
)
FEED = CalendarFeed(CALENDAR, "https://hall.example")
DANA, SAM, KIM, LEE = "web:dana", "web:sam", "web:kim", "web:lee"
HERON = "Project Heron"
BOARD = frozenset({"board"})


@pytest.fixture
def kept(database: Database) -> Database:
    """Beside what is for everyone, the same once more for the board, and things of Dana's and Kim's."""
    kim = Host(KIM, "Kim Park")
    with database.begin() as unit:
        for each in (DANA, SAM, KIM, LEE):
            People(unit).add(KnownPerson(each, each.removeprefix("web:").title(), NOON, time_zone="Europe/Berlin"))
            People(unit).add_account(Account(each, each, "web", NOON, name=each))
        office = SqlOfficeHours(unit)
        office.add(hours())
        office.add(hours("s2", title=HERON, hosts=(kim,), about=HERON, readers=BOARD))
        office.add_session(session())
        office.add_session(session("s2"))
        office.add_booking(booking(1, DANA, brings="What Dana brings"))
        events = SqlEvents(unit)
        announced = {"state": EventState.ANNOUNCED, "announced_at": NOON}
        events.add(event(**announced))
        events.add_sign_up(SignUp("e1-1", "e1", 1, DANA, "Dana", NOON, SignUpState.COMING, 1))
        events.add(event("e2", title=HERON, readers=BOARD, organisers=(Organiser(KIM, "Kim"),), **announced))
        events.add(event("e3", title=f"{HERON}, a draft", organisers=(Organiser(KIM, "Kim"),)))
        circles = SqlIntroductions(unit)
        circles.add_circle(circle())
        circles.add_circle(circle("heron", title=HERON, about=HERON, readers=BOARD))
        circles.put_member(member(KIM, "heron"))
        reviews = SqlReviews(unit)
        reviews.add(in_review(title=f"{HERON}, a plan", author_id=LEE))
        reviews.add_assignment(assignment(1, KIM))
    return database


def read(database: Database, feed: str, person_id: str) -> str:
    with database.reading() as unit:
        return (FEED.feeds()[feed](Subscription(feed, "", person_id), NOON, unit) or b"").decode()


def titles(file: str) -> set[str]:
    return {event.summary.value for event in vobject.readOne(file).contents.get("vevent", [])}


def seen(database: Database, person_id: str, *groups: str) -> list[CalendarEntry]:
    readers = frozenset({EVERYONE, person_id, *groups})
    with database.reading() as unit:
        return list(CALENDAR.entries(person_id, readers, NOON, NOON + timedelta(days=30), unit))


def test_everyones_feed_is_the_same_for_everyone_and_tells_nothing_of_anybody(kept: Database) -> None:
    file = read(kept, ALL, DANA).replace("\r\n ", "")
    assert titles(file) == {"Renewals with Sam Lee", "New in renewals", "Coffee"}
    assert HERON not in file
    assert "Dana" not in file
    assert "meet.example" not in file
    assert read(kept, ALL, KIM) == read(kept, ALL, DANA)


def test_ones_own_feed_has_ones_own_part_and_nothing_more(kept: Database) -> None:
    danas = read(kept, MINE, DANA).replace("\r\n ", "")
    assert titles(danas) == {"Renewals with Sam Lee", "New in renewals"}
    assert "What Dana brings" in danas
    assert HERON not in danas
    assert titles(read(kept, MINE, SAM)) == {"Renewals with Sam Lee"}
    assert "What Dana brings" not in read(kept, MINE, SAM).replace("\r\n ", "")
    kims = titles(read(kept, MINE, KIM))
    assert kims == {f"{HERON} with Kim Park", HERON, f"Reply due: review “{HERON}, a plan”?"}
    assert titles(read(kept, MINE, LEE)) == {f"Reviews wished for: “{HERON}, a plan”"}


def test_the_page_shows_what_the_reader_may_read_and_whose_it_is(kept: Database) -> None:
    assert not [each for each in seen(kept, DANA) if HERON in repr(each)]
    assert {each.event.title for each in seen(kept, DANA) if each.is_mine} == {
        "Renewals with Sam Lee",
        "New in renewals",
    }
    boards = [each for each in seen(kept, DANA, "board") if HERON in repr(each)]
    assert {each.kind for each in boards} == {"Office hours", "Webinar", "Introductions"}
    assert not any(each.is_mine for each in boards)
    assert all(each.page.startswith("/") for each in seen(kept, KIM, "board"))


def test_no_two_dates_are_the_same_one_to_a_calendar_program(kept: Database) -> None:
    for person_id in (DANA, KIM):
        uids = [each.event.uid for each in seen(kept, person_id, "board")]
        assert len(uids) == len(set(uids))
        assert all(" " not in uid and uid.isprintable() for uid in uids)
