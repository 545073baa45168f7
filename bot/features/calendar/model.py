"""Dates as their reader sees them: once for each time that something is, on the days of the reader's zone. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.features.calendar_entry import CalendarEntry
from scheduler.calendar_file import CalendarEvent, Recurrence
from scheduler.local_time import in_utc
from scheduler.rules import Series, occurrences

DAY = timedelta(days=1)
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class OnCalendar:
    """One date of an entry. `first` and `last` are the days on which the reader has it."""

    entry: CalendarEntry
    starts: datetime
    ends: datetime
    first: date
    last: date

    @property
    def title(self) -> str:
        return self.entry.event.title

    @property
    def is_cancelled(self) -> bool:
        return self.entry.event.is_cancelled

    @property
    def is_all_day(self) -> bool:
        return self.entry.event.is_all_day

    @property
    def is_long(self) -> bool:
        """On more than one day."""
        return self.first < self.last

    def is_over(self, now: datetime) -> bool:
        return self.ends <= now


def dates_of_entries(
    entries: Iterable[CalendarEntry], since: datetime, until: datetime, zone: ZoneInfo
) -> Sequence[OnCalendar]:
    """What ends after `since` and starts before `until`, in order; each date of what comes again."""
    found = [
        _in_zone(each, starts, ends, zone)
        for each in entries
        for starts, ends in _times(each.event, since, until)
        if ends > since and starts < until
    ]
    return sorted(found, key=lambda each: (each.starts, not each.is_all_day, each.title))


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When a day begins there."""
    return in_utc(datetime.combine(day, datetime.min.time()), zone.key)


def _in_zone(entry: CalendarEntry, starts: datetime, ends: datetime, zone: ZoneInfo) -> OnCalendar:
    if entry.event.is_all_day:
        return OnCalendar(entry, starts, ends, *entry.event.days)
    last = max(starts, ends - _INSTANT)
    return OnCalendar(entry, starts, ends, starts.astimezone(zone).date(), last.astimezone(zone).date())


def _times(event: CalendarEvent, since: datetime, until: datetime) -> Iterable[tuple[datetime, datetime]]:
    if event.recurrence is None:
        return [(event.starts, event.ends)]
    series = _series(event, event.recurrence)
    return [(each.starts, each.ends) for each in occurrences(series, since - series.duration, until)]


def _series(event: CalendarEvent, recurrence: Recurrence) -> Series:
    return Series(
        event.starts.astimezone(ZoneInfo(event.zone)).replace(tzinfo=None),
        event.zone,
        event.ends - event.starts,
        recurrence.rule,
        recurrence.skipped,
        recurrence.moved,
    )
