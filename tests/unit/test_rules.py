"""Series of dates: what a rule gives, in every zone, with what was skipped or moved."""

import time as stopwatch
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from scheduler.rules import (
    LONGEST,
    Series,
    dates_of,
    next_occurrence,
    occurrence_on,
    occurrences,
)
from scheduler.series_record import record_of, series_of
from tests.wall_clock import ZONES, at_local_time

local = datetime.fromisoformat
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TUESDAYS = Series(local("2027-03-02 15:00"), "Europe/Berlin", HOUR, "FREQ=WEEKLY;BYDAY=TU")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def starts(series: Series, since: str, until: str) -> list[str]:
    return [f"{each.starts:%m-%d %H:%M}" for each in occurrences(series, utc(since), utc(until))]


def test_the_local_time_stays_over_a_clock_change_and_the_duration_is_time_that_passes() -> None:
    assert starts(TUESDAYS, "2027-03-20", "2027-04-10") == ["03-23 14:00", "03-30 13:00", "04-06 13:00"]
    night = replace(TUESDAYS, first=local("2027-03-27 23:30"), duration=4 * HOUR, rule="")
    kept = occurrence_on(night, date(2027, 3, 27))
    assert kept is not None
    assert kept.ends == utc("2027-03-28 02:30")


@pytest.mark.parametrize(("day", "moment"), [("2027-03-28", "2027-03-28 01:30"), ("2027-10-31", "2027-10-31 00:30")])
def test_a_skipped_time_is_as_long_after_midnight_and_a_doubled_one_is_the_first(day: str, moment: str) -> None:
    nightly = replace(TUESDAYS, first=local("2027-03-01 02:30"), rule="FREQ=DAILY")
    kept = occurrence_on(nightly, date.fromisoformat(day))
    assert kept is not None
    assert kept.starts == utc(moment)


def test_the_window_includes_its_beginning_and_not_its_end() -> None:
    assert starts(TUESDAYS, "2027-03-02 14:00", "2027-03-16 14:00") == ["03-02 14:00", "03-09 14:00"]
    assert starts(TUESDAYS, "2027-03-02 14:01", "2027-03-16 14:01") == ["03-09 14:00", "03-16 14:00"]
    assert starts(TUESDAYS, "2027-03-16 14:00", "2027-03-16 14:00") == []


def test_what_is_skipped_or_a_holiday_is_not_and_what_is_moved_is_elsewhere_under_its_date() -> None:
    series = replace(
        TUESDAYS,
        skipped=frozenset({date(2027, 3, 2), date(2027, 3, 30)}),
        holidays=frozenset({date(2027, 3, 9), date(2027, 3, 16)}),
        moved={
            date(2027, 3, 16): local("2027-03-25 09:00"),  # of a holiday, to after the next one
            date(2027, 3, 17): local("2027-03-18 09:00"),  # no date of the rule
            date(2027, 3, 30): local("2027-03-31 09:00"),  # skipped
        },
    )
    assert starts(series, "2027-03-01", "2027-04-12") == ["03-23 14:00", "03-25 08:00", "04-06 13:00"]
    found = list(occurrences(series, utc("2027-03-25"), utc("2027-03-26")))
    assert [each.original for each in found] == [date(2027, 3, 16)]
    assert occurrence_on(series, date(2027, 3, 9)) is None
    assert occurrence_on(series, date(2027, 3, 24)) is None


def test_one_that_was_moved_far_ahead_is_found_from_there() -> None:
    series = replace(TUESDAYS, moved={date(2027, 3, 2): local("2028-01-01 10:00")})
    assert starts(series, "2027-12-31", "2028-01-04") == ["01-01 09:00"]
    assert starts(series, "2027-03-01", "2027-03-08") == []


def test_the_next_one_is_later_and_there_is_none_after_the_last() -> None:
    series = replace(TUESDAYS, rule="FREQ=WEEKLY;BYDAY=TU;COUNT=2")
    first = next_occurrence(series, utc("2020-01-01"))
    assert first is not None
    second = next_occurrence(series, first.starts)
    assert second is not None
    assert (first.original, second.original) == (date(2027, 3, 2), date(2027, 3, 9))
    assert next_occurrence(series, second.starts) is None


@pytest.mark.parametrize(
    ("until", "last"),
    [
        ("20270316", date(2027, 3, 16)),
        ("20270316T140000Z", date(2027, 3, 16)),
        ("20270316T135959Z", date(2027, 3, 9)),
        ("20270316T145959", date(2027, 3, 9)),
    ],
)
def test_a_rule_ends_with_its_last_day_or_moment(until: str, last: date) -> None:
    assert dates_of(replace(TUESDAYS, rule=f"FREQ=WEEKLY;BYDAY=TU;UNTIL={until}"))[-1] == last


