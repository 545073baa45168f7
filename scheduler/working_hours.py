"""When somebody works, and when so much of their working time will have passed. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

HORIZON = timedelta(days=2 * 366)
"""How far ahead is looked: whoever has no hours until then has none."""

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Hours:
    """Local times of one day. Where the end is not after the beginning it is on the next day; ``00:00`` is midnight."""

    begins: time
    ends: time


@dataclass(frozen=True, slots=True)
class Absence:
    """Local dates, both included; a holiday is one of one day. What began on the evening before goes on."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """`zone` is an IANA name; `week` has the hours of Monday to Sunday. All moments are aware UTC.

    A local time that is skipped in spring is as long after midnight as on any other day; one that comes twice in
    autumn is the first one.
    """

    zone: str
    week: tuple[tuple[Hours, ...], ...]
    absences: tuple[Absence, ...] = ()

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise ValueError(f"A week has 7 days, not {len(self.week)}.")

    def is_working(self, at: datetime) -> bool:
        return self.next_open(at) == at

    def next_open(self, at: datetime) -> datetime | None:
        """`at` itself during the hours; None where there are none within HORIZON."""
        opening = next(self._openings(at), None)
        return opening[0] if opening else None

    def due_at(self, start: datetime, work: timedelta) -> datetime | None:
        """When `work` of working time has passed since `start`; None where that is beyond HORIZON. Of no work at all
        it is the next moment of the hours."""
        left = work
        for begins, ends in self._openings(start):
            if left <= ends - begins:
                return begins + left
            left -= ends - begins
        return None

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Working time from `start` until `end`."""
        total = timedelta()
        for begins, ends in self._openings(start):
            if begins >= end:
                break
            total += min(ends, end) - begins
        return total

    def _openings(self, after: datetime) -> Iterator[tuple[datetime, datetime]]:
        """What is left of the hours from `after` on: in order, apart from one another, none of them empty."""
        zone, reached = ZoneInfo(self.zone), after
        day = after.astimezone(zone).date() - DAY  # yesterday's may not have ended
        for _ in range(HORIZON.days):
            for begins, ends in sorted(self._hours_of(day, zone)):
                if max(begins, reached) < ends:
                    yield max(begins, reached), ends
                    reached = ends
            if day == date.max:
                return
            day += DAY

    def _hours_of(self, day: date, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
        if any(absence.first <= day <= absence.last for absence in self.absences):
            return
        for hours in self.week[day.weekday()]:
            last = day if hours.begins < hours.ends else day + DAY
            # In UTC, for between two local times of one zone Python takes no notice of its clock changes.
            yield (
                datetime.combine(day, hours.begins, zone).astimezone(UTC),
                datetime.combine(last, hours.ends, zone).astimezone(UTC),
            )
