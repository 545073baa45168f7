"""A series as JSON can keep it, for whoever stores one."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TypedDict

from scheduler.rules import Series


class SeriesRecord(TypedDict):
    """Dates and local times in ISO 8601, the duration in seconds."""

    first: str
    zone: str
    seconds: float
    rule: str
    skipped: list[str]
    moved: Mapping[str, str]
    holidays: list[str]


def record_of(series: Series) -> SeriesRecord:
    return {
        "first": series.first.isoformat(),
        "zone": series.zone,
        "seconds": series.duration.total_seconds(),
        "rule": series.rule,
        "skipped": [day.isoformat() for day in sorted(series.skipped)],
        "moved": {day.isoformat(): at.isoformat() for day, at in sorted(series.moved.items())},
        "holidays": [day.isoformat() for day in sorted(series.holidays)],
    }


def series_of(record: SeriesRecord) -> Series:
    return Series(
        first=datetime.fromisoformat(record["first"]),
        zone=record["zone"],
        duration=timedelta(seconds=record["seconds"]),
        rule=record["rule"],
        skipped=frozenset(date.fromisoformat(day) for day in record["skipped"]),
        moved={date.fromisoformat(day): datetime.fromisoformat(at) for day, at in record["moved"].items()},
        holidays=frozenset(date.fromisoformat(day) for day in record["holidays"]),
    )
