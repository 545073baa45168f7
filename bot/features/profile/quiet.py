"""Quiet hours: in them Guildhall answers, and writes nothing of its own accord."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.storage.linking import zone_name
from bot.storage.people import KnownPerson


def quiet_until(person: KnownPerson, now: datetime) -> datetime | None:
    """When the quiet hours end that it is in for this person; None where it is not quiet.

    For whoever sends what the person did not just ask for: `Outbox.add(..., not_before=quiet_until(person, now))`.
    """
    own = person.preferences
    if not own.quiet_from or not own.quiet_to:
        return None
    zone = ZoneInfo(zone_name(own.time_zone or person.time_zone) or "UTC")
    begins, ends = time.fromisoformat(own.quiet_from), time.fromisoformat(own.quiet_to)
    today = now.astimezone(zone).date()
    for day in (today - timedelta(days=1), today):
        last = day if begins < ends else day + timedelta(days=1)
        # In UTC, for between two local times of one zone Python takes no notice of its clock changes.
        start = datetime.combine(day, begins, zone).astimezone(UTC)
        end = datetime.combine(last, ends, zone).astimezone(UTC)
        if start <= now < end:
            return end
    return None
