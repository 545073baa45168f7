"""A series of dates: a rule, a local time in a zone, and what was skipped or moved. Pure."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from heapq import merge
from itertools import takewhile
from operator import attrgetter
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil.rrule import rrulestr

from scheduler.local_time import in_utc
from scheduler.rule_parts import YEARS, fits, parts_of, until_in

LONGEST = timedelta(days=3653)
"""A series goes on for ten years at most, whatever its rule says."""

MOMENT = timedelta(microseconds=1)

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """`original` is the date that the rule gives: its key for ever, also where it was moved. `starts` and `ends` are
    aware UTC."""

    original: date
    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Series:
    """Raises ValueError with what is wrong.

    `first` is naive local time in `zone`, an IANA name, and one of the dates of `rule`: an RRULE without its name,
    `FREQ=WEEKLY;INTERVAL=2;BYDAY=TU`, at most one a day; empty where it is once. The time is that of `first`: it stays
    the local one over clock changes. One that is skipped in spring is as long after midnight as on any other day, one
    that comes twice in autumn is the first. `duration` is time that passes.

    `skipped`, `holidays` and the keys of `moved` are dates that the rule gives; others have no effect. `moved` has the
    local time that is kept instead, on a holiday too. What is skipped is not, moved or not.
    """

    first: datetime
    zone: str
    duration: timedelta
    rule: str = ""
    skipped: frozenset[date] = frozenset()
    moved: Mapping[date, datetime] = field(default_factory=dict)
    holidays: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if any(at.tzinfo for at in (self.first, *self.moved.values())):
            raise ValueError("The times of a series are local ones, without a zone of their own.")
        if any(at.year not in YEARS for at in (self.first, *self.moved.values())):
            raise ValueError(f"The dates of a series are between {YEARS[0]} and {YEARS[-1]}.")
        if not timedelta() < self.duration <= LONGEST:
            raise ValueError("How long it takes is more than nothing and less than ten years.")
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
            raise ValueError(f"“{self.zone}” is no time zone.") from unknown
        parts = parts_of(self.rule) if self.rule else {}
        if not fits(self.first.date(), parts):
            raise ValueError(f"{self.first.date()} is not one of the dates of {self.rule}.")
        if (until := until_in(parts, ZoneInfo(self.zone))) and until < self.first:
            raise ValueError("It would end before it begins.")


def occurrences(series: Series, since: datetime, until: datetime) -> Iterator[Occurrence]:
    """Those that start from `since` until before `until` (both aware), in the order of their starts."""
    days = dates_of(series)
    near = bisect_left(days, since.date(), key=lambda day: day + 2 * DAY)
    regular = (on for day in days[near:] if day not in series.moved and (on := occurrence_on(series, day)))
    moved = (on for day in series.moved if (on := occurrence_on(series, day)))
    in_order = merge(regular, sorted(moved, key=attrgetter("starts")), key=attrgetter("starts"))
    for occurrence in takewhile(lambda each: each.starts < until, in_order):
        if occurrence.starts >= since:
            yield occurrence


def next_occurrence(series: Series, after: datetime) -> Occurrence | None:
    """The first that starts later than `after`; None where there is no more."""
    after_all = datetime.max.replace(tzinfo=UTC)
    return next((each for each in occurrences(series, after, after_all) if each.starts > after), None)


def begun_by(series: Series, at: datetime) -> Series | None:
    """What is left of it once nothing begins later than `at` (aware); None where nothing had begun."""
    begun = {each.original for each in occurrences(series, datetime.min.replace(tzinfo=UTC), at + MOMENT)}
    if not begun or not series.rule:
        return series if begun else None
    last = max(begun)
    parts = {name: value for name, value in parts_of(series.rule).items() if name != "COUNT"}
    rule = ";".join(f"{name}={value}" for name, value in {**parts, "UNTIL": f"{last:%Y%m%d}"}.items())
    gone = frozenset(day for day in dates_of(series) if day <= last) - begun
    return replace(series, rule=rule, skipped=gone, moved={day: to for day, to in series.moved.items() if day in begun})


def occurrence_on(series: Series, original: date) -> Occurrence | None:
    """The one that has this key; None where the rule does not give it, or where it is not kept."""
    if original in series.skipped or original not in _date_set(series):
        return None
    local = series.moved.get(original)
    if local is None:
        if original in series.holidays:
            return None
        local = datetime.combine(original, series.first.time())
    starts = in_utc(local, series.zone)
    return Occurrence(original, starts, starts + series.duration)


def dates_of(series: Series) -> tuple[date, ...]:
    """What the rule gives, in order: also what is skipped, moved or a holiday."""
    return _dates(series.rule, series.first, series.zone)[0]


def _date_set(series: Series) -> frozenset[date]:
    return _dates(series.rule, series.first, series.zone)[1]


@lru_cache(maxsize=256)
def _dates(rule: str, first: datetime, zone: str) -> tuple[tuple[date, ...], frozenset[date]]:
    if not rule:
        return (first.date(),), frozenset({first.date()})
    parts = parts_of(rule)
    until = until_in(parts, ZoneInfo(zone))
    last = min(first + LONGEST, until) if until else first + LONGEST
    endless = ";".join(f"{name}={value}" for name, value in parts.items() if name != "UNTIL")
    found = tuple(at.date() for at in takewhile(lambda at: at <= last, rrulestr(endless, dtstart=first)))
    return found, frozenset(found)
