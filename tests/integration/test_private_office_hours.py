"""What is said between two in office hours is read by those two alone."""

from datetime import timedelta

from bot.chat.turn import Pressed
from bot.features.office_hours import acts
from bot.features.office_hours.calendar import SERIES_FEED, OfficeHoursCalendar
from bot.features.office_hours.model import session_id
from bot.storage.people import Account, People
from bot.storage.subscriptions import Subscription
from bot.storage.unit_of_work import Database
from scheduler.calendar_file import Attendee
from tests.builders import NOON
from tests.houred import FIRST, STARTS
from tests.office_hours_house import House, texts

SAID = "Sam thinks that the report is wrong"


def test_notes_of_a_one_to_one_session_are_on_the_hosts_card_alone(sqlite_database: Database) -> None:
    house = House(sqlite_database)
    house.open(slot_length=timedelta(minutes=30))
    where = session_id("s1", FIRST)
    house.book("kim", session_id=where, slot=0)
    house.live(STARTS + timedelta(hours=2))
    with sqlite_database.begin() as unit:
        house.desk.write_notes(where, house.person("sam"), SAID, unit, house.now)

    seen = {}
    for each in ("kim", "dana", "sam"):
        with sqlite_database.reading() as unit:
            pressed = house.turn(Pressed(acts.AGENDA, where, ""), each)
            handler = house.catalog.button(acts.AGENDA)
            assert handler is not None
            (post,) = handler(pressed, unit).posts
            seen[each] = texts(post.message)

    assert SAID in seen["sam"]
    assert SAID not in seen["kim"] + seen["dana"]


def test_whoever_is_a_guest_on_one_platform_has_no_feed_of_a_series(sqlite_database: Database) -> None:
    house = House(sqlite_database)
    house.open()
    feed, asked = OfficeHoursCalendar(Attendee("Hall", "hall@example.org")), Subscription(SERIES_FEED, "s1", "kim")
    with sqlite_database.begin() as unit:
        assert feed.series(asked, house.now, unit) is not None
        People(unit).add_account(Account("teams:kim", "kim", "teams", NOON, "D-kim", "Kim Park", is_guest=True))
    with sqlite_database.reading() as unit:
        assert feed.series(asked, house.now, unit) is None
