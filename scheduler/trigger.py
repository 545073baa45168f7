"""When a daily job is due: a local time in a zone, once a day, also where the clock is put forward or back."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from scheduler.job import Job


@dataclass(frozen=True, slots=True)
class Due:
    """`at` is aware UTC; `local_date` and `slot` name the tick wherever it is counted."""

    at: datetime
    local_date: date
    slot: str


def due_on(job: Job, day: date) -> Due:
    """A local time that is skipped in spring is due when the clock has been put forward; one that comes twice
    in autumn is due the first time."""
    local = datetime.combine(day, job.at, ZoneInfo(job.time_zone)).replace(fold=0)
    # Of a skipped time, fold 0 means the offset before the change: as long after midnight as on any other day.
    return Due(local.astimezone(UTC), day, f"{job.at:%H:%M}")


def next_due(job: Job, after: datetime) -> Due:
    """The first one later than `after`."""
    day = after.astimezone(ZoneInfo(job.time_zone)).date() - timedelta(days=1)
    while (due := due_on(job, day)).at <= after:
        day += timedelta(days=1)
    return due


def last_due(job: Job, now: datetime) -> Due:
    """The latest one that is not later than `now`."""
    day = now.astimezone(ZoneInfo(job.time_zone)).date() + timedelta(days=1)
    while (due := due_on(job, day)).at > now:
        day -= timedelta(days=1)
    return due