def test_no_series_is_endless() -> None:
    days = dates_of(replace(TUESDAYS, rule="FREQ=DAILY"))
    assert days[-1] - days[0] <= LONGEST
    assert len(dates_of(replace(TUESDAYS, rule="FREQ=YEARLY;COUNT=4000"))) == 11


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=HOURLY", "FREQ=MINUTELY", "FREQ=WEEKLY;BYHOUR=9,10", "FREQ=WEEKLY;BYDAY=TU;BYSETPOS=1", "BYDAY=TU",
        "FREQ=WEEKLY;INTERVAL=0", "FREQ=WEEKLY;INTERVAL=999", "FREQ=WEEKLY;COUNT=0",
        "FREQ=WEEKLY;COUNT=2;UNTIL=20270401", "FREQ=WEEKLY\nEXDATE:20270302",
        "FREQ=WEEKLY;BYDAY=1TU", "FREQ=YEARLY;BYDAY=1TU", "FREQ=WEEKLY;BYDAY=WE", "FREQ=MONTHLY;BYDAY=2TU",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=WEEKLY;FREQ=DAILY", "FREQ=WEEKLY;", "RRULE:FREQ=WEEKLY", "nonsense",
        "FREQ=WEEKLY;UNTIL=20279999", "FREQ=WEEKLY;UNTIL=99991231T235959Z", "FREQ=WEEKLY;BYDAY=",
        "FREQ=WEEKLY;BYDAY=٢TU",
    ],
)  # fmt: skip
def test_a_rule_that_is_more_than_dates_or_does_not_begin_with_the_first_is_refused_at_once(rule: str) -> None:
    began = stopwatch.process_time()
    with pytest.raises(ValueError):
        replace(TUESDAYS, rule=rule)
    assert stopwatch.process_time() - began < 0.5


@pytest.mark.parametrize(
    "changes",
    [
        {"zone": "Europe/Nowhere"}, {"zone": "../etc/passwd"}, {"zone": ""}, {"duration": timedelta()},
        {"duration": -HOUR}, {"first": utc("2027-03-02 15:00")}, {"first": local("9999-12-28 15:00")},
        {"moved": {date(2027, 3, 2): utc("2027-03-03 15:00")}},
    ],
)  # fmt: skip
def test_a_series_that_cannot_be_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        replace(TUESDAYS, **changes)


RULES = st.one_of(
    st.builds("FREQ=DAILY;INTERVAL={}".format, st.integers(1, 520)),
    st.builds(
        "FREQ=WEEKLY;INTERVAL={};BYDAY={}".format, st.integers(1, 6), st.sampled_from(["TU", "MO,TU", "TU,SA,SU"])
    ),
    st.builds(
        "FREQ=MONTHLY;INTERVAL={};BYDAY={}".format, st.integers(1, 13), st.sampled_from(["1TU", "-5TU,1TU", "TU"])
    ),
    st.builds(
        "FREQ=MONTHLY;INTERVAL={};BYMONTHDAY={}".format, st.integers(1, 13), st.sampled_from(["2", "2,31", "-30"])
    ),
    st.builds("FREQ=YEARLY;BYMONTH={};BYMONTHDAY=2".format, st.sampled_from(["3", "3,9"])),
)


@given(rule=RULES, zone=st.sampled_from(ZONES), minute=st.integers(0, 24 * 60 - 1))
def test_every_rule_gives_the_dates_of_the_library_each_at_its_local_time(rule: str, zone: str, minute: int) -> None:
    first = local("2027-03-02") + timedelta(minutes=minute)
    found = list(occurrences(Series(first, zone, HOUR, rule), utc("2027-01-01"), utc("2029-01-01")))
    wanted = rrulestr(rule, dtstart=first).between(first, local("2028-12-28"), inc=True)
    assert [each.original for each in found if each.original < date(2028, 12, 28)] == [
        each.date() for each in wanted if each.date() < date(2028, 12, 28)
    ]
    assert all(
        each.starts == at_local_time(datetime.combine(each.original, first.time()), ZoneInfo(zone)) for each in found
    )


@given(st.text("FREQ=DAILYWEKMONTHBU;,+-0123456789SVX", max_size=60))
def test_no_text_is_worse_than_no_rule(rule: str) -> None:
    try:
        dates_of(replace(TUESDAYS, rule=rule))
    except ValueError:
        return


@pytest.mark.promise
@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("clock", ["00:00", "02:30", "23:59"])
def test_two_years_of_every_day_have_each_day_once_in_every_zone(zone: str, clock: str) -> None:
    daily = Series(local(f"2026-01-01 {clock}"), zone, HOUR, "FREQ=DAILY")
    first = daily.first.date()
    moment, found = utc("2025-12-30"), []
    while (following := next_occurrence(daily, moment)) and following.original < first + 730 * DAY:
        found.append(following)
        moment = following.starts
    assert [each.original for each in found] == [first + DAY * number for number in range(730)]
    walls = [datetime.combine(each.original, daily.first.time()) for each in found]
    assert [each.starts for each in found] == [at_local_time(wall, ZoneInfo(zone)) for wall in walls]


def test_a_series_is_kept_as_json_and_comes_back_as_it_was() -> None:
    series = replace(
        TUESDAYS,
        skipped=frozenset({date(2027, 3, 9)}),
        moved={date(2027, 3, 2): local("2027-03-03 09:30")},
        holidays=frozenset({date(2027, 12, 25)}),
    )
    assert series_of(record_of(series)) == series
