from datetime import UTC, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical

from scheduler.vtimezone import vtimezone

SINCE = datetime(2027, 3, 9, tzinfo=UTC)
ZONES = (
    *("Europe/Berlin", "Europe/London", "America/New_York", "America/Sao_Paulo", "America/Santiago"),
    *("Australia/Lord_Howe", "Asia/Kolkata", "Asia/Kathmandu", "Africa/Casablanca", "Africa/Cairo", "Asia/Jerusalem"),
    *("Pacific/Auckland", "Pacific/Apia", "Asia/Tokyo", "UTC"),
)


@pytest.mark.parametrize("zone", ZONES)
def test_another_reader_finds_the_same_offsets_for_eight_years(zone: str) -> None:
    file = "BEGIN:VCALENDAR\r\n" + vtimezone(zone, SINCE).to_ical().decode() + "END:VCALENDAR\r\n"
    read, known = tzical(StringIO(file)).get(zone), ZoneInfo(zone)

    hours = (SINCE + timedelta(hours=5 * number) for number in range(8 * 365 * 24 // 5))
    local = [at.astimezone(known).replace(tzinfo=None) for at in hours]

    # Local times, for that is what a calendar file says; those that come twice or never are left out.
    plain = [at for at in local if known.utcoffset(at) == known.utcoffset(at.replace(fold=1))]
    assert [at for at in plain if read.utcoffset(at) != known.utcoffset(at)] == []
    assert len(plain) > 0.99 * len(local)


def test_a_zone_with_rules_is_told_for_good() -> None:
    berlin = vtimezone("Europe/Berlin", SINCE).to_ical().decode()

    assert "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r\n" in berlin
    assert "DTSTART:20260329T020000\r\n" in berlin  # 02:00 of the time that ends then
    assert "RDATE" not in berlin


def test_a_zone_that_follows_the_moon_is_told_change_by_change() -> None:
    casablanca = vtimezone("Africa/Casablanca", SINCE).to_ical().decode()

    assert "RDATE" in casablanca
    assert "RRULE" not in casablanca


def test_a_zone_that_never_changes_is_short() -> None:
    assert len(vtimezone("Asia/Kolkata", SINCE).to_ical()) < 200
