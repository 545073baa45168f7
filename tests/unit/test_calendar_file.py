from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

from scheduler.calendar_file import Attendee, CalendarEvent, Method, Recurrence, calendar_file, recurrence_of
from scheduler.rules import Series, occurrences
from tests.calendar_client import CalendarClient
from tests.messages import HOSTILE

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
STARTS = datetime(2027, 3, 9, 14, tzinfo=UTC)  # a Tuesday, 15:00 in Berlin
HOUR = timedelta(hours=1)
SESSION = CalendarEvent(
    uid="session-7@guildhall.example",
    sequence=0,
    starts=STARTS,
    ends=STARTS + HOUR,
    zone="Europe/Berlin",
    title="Office hours: renewals",
    description="You bring: a renewal at risk",
    location="Room 4",
    url="https://guildhall.example/office-hours/7",
    organiser=Attendee("Dana Reyes", "dana@example.com"),
    attendees=(Attendee("Sam Okafor", "sam@example.com"),),
)
SERIES = replace(SESSION, uid="series-3@guildhall.example", recurrence=Recurrence("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"))
LINE_OCTETS = 75


def test_a_request_names_who_asks_and_who_is_asked() -> None:
    calendar = vobject.readOne(calendar_file(Method.REQUEST, [SESSION], NOW).decode())

    event = calendar.vevent
    assert calendar.method.value == "REQUEST"
    assert (event.dtstart.value, event.dtend.value, event.dtstamp.value) == (STARTS, STARTS + HOUR, NOW)
    assert (event.summary.value, event.location.value) == ("Office hours: renewals", "Room 4")
    assert (event.organizer.value, event.organizer.params["CN"]) == ("mailto:dana@example.com", ["Dana Reyes"])
    assert (event.attendee.value, event.attendee.params["PARTSTAT"]) == ("mailto:sam@example.com", ["ACCEPTED"])
    assert event.attendee.params["RSVP"] == ["FALSE"]
    assert event.url.value == "https://guildhall.example/office-hours/7"


def test_what_is_published_tells_nobody_who_attends() -> None:
    file = calendar_file(Method.PUBLISH, [SESSION, SERIES], NOW, "Office hours")

    assert b"sam@example.com" not in file
    assert b"X-WR-CALNAME:Office hours" in file
    assert len(vobject.readOne(file.decode()).vevent_list) == 2


def test_a_feed_with_nothing_in_it_is_still_a_calendar() -> None:
    calendar = vobject.readOne(calendar_file(Method.PUBLISH, [], NOW, "Nothing yet").decode())

    assert not hasattr(calendar, "vevent")


def test_what_takes_whole_days_is_days_in_every_zone_over_the_change_of_the_clock() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    midnights = [datetime(2027, 3, day, tzinfo=berlin).astimezone(UTC) for day in (26, 29)]
    campaign = replace(SESSION, starts=midnights[0], ends=midnights[1], is_all_day=True)
    event = vobject.readOne(calendar_file(Method.PUBLISH, [campaign], NOW).decode()).vevent

    assert (event.dtstart.value, event.dtend.value) == (date(2027, 3, 26), date(2027, 3, 29))
    assert event.transp.value == "TRANSPARENT"
    assert campaign.days == (date(2027, 3, 26), date(2027, 3, 28))
    with pytest.raises(ValueError, match="once"):
        replace(campaign, recurrence=SERIES.recurrence)


def test_a_booking_is_moved_and_cancelled_in_the_calendar_of_who_booked() -> None:
    client = CalendarClient()

    client.receive(calendar_file(Method.REQUEST, [SESSION], NOW))
    assert client.dates() == [(STARTS, "Office hours: renewals")]

    moved = replace(SESSION, sequence=1, starts=STARTS + HOUR, ends=STARTS + 2 * HOUR)
    client.receive(calendar_file(Method.REQUEST, [moved], NOW + HOUR))
    assert client.dates() == [(STARTS + HOUR, "Office hours: renewals")]

    client.receive(calendar_file(Method.CANCEL, [replace(moved, sequence=2)], NOW + 2 * HOUR))
    assert client.dates() == []


def test_what_comes_late_changes_nothing() -> None:
    client = CalendarClient()
    first = calendar_file(Method.REQUEST, [SESSION], NOW)
    client.receive(calendar_file(Method.CANCEL, [replace(SESSION, sequence=1)], NOW + HOUR))

    client.receive(first)

    assert client.dates() == []


