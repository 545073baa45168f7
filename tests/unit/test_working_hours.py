"""Working hours: weekends, holidays, nights, and clocks that are put forward and back."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.working_hours import HORIZON, Absence, Hours, WorkingHours

BERLIN = ZoneInfo("Europe/Berlin")
DAY = (Hours(time(9), time(17)),)
FREE: tuple[Hours, ...] = ()
OFFICE = WorkingHours("Europe/Berlin", (*[DAY] * 5, FREE, FREE))
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Sao_Paulo")


def berlin(day: str, clock: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=BERLIN).astimezone(UTC)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


@pytest.mark.parametrize(
    ("day", "clock", "is_open"),
    [
        ("2027-03-01", "09:00", True),
        ("2027-03-01", "16:59", True),
        ("2027-03-01", "17:00", False),
        ("2027-03-01", "08:59", False),
        ("2027-03-06", "10:00", False),
    ],
)
def test_the_first_moment_is_work_and_the_last_is_not(day: str, clock: str, is_open: bool) -> None:
    assert OFFICE.is_working(berlin(day, clock)) is is_open


def test_after_friday_evening_comes_monday_morning() -> None:
    assert OFFICE.next_open(berlin("2027-03-05", "17:00")) == berlin("2027-03-08", "09:00")


def test_what_is_left_on_friday_is_due_on_monday() -> None:
    assert OFFICE.due_at(berlin("2027-03-05", "16:00"), hours(4)) == berlin("2027-03-08", "12:00")


def test_what_exactly_fits_is_due_at_the_end_of_the_day() -> None:
    assert OFFICE.due_at(berlin("2027-03-05", "09:00"), hours(8)) == berlin("2027-03-05", "17:00")


def test_no_work_is_due_when_the_hours_begin() -> None:
    assert OFFICE.due_at(berlin("2027-03-06", "12:00"), timedelta()) == berlin("2027-03-08", "09:00")


def test_holidays_and_absences_are_passed_over() -> None:
    away = WorkingHours(
        OFFICE.zone,
        OFFICE.week,
        (Absence(date(2027, 3, 26), date(2027, 3, 26)), Absence(date(2027, 3, 29), date(2027, 4, 2))),
    )
    assert away.due_at(berlin("2027-03-25", "16:00"), hours(2)) == berlin("2027-04-05", "10:00")
    assert not away.is_working(berlin("2027-03-26", "10:00"))


def test_a_weekend_in_which_the_clock_is_put_forward_is_an_hour_shorter_and_no_work_is_lost() -> None:
    due = OFFICE.due_at(berlin("2027-03-26", "16:00"), hours(2))
    assert due == berlin("2027-03-29", "10:00")
    assert due - berlin("2027-03-26", "17:00") == hours(64)


def test_a_night_in_which_the_clock_is_put_forward_has_an_hour_less_of_work_and_one_put_back_an_hour_more() -> None:
    nights = WorkingHours("Europe/Berlin", ((Hours(time(22), time(6)),),) * 7)
    spring, autumn = berlin("2027-03-27", "22:00"), berlin("2027-10-30", "22:00")
    assert nights.between(spring, spring + hours(14)) == hours(7)
    assert nights.between(autumn, autumn + hours(14)) == hours(9)
    assert nights.is_working(berlin("2027-03-28", "01:59"))


def test_hours_that_the_clock_skips_are_none() -> None:
    early = WorkingHours("Europe/Berlin", ((Hours(time(2), time(3)),),) * 7)
    assert early.next_open(berlin("2027-03-27", "03:00")) == berlin("2027-03-29", "02:00")


def test_a_night_that_began_before_an_absence_goes_on() -> None:
    nights = WorkingHours("UTC", ((Hours(time(22), time(6)),),) * 7, (Absence(date(2027, 3, 2), date(2027, 3, 2)),))
    assert nights.is_working(datetime(2027, 3, 2, 5, tzinfo=UTC))
    assert nights.next_open(datetime(2027, 3, 2, 6, tzinfo=UTC)) == datetime(2027, 3, 3, 22, tzinfo=UTC)


def test_until_midnight_and_from_midnight_is_one_stretch_and_what_overlaps_counts_once() -> None:
    always = WorkingHours("UTC", ((Hours(time(0), time(12)), Hours(time(10), time(0))),) * 7)
    start = datetime(2027, 3, 1, tzinfo=UTC)
    assert always.due_at(start, hours(100)) == start + hours(100)


def test_who_has_no_hours_owes_nothing_at_any_time() -> None:
    never = WorkingHours("UTC", (FREE,) * 7)
    assert never.next_open(datetime(2027, 3, 1, tzinfo=UTC)) is None
    assert never.due_at(datetime(2027, 3, 1, tzinfo=UTC), hours(1)) is None
    assert not never.is_working(datetime(9999, 12, 30, tzinfo=UTC))


def test_a_week_has_seven_days() -> None:
    with pytest.raises(ValueError, match="7 days"):
        WorkingHours("UTC", (DAY,) * 5)


clock_times = st.times(max_value=time(23, 59)).map(lambda at: at.replace(second=0, microsecond=0))
weeks = st.lists(
    st.lists(st.builds(Hours, clock_times, clock_times), max_size=2).map(tuple), min_size=7, max_size=7
).map(tuple)
days = st.dates(date(2026, 1, 1), date(2028, 12, 31))
absences = st.lists(st.builds(lambda day, more: Absence(day, day + timedelta(days=more)), days, st.integers(0, 20)),
                    max_size=3).map(tuple)  # fmt: skip
calendars = st.builds(WorkingHours, st.sampled_from(ZONES), weeks, absences)
moments = st.timedeltas(timedelta(), timedelta(days=3 * 365)).map(
    lambda since: datetime(2026, 1, 1, tzinfo=UTC) + since
)
amounts = st.timedeltas(timedelta(), timedelta(hours=200))


@given(calendars, moments, amounts)
def test_exactly_so_much_work_lies_between_the_start_and_the_due_time(
    calendar: WorkingHours, start: datetime, work: timedelta
) -> None:
    due = calendar.due_at(start, work)
    if due is None:
        assert calendar.between(start, start + HORIZON - timedelta(days=3)) <= work
    else:
        assert due >= start
        assert calendar.between(start, due) == work


@given(calendars, moments, amounts, amounts)
def test_more_work_is_never_due_earlier(
    calendar: WorkingHours, start: datetime, one: timedelta, more: timedelta
) -> None:
    first, then = calendar.due_at(start, one), calendar.due_at(start, one + more)
    assert then is None or (first is not None and first <= then)


@given(calendars, moments)
def test_the_next_opening_is_open_and_nothing_before_it_is(calendar: WorkingHours, at: datetime) -> None:
    opening = calendar.next_open(at)
    if opening is not None:
        assert calendar.is_working(opening)
        assert calendar.between(at, opening) == timedelta()
