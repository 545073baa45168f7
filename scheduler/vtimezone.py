"""A zone as a VTIMEZONE (RFC 5545, 3.6.5): its rules for good where it has any, its changes one by one where not."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard, vRecur

YEARS = 12
"""How far ahead its changes are looked at. What follows one rule for so long is written as that rule, with no end."""

_STEP = timedelta(hours=12)  # no zone changes its clocks twice within it
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

_Kind = tuple[timedelta, timedelta, str, bool]
"""Offset before and after, name, whether it is daylight saving time."""


def vtimezone(zone: str, since: datetime) -> Timezone:
    """Of an IANA name, right from the year before `since` (aware) on. Raises ZoneInfoNotFoundError."""
    known = ZoneInfo(zone)
    begins = datetime(since.astimezone(UTC).year - 1, 1, 1, tzinfo=UTC)
    years = tuple(range(begins.year, begins.year + YEARS))
    onsets: dict[_Kind, list[datetime]] = defaultdict(list)
    for at in _changes(known, begins, begins.replace(year=years[-1] + 1)):
        before = (at - timedelta(seconds=1)).astimezone(known).utcoffset() or timedelta()
        # A change is told in the local time that was in force until then.
        onsets[_kind(known, at, before)].append((at + before).replace(tzinfo=None))
    drawn = Timezone()
    drawn.add("tzid", zone)
    offset = begins.astimezone(known).utcoffset() or timedelta()
    drawn.add_component(_part(_kind(known, begins, offset), [begins.replace(tzinfo=None) + offset], ""))
    for kind, times in onsets.items():
        drawn.add_component(_part(kind, times, _rule(times, years)))
    return drawn


def _changes(zone: ZoneInfo, begins: datetime, ends: datetime) -> Iterator[datetime]:
    """To the second, in UTC."""
    at, offset = begins, begins.astimezone(zone).utcoffset()
    while at < ends:
        later = at + _STEP
        if later.astimezone(zone).utcoffset() != offset:
            low, high = at, later
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) // 2
                middle -= timedelta(microseconds=middle.microsecond)
                if middle.astimezone(zone).utcoffset() == offset:
                    low = middle
                else:
                    high = middle
            yield high
            offset = later.astimezone(zone).utcoffset()
        at = later


def _kind(zone: ZoneInfo, at: datetime, before: timedelta) -> _Kind:
    local = at.astimezone(zone)
    return before, local.utcoffset() or timedelta(), local.tzname() or "", bool(local.dst())


def _part(kind: _Kind, times: Sequence[datetime], rule: str) -> TimezoneStandard | TimezoneDaylight:
    before, after, name, is_daylight = kind
    part = TimezoneDaylight() if is_daylight else TimezoneStandard()
    part.add("dtstart", times[0])
    part.add("tzoffsetfrom", before)
    part.add("tzoffsetto", after)
    part.add("tzname", name)
    if rule:
        part.add("rrule", vRecur.from_ical(rule))
    elif times[1:]:
        part.add("rdate", list(times[1:]))
    return part


def _rule(times: Sequence[datetime], years: Sequence[int]) -> str:
    """`FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU` where every year has one such change, empty where it is not so simple."""
    same = {(each.month, each.weekday(), each.time()) for each in times}
    if len(same) != 1 or [each.year for each in times] != list(years):
        return ""
    month, weekday, _ = same.pop()
    weeks = {(each.day - 1) // 7 + 1 for each in times}
    if all((each + timedelta(days=7)).month != month for each in times):
        week = -1
    elif len(weeks) == 1:
        week = weeks.pop()
    else:
        return ""
    return f"FREQ=YEARLY;BYMONTH={month};BYDAY={week}{_DAYS[weekday]}"
