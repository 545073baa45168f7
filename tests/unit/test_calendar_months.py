"""The calendar's page, its table and its files; on the real store."""

import csv
import io
from datetime import UTC, date, datetime

import pytest
import vobject

from bot.chat.moments import zone_of
from bot.features.calendar.model import OnCalendar, dates_of_entries, midnight
from bot.features.calendar.month import Wanted, agenda, grid, span_of
from bot.features.calendar.words import days_in_words
from bot.features.page import Download, PageNotFound, View
from bot.storage.unit_of_work import Database
from scheduler.calendar_file import Recurrence
from tests.builders import NOON
from tests.calendar_house import DANA, DAY, GUEST, HOUR, SAM, House, planned

BERLIN, NEW_YORK = zone_of("Europe/Berlin"), zone_of("America/New_York")
TODAY = NOON.date()  # a Monday, the first of March


@pytest.fixture
def house(sqlite_database: Database) -> House:
    return House(sqlite_database)


def shown(house: House, account: str = DANA, **query: str) -> dict[str, list[str]]:
    """Titles by the days of the list."""
    view = house.page("/calendar", account, **query)
    assert isinstance(view, View)
    days: dict[str, list[str]] = {}
    for name in ("over", "ahead"):
        listed = view.values[name]
        assert isinstance(listed, list)
        days |= {day.isoformat(): [each.title for each in dates] for day, dates in listed}
    return days


def test_a_date_stands_on_the_day_that_the_reader_has(house: House) -> None:
    house.planned = [planned(starts=datetime(2027, 3, 9, 23, 30, tzinfo=UTC))]
    assert shown(house) == {"2027-03-10": ["The clinic"]}
    assert shown(house, SAM) == {"2027-03-09": ["The clinic"]}


def test_a_month_with_a_change_of_the_clock_has_each_day_once(house: House) -> None:
    wanted = Wanted(date(2027, 3, 1))
    since, until = span_of(wanted, BERLIN)
    before_dawn = [datetime(2027, 3, day, 0, 30, tzinfo=BERLIN).astimezone(UTC) for day in range(27, 30)]
    entries = [planned(f"d{number}", at).entry for number, at in enumerate(before_dawn)]
    dates = dates_of_entries(entries, since, until, BERLIN)
    cells = {cell.day: [each.title for each in cell.shown] for week in grid(wanted, dates) for cell in week}
    assert [cells[date(2027, 3, day)] for day in (27, 28, 29)] == [["The d0"], ["The d1"], ["The d2"]]
    assert midnight(date(2027, 3, 29), BERLIN) - midnight(date(2027, 3, 28), BERLIN) == 23 * HOUR
    assert len(cells) == 35
    assert next(iter(cells)) == date(2027, 3, 1)


def test_what_comes_again_stands_at_each_of_its_dates_at_its_local_time(house: House) -> None:
    starts = datetime(2027, 3, 2, 14, tzinfo=UTC)  # 15:00 in Berlin
    rule = Recurrence(
        "FREQ=WEEKLY;BYDAY=TU",
        frozenset({date(2027, 3, 9)}),
        {date(2027, 3, 16): datetime.fromisoformat("2027-03-17T11:00")},
    )
    entry = planned(starts=starts, recurrence=rule).entry
    since, until = span_of(Wanted(date(2027, 3, 1)), BERLIN)
    found = [f"{each.starts.astimezone(BERLIN):%d %H:%M}" for each in dates_of_entries([entry], since, until, BERLIN)]
    assert found == ["02 15:00", "17 11:00", "23 15:00", "30 15:00"]


def test_whole_days_are_the_same_ones_for_everybody_and_stand_on_each_of_them(house: House) -> None:
    first, after = midnight(date(2027, 3, 3), BERLIN), midnight(date(2027, 3, 6), BERLIN)
    house.planned = [planned("launch", first, ends=after, is_all_day=True, kind="Campaign")]
    for account in (DANA, SAM):
        view = house.page("/calendar", account)
        assert isinstance(view, View)
        weeks = view.values["weeks"]
        assert isinstance(weeks, list)
        assert [cell.day.day for week in weeks for cell in week if cell.shown] == [3, 4, 5]
    assert shown(house, SAM) == {"2027-03-03": ["The launch"]}
    assert days_in_words(date(2027, 3, 3), date(2027, 3, 5)) == "3 to 5 March 2027"


def test_what_goes_on_is_listed_today_and_what_is_over_apart() -> None:
    def on(name: str, first: int, last: int) -> OnCalendar:
        entry = planned(name, NOON).entry
        return OnCalendar(entry, NOON, NOON + HOUR, date(2027, 3, first), date(2027, 3, last))

    wanted = Wanted(date(2027, 3, 1))
    over, ahead = agenda(wanted, [on("old", 2, 3), on("long", 8, 12), on("next", 20, 20)], date(2027, 3, 10))
    assert [(day.day, [each.title for each in dates]) for day, dates in over] == [(2, ["The old"])]
    assert [(day.day, [each.title for each in dates]) for day, dates in ahead] == [
        (10, ["The long"]),
        (20, ["The next"]),
    ]
    past, coming = agenda(wanted, [on("old", 2, 3)], date(2027, 4, 10))
    assert (past, len(coming)) == ([], 1)


def test_the_grid_leaves_out_what_does_not_fit_and_says_how_many() -> None:
    wanted = Wanted(date(2027, 3, 1))
    entries = [planned(f"n{number}", NOON + number * HOUR).entry for number in range(6)]
    weeks = grid(wanted, dates_of_entries(entries, *span_of(wanted, BERLIN), BERLIN))
    assert ([each.title for each in weeks[0][0].shown], weeks[0][0].more) == (["The n0", "The n1", "The n2"], 3)


