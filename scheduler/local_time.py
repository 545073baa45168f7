"""What a clock on the wall says, and when that is."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def in_utc(local: datetime, zone: str) -> datetime:
    """Naive local time of an IANA zone as aware UTC. A time that is skipped in spring is as long after midnight as on
    any other day, so when the clock has been put forward; one that comes twice in autumn is the first."""
    # Of a skipped time, fold 0 means the offset before the change.
    return local.replace(fold=0, tzinfo=ZoneInfo(zone)).astimezone(UTC)
