"""When quiet hours end, in the person's own time."""

from datetime import UTC, datetime

import pytest

from bot.features.profile.quiet import quiet_until
from bot.storage.people import KnownPerson, Preferences
from tests.builders import NOON


def until(now: str, begins: str, ends: str, zone: str = "Europe/Berlin", said: str = "") -> str:
    own = Preferences(time_zone=zone, quiet_from=begins, quiet_to=ends)
    person = KnownPerson("slack:T1:U1", "Dana", NOON, time_zone=said, preferences=own)
    end = quiet_until(person, datetime.fromisoformat(now).replace(tzinfo=UTC))
    return end.strftime("%d %H:%M") if end else ""


@pytest.mark.parametrize(
    ("now", "end"),
    [
        ("2027-01-15T20:59", ""),
        ("2027-01-15T21:00", "16 06:00"),
        ("2027-01-15T23:30", "16 06:00"),
        ("2027-01-16T05:59", "16 06:00"),
        ("2027-01-16T06:00", ""),
    ],
)
def test_quiet_hours_reach_over_midnight_in_the_persons_own_time(now: str, end: str) -> None:
    assert until(now, "22:00", "07:00") == end


def test_quiet_hours_of_one_day_end_that_day() -> None:
    assert until("2027-01-15T12:00", "12:30", "14:00") == "15 13:00"
    assert until("2027-01-15T13:00", "12:30", "14:00") == ""


def test_the_platforms_time_zone_holds_where_none_is_set_and_utc_where_none_is_known() -> None:
    assert until("2027-01-15T23:00", "22:00", "07:00", "", "America/New_York") == ""
    assert until("2027-01-16T04:00", "22:00", "07:00", "", "America/New_York") == "16 12:00"
    assert until("2027-01-15T23:00", "22:00", "07:00", "") == "16 07:00"
    assert until("2027-01-15T23:00", "22:00", "07:00", "Nowhere/Land") == "16 07:00"


@pytest.mark.parametrize(
    ("now", "end"),
    [
        ("2027-03-27T22:00", "28 05:00"),  # the night that is an hour shorter
        ("2027-10-30T21:00", "31 06:00"),  # and the one that is an hour longer
    ],
)
def test_quiet_hours_end_at_their_local_hour_when_the_clocks_change(now: str, end: str) -> None:
    assert until(now, "22:00", "07:00") == end


def test_an_hour_that_the_clocks_leave_out_or_repeat_ends_once() -> None:
    assert until("2027-03-28T00:30", "22:00", "02:30") == "28 01:30"
    assert until("2027-10-31T00:29", "22:00", "02:30") == "31 00:30"
    assert until("2027-10-31T01:00", "22:00", "02:30") == ""


def test_without_quiet_hours_it_is_never_quiet() -> None:
    assert until("2027-01-15T23:00", "", "") == ""