def test_other_words_for_the_same_date_need_no_new_sequence() -> None:
    client = CalendarClient()
    client.receive(calendar_file(Method.REQUEST, [SESSION], NOW))

    client.receive(calendar_file(Method.REQUEST, [replace(SESSION, title="Renewals")], NOW + HOUR))

    assert client.dates() == [(STARTS, "Renewals")]


def test_a_series_keeps_its_local_time_when_the_clocks_change() -> None:
    client = CalendarClient()
    client.receive(calendar_file(Method.REQUEST, [SERIES], NOW))

    begins = [at for at, _ in client.dates(until=datetime(2028, 3, 1, tzinfo=UTC))]

    berlin = ZoneInfo("Europe/Berlin")
    assert {at.astimezone(berlin).strftime("%A %H:%M") for at in begins} == {"Tuesday 15:00"}
    assert {at.hour for at in begins} == {13, 14}
    assert {later - earlier for earlier, later in pairwise(begins)} <= {
        timedelta(days=14),
        timedelta(days=14, hours=1),
        timedelta(days=13, hours=23),
    }


def test_single_dates_of_a_series_are_skipped_and_moved() -> None:
    client = CalendarClient()
    changed = Recurrence(
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU",
        frozenset({date(2027, 3, 23)}),
        {date(2027, 4, 6): datetime.fromisoformat("2027-04-07T10:30")},
    )
    client.receive(calendar_file(Method.REQUEST, [SERIES], NOW))

    client.receive(calendar_file(Method.REQUEST, [replace(SERIES, sequence=1, recurrence=changed)], NOW + HOUR))

    assert [at for at, _ in client.dates(until=datetime(2027, 4, 30, tzinfo=UTC))] == [
        STARTS,
        datetime(2027, 4, 7, 8, 30, tzinfo=UTC),
        datetime(2027, 4, 20, 13, tzinfo=UTC),
    ]


def test_a_calendar_has_the_dates_that_the_series_has() -> None:
    """Over two years, with what was skipped, moved, both, or a holiday."""
    series = Series(
        datetime.fromisoformat("2027-03-09T15:00"),
        "Europe/Berlin",
        HOUR,
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;UNTIL=20290301",
        skipped=frozenset({date(2027, 3, 23), date(2027, 6, 15)}),
        moved={
            date(2027, 4, 6): datetime.fromisoformat("2027-04-07T10:30"),
            date(2027, 6, 15): datetime.fromisoformat("2027-06-16T10:30"),
            date(2028, 1, 25): datetime.fromisoformat("2028-01-26T15:00"),
            date(2027, 7, 1): datetime.fromisoformat("2027-07-02T15:00"),
        },
        holidays=frozenset({date(2027, 12, 28), date(2028, 1, 25), date(2027, 12, 25)}),
    )
    client = CalendarClient()
    client.receive(calendar_file(Method.REQUEST, [replace(SERIES, recurrence=recurrence_of(series))], NOW))

    kept = [each.starts for each in occurrences(series, NOW, NOW + timedelta(days=800))]
    assert [at for at, _ in client.dates()] == kept
    assert len(kept) > 45


def test_what_is_once_does_not_recur() -> None:
    assert recurrence_of(Series(datetime.fromisoformat("2027-03-09T15:00"), "UTC", HOUR)) is None


def test_one_date_of_a_series_is_cancelled_alone() -> None:
    client = CalendarClient()
    client.receive(calendar_file(Method.REQUEST, [SERIES], NOW))
    second = datetime(2027, 3, 23, 14, tzinfo=UTC)
    gone = replace(
        SERIES, sequence=1, starts=second, ends=second + HOUR, recurrence=None, instead_of=second, is_cancelled=True
    )

    client.receive(calendar_file(Method.CANCEL, [gone], NOW + HOUR))

    april = datetime(2027, 4, 8, tzinfo=UTC)
    assert [at for at, _ in client.dates(until=april)] == [STARTS, datetime(2027, 4, 6, 13, tzinfo=UTC)]