def test_filters_stand_in_the_address_and_what_is_wrong_there_is_left_out(house: House) -> None:
    house.planned = [planned(), planned("launch", kind="Launch", owner=DANA), planned("other", kind="Launch")]
    assert sum(map(len, shown(house).values())) == 3
    assert sum(map(len, shown(house, kind="Launch").values())) == 2
    assert shown(house, kind="Launch", whose="mine") == {"2027-03-02": ["The launch"]}
    wanted = Wanted.from_query({"month": "2027-04", "view": "list", "kind": "Launch", "whose": "mine"}, TODAY)
    assert wanted.url() == "/calendar?month=2027-04&view=list&kind=Launch&whose=mine"
    for wrong in ("2027-13", "x", "9999-12", "0001-01", "2027-04-01", "٢٠٢٧-٠٤"):
        assert Wanted.from_query({"month": wrong}, TODAY).month == date(2027, 3, 1)


def test_an_empty_month_leads_to_the_next_date_that_fits(house: House) -> None:
    house.planned = [planned(starts=NOON + 60 * DAY), planned("off", NOON + 40 * DAY, is_cancelled=True)]
    view = house.page("/calendar")
    assert isinstance(view, View)
    later = view.values["later"]
    assert isinstance(later, OnCalendar)
    assert (later.title, later.first) == ("The clinic", date(2027, 4, 30))
    narrowed = house.page("/calendar", whose="mine")
    assert isinstance(narrowed, View)
    assert narrowed.values["later"] is None


def test_the_table_takes_the_month_along_as_it_is_narrowed(house: House) -> None:
    house.planned = [
        planned(location="=Room 4", note="3 places left"),
        planned("launch", midnight(TODAY, BERLIN), ends=midnight(TODAY + 2 * DAY, BERLIN), is_all_day=True, owner=DANA),
        planned("off", is_cancelled=True),
        planned("april", NOON + 40 * DAY),
    ]
    file = house.page("/calendar.csv")
    assert isinstance(file, Download)
    assert file.filename == "calendar-2027-03.csv"
    rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert [row["title"] for row in rows] == ["The launch", "The clinic", "The off"]
    assert (rows[0]["starts"], rows[0]["ends"], rows[0]["yours"]) == ("2027-03-01", "2027-03-02", "yes")
    assert (rows[1]["starts"], rows[1]["time zone"]) == ("2027-03-02 13:00", "Europe/Berlin")
    assert (rows[1]["place"], rows[1]["how it stands"]) == ("'=Room 4", "3 places left")
    assert rows[1]["link"] == "https://hall.example/office-hours/clinic"
    assert rows[2]["how it stands"] == "cancelled"
    own = house.page("/calendar.csv", whose="mine")
    assert isinstance(own, Download)
    assert own.content.count(b"\r\n") == 2


def test_one_date_is_taken_as_a_file_by_whoever_may_see_it(house: House) -> None:
    house.planned = [planned("Clinic: what/ever\r\n"), planned("plan", readers=frozenset({"board"}))]
    file = house.page("/calendar/file/plan@hall.example.ics")
    assert isinstance(file, Download)
    event = vobject.readOne(file.content.decode()).vevent
    assert (event.summary.value, event.url.value) == ("The plan", "https://hall.example/office-hours/plan")
    for account, name in ((SAM, "plan"), (GUEST, "plan"), (DANA, "unknown"), (DANA, "../../x")):
        with pytest.raises(PageNotFound):
            house.page(f"/calendar/file/{name}@hall.example.ics", account)
    odd = house.page("/calendar/file/Clinic: what/ever\r\n@hall.example.ics")
    assert isinstance(odd, Download)
    assert odd.filename == "The-Clinic-what-ever.ics"


def test_what_one_may_not_see_is_on_nobodys_page(house: House) -> None:
    house.planned = [
        planned("plan", readers=frozenset({"board"})),
        planned("own", readers=frozenset(), owner=SAM),
        planned("open"),
    ]
    assert shown(house) == {"2027-03-02": ["The open", "The plan"]}
    assert shown(house, SAM) == {"2027-03-02": ["The open", "The own"]}
    assert shown(house, GUEST) == {}


def test_the_subscribe_page_gives_each_their_own_addresses(house: House) -> None:
    def addresses(account: str) -> list[str]:
        view = house.page("/calendar/subscribe", account)
        assert isinstance(view, View)
        listed = view.values["addresses"]
        assert isinstance(listed, list)
        return [address for _, address, _ in listed]

    dana, sam, guest = addresses(DANA), addresses(SAM), addresses(GUEST)
    assert len({*dana, *sam, *guest}) == 5
    assert len(guest) == 1
    assert dana == addresses(DANA)
    assert all(each.startswith("https://hall.example/calendar.ics?key=") for each in (*dana, *sam, *guest))


def test_where_no_page_is_reached_there_is_no_address(sqlite_database: Database) -> None:
    house = House(sqlite_database, base_url="")
    view = house.page("/calendar/subscribe")
    assert isinstance(view, View)
    assert view.values["addresses"] == []


def test_days_in_words_name_the_year_once() -> None:
    assert days_in_words(date(2026, 12, 1), date(2026, 12, 1)) == "1 December 2026"
    assert days_in_words(date(2026, 11, 28), date(2026, 12, 5)) == "28 November to 5 December 2026"
    assert days_in_words(date(2026, 12, 28), date(2027, 1, 2)) == "28 December 2026 to 2 January 2027"
