"""Ten zones, and what a clock on the wall says there, worked out without the product."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

ZONES = (
    "Europe/Berlin", "America/New_York", "America/Santiago", "America/Sao_Paulo", "Africa/Cairo", "Asia/Kathmandu",
    "Asia/Tokyo", "Australia/Lord_Howe", "Pacific/Auckland", "UTC",
)  # fmt: skip


def at_local_time(wall: datetime, zone: ZoneInfo) -> datetime:
    """Of the offsets around that day, the one under which the clock shows that naive time; of two the first such
    moment, of none the offset before the change."""
    noon = wall.replace(hour=12, tzinfo=UTC)
    offsets = [(noon + timedelta(days=days)).astimezone(zone).utcoffset() or timedelta() for days in (-2, 2)]
    moments = [(wall - offset).replace(tzinfo=UTC) for offset in offsets]
    shown = [moment for moment in moments if moment.astimezone(zone).replace(tzinfo=None) == wall]
    return min(shown) if shown else moments[0]
