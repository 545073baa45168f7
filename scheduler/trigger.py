"""When a daily job is due: a local time in a zone, once a day, also where the clock is put forward or back."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from scheduler.job import Job
from scheduler.local_time import in_utc


@dataclass(frozen=True, slots=True)
class Due:
    """`at` is aware UTC; `local_date` and `slot` name the tick wherever it is counted."""

    at: datetime
    local_date: date
    slot: str


def due_on(job: Job, day: date) -> Due:
    return Due(in_utc(datetime.combine(day, job.at), job.time_zone), day, f"{job.at:%H:%M}")


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
