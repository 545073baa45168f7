"""A small calendar that does with the files it gets what RFC 5546 says, and reads them with a parser of its own."""

from datetime import UTC, datetime
from itertools import takewhile

import vobject
from vobject.base import Component

EARLIER, LATER = datetime(2020, 1, 1, tzinfo=UTC), datetime(2035, 1, 1, tzinfo=UTC)


class CalendarClient:
    """`receive` what comes by mail, then look at `dates`."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, datetime | None], Component] = {}

    def receive(self, file: bytes) -> None:
        calendar = vobject.readOne(file.decode())
        method = calendar.method.value
        for event in calendar.vevent_list:
            if self._is_late(event):
                continue
            uid, instance = key_of(event)
            if instance is None:
                self._kept = {key: each for key, each in self._kept.items() if key[0] != uid}
            if method == "CANCEL" and instance is None:
                self._kept[uid, None] = event  # remembered, or an older REQUEST that comes late would bring it back
            else:
                self._kept[uid, instance] = event

    def dates(self, since: datetime = EARLIER, until: datetime = LATER) -> list[tuple[datetime, str]]:
        """Begin in UTC and title of what is in the calendar."""
        found: list[tuple[datetime, str]] = []
        for (uid, instance), event in self._kept.items():
            if event.status.value == "CANCELLED":
                continue
            replaced = {key[1] for key in self._kept if key[0] == uid and instance is None}
            found += [(at, event.summary.value) for at in _begins(event) if at not in replaced]
        return sorted((at, title) for at, title in found if since <= at < until)

    def _is_late(self, event: Component) -> bool:
        uid, instance = key_of(event)
        known = self._kept.get((uid, instance)) or self._kept.get((uid, None))
        return known is not None and _version(event) < _version(known)


def key_of(event: Component) -> tuple[str, datetime | None]:
    instance = event.recurrence_id.value.astimezone(UTC) if hasattr(event, "recurrence_id") else None
    return event.uid.value, instance


def _version(event: Component) -> tuple[int, datetime]:
    return int(event.sequence.value), event.dtstamp.value


def _begins(event: Component) -> list[datetime]:
    if not hasattr(event, "rrule"):
        return [event.dtstart.value.astimezone(UTC)]
    zone = event.dtstart.value.tzinfo
    local = (each.replace(tzinfo=zone) if each.tzinfo is None else each for each in event.getrruleset())
    return [each.astimezone(UTC) for each in takewhile(lambda at: at < LATER, local)]  # some never end