def test_one_date_of_a_series_is_moved_alone() -> None:
    client = CalendarClient()
    client.receive(calendar_file(Method.REQUEST, [SERIES], NOW))
    second = datetime(2027, 3, 23, 14, tzinfo=UTC)
    later = replace(
        SERIES, sequence=1, starts=second + HOUR, ends=second + 2 * HOUR, recurrence=None, instead_of=second
    )

    client.receive(calendar_file(Method.REQUEST, [later], NOW + HOUR))

    assert [at for at, _ in client.dates(until=datetime(2027, 4, 1, tzinfo=UTC))] == [STARTS, second + HOUR]


def test_a_series_that_is_cancelled_leaves_nothing_behind() -> None:
    client = CalendarClient()
    moved = Recurrence("FREQ=WEEKLY;BYDAY=TU", moved={date(2027, 3, 23): datetime.fromisoformat("2027-03-24T15:00")})
    series = replace(SERIES, recurrence=moved)
    client.receive(calendar_file(Method.REQUEST, [series], NOW))

    client.receive(calendar_file(Method.CANCEL, [replace(series, sequence=1)], NOW + HOUR))

    assert client.dates() == []


@pytest.mark.parametrize("until", ["20270406", "20270406T150000", "20270406T130000Z"])
def test_the_end_of_a_series_is_written_in_utc_and_its_last_date_counts(until: str) -> None:
    ends = replace(SERIES, recurrence=Recurrence(f"FREQ=WEEKLY;BYDAY=TU;UNTIL={until}"))
    file = calendar_file(Method.PUBLISH, [ends], NOW)
    client = CalendarClient()

    client.receive(file)

    assert client.dates()[-1][0] == datetime(2027, 4, 6, 13, tzinfo=UTC)
    assert len(client.dates()) == 5


@pytest.mark.parametrize("rule", ["", "whenever", "FREQ=NEVER", "FREQ=WEEKLY;BYDAY=XX"])
def test_what_is_no_rule_is_refused(rule: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        calendar_file(Method.PUBLISH, [replace(SERIES, recurrence=Recurrence(rule))], NOW)


@pytest.mark.parametrize("address", ["", "sam", "@example.com", "sam@", "a@b\r\nATTENDEE:x", "a b@c.de", "a@b;c"])
def test_what_is_no_address_attends_nothing(address: str) -> None:
    with pytest.raises(ValueError, match="no e-mail address"):
        Attendee("Sam", address)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "https://x\r\nATTENDEE:y", "http://[::1"])
def test_what_no_browser_should_open_is_no_link(url: str) -> None:
    assert b"\r\nURL" not in calendar_file(Method.PUBLISH, [replace(SESSION, url=url)], NOW)


hostile = st.one_of(
    st.text(max_size=300),
    st.sampled_from(HOSTILE),
    st.sampled_from(["x\r\nEND:VEVENT\r\nBEGIN:VALARM", 'a";CN=b:mailto:c', "\u2028BEGIN:VEVENT", "\\n\\,;" * 60]),
)


@given(hostile, hostile, hostile, hostile)
def test_hostile_text_stays_text(title: str, description: str, location: str, name: str) -> None:
    event = replace(
        SESSION,
        title=title,
        description=description,
        location=location,
        organiser=Attendee(name, "dana@example.com"),
    )

    file = calendar_file(Method.REQUEST, [event], NOW, name or "x")

    calendar = vobject.readOne(file.decode())
    assert [each.name for each in calendar.components()] == ["VEVENT"]
    assert [each.name for each in calendar.vevent.components()] == []
    allowed = {"UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "LOCATION", "URL"}
    allowed |= {"ORGANIZER", "ATTENDEE", "STATUS", "TRANSP"}
    assert {line.name for line in calendar.vevent.lines()} <= allowed
    assert calendar.vevent.organizer.value == "mailto:dana@example.com"
    assert [line.value for line in calendar.vevent.attendee_list] == ["mailto:sam@example.com"]
    assert all(len(line) <= LINE_OCTETS for line in file.split(b"\r\n"))
    if title.isprintable():
        assert calendar.vevent.summary.value == title.strip()


def test_long_text_is_folded_and_read_whole() -> None:
    title = ("Überprüfung der Verlängerungen, " * 20).strip()

    calendar = vobject.readOne(calendar_file(Method.PUBLISH, [replace(SESSION, title=title)], NOW).decode())

    assert calendar.vevent.summary.value == title
