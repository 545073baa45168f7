"""Calendar files (RFC 5545) and what they ask of a calendar (RFC 5546): to put in, to change, to take out.

A date keeps its `uid` for ever. Its `sequence` begins with 0 and grows by one whenever its time, its place or its
recurrence changes, and when it is cancelled; a calendar takes no notice of what comes late under a lower one.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vRecur, vText, vUri

from scheduler.local_time import in_utc
from scheduler.rules import Series, dates_of
from scheduler.vtimezone import vtimezone

PRODUCT = "-//Guildhall//Guildhall//EN"
FRESH = timedelta(hours=1)
"""How often whoever subscribes is asked to look again."""


class Method(StrEnum):
    """`REQUEST` and `CANCEL` go to the attendees, `PUBLISH` is for whoever takes it: a download, a feed."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    PUBLISH = "PUBLISH"


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody with an e-mail address; also the organiser. Who booked has accepted."""

    name: str
    address: str
    has_accepted: bool = True

    def __post_init__(self) -> None:
        local, _, domain = self.address.rpartition("@")
        if not (local and domain) or any(not each.isprintable() or each in ' <>"\\,;:' for each in self.address):
            raise ValueError("That is no e-mail address.")


@dataclass(frozen=True, slots=True)
class Recurrence:
    """`rule` is an RRULE without its name. `skipped` and `moved` go by the dates on which the rule has it, in the
    zone of its event; `moved` leads to local times without a zone. What is skipped is not, moved or not."""

    rule: str
    skipped: frozenset[date] = frozenset()
    moved: Mapping[date, datetime] = field(default_factory=dict)


def recurrence_of(series: Series) -> Recurrence | None:
    """None of what is once."""
    if not series.rule:
        return None
    days = frozenset(dates_of(series))
    skipped = days & (series.skipped | (series.holidays - frozenset(series.moved)))
    return Recurrence(series.rule, skipped, {day: at for day, at in series.moved.items() if day in days - skipped})


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """`starts` and `ends` are aware, of the first date where there is a `recurrence`; `zone` is an IANA name.

    With `instead_of` it is one date of the series with this `uid`: the moment at which that was by its rule. `url` is
    left out unless it is http or https. Text may be anything; it is told as it is, without control characters.
    `is_all_day`: whole days, from midnight to the midnight after the last of them in `zone`, and those days for readers
    in any zone; it takes nobody's time, and does not come again.
    """

    uid: str
    sequence: int
    starts: datetime
    ends: datetime
    zone: str
    title: str
    description: str = ""
    location: str = ""
    url: str = ""
    organiser: Attendee | None = None
    attendees: tuple[Attendee, ...] = ()
    recurrence: Recurrence | None = None
    instead_of: datetime | None = None
    is_cancelled: bool = False
    is_all_day: bool = False

    def __post_init__(self) -> None:
        if self.is_all_day and (self.recurrence or self.instead_of):
            raise ValueError("What takes whole days comes once.")

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last on which it is, in its own zone."""
        zone = ZoneInfo(self.zone)
        last = max(self.starts, self.ends - timedelta(microseconds=1))
        return self.starts.astimezone(zone).date(), last.astimezone(zone).date()


def calendar_file(method: Method, events: Iterable[CalendarEvent], at: datetime, name: str = "") -> bytes:
    """UTF-8 lines that end in CRLF. `at` (aware) is when it is written; `name` is what a feed is called.

    One event for REQUEST and CANCEL, any number for PUBLISH, in which nobody reads who else attends.
    Raises ValueError for a rule that is none, ZoneInfoNotFoundError.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    if name:
        calendar.add("name", vText(_line(name)))
        calendar.add("x-wr-calname", vText(_line(name)))
        calendar.add("refresh-interval", FRESH, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", "PT1H")
    listed = tuple(events)
    for zone, since in _zones(listed).items():
        calendar.add_component(vtimezone(zone, since))
    for event in listed:
        for part in _parts(event, method, at):
            calendar.add_component(part)
    written: bytes = calendar.to_ical()
    return written


def _zones(events: Sequence[CalendarEvent]) -> Mapping[str, datetime]:
    """The zones that series need, with the earliest moment in each. A single date is a moment in UTC, which every
    calendar shows in its reader's own time."""
    zones: dict[str, datetime] = {}
    for event in events:
        if (event.recurrence or event.instead_of) and event.zone != "UTC":
            zones[event.zone] = min(event.starts, zones.get(event.zone, event.starts))
    return zones


def _parts(event: CalendarEvent, method: Method, at: datetime) -> Sequence[Event]:
    """The event, and one more for each date that was moved."""
    whole = _event(event, method, at, event.starts, event.ends)
    if event.instead_of is not None:
        whole.add("recurrence-id", event.instead_of.astimezone(ZoneInfo(event.zone)))
    if event.recurrence is None:
        return [whole]
    zone, recurrence = ZoneInfo(event.zone), event.recurrence
    clock = event.starts.astimezone(zone).time()
    whole.add("rrule", _rule(recurrence.rule, zone))
    for day in sorted(recurrence.skipped):
        whole.add("exdate", datetime.combine(day, clock, zone))
    parts = [whole]
    for day in sorted(frozenset(recurrence.moved) - recurrence.skipped):
        starts = in_utc(recurrence.moved[day], event.zone)
        moved = _event(event, method, at, starts, starts + (event.ends - event.starts))
        moved.add("recurrence-id", datetime.combine(day, clock, zone))
        parts.append(moved)
    return parts


def _event(event: CalendarEvent, method: Method, at: datetime, starts: datetime, ends: datetime) -> Event:
    zone = ZoneInfo(event.zone) if event.recurrence or event.instead_of else UTC
    drawn = Event()
    drawn.add("uid", event.uid)
    drawn.add("sequence", event.sequence)
    drawn.add("dtstamp", at.astimezone(UTC))
    if event.is_all_day:
        first, last = event.days
        drawn.add("dtstart", first)
        drawn.add("dtend", last + timedelta(days=1))
    else:
        drawn.add("dtstart", starts.astimezone(zone))
        drawn.add("dtend", ends.astimezone(zone))
    drawn.add("summary", _line(event.title))
    for name, words in (("description", event.description), ("location", event.location)):
        if words:
            drawn.add(name, _text(words))
    if _opens(event.url):
        drawn.add("url", vUri(event.url))
    if event.organiser:
        drawn["organizer"] = _address(event.organiser)
    if method is not Method.PUBLISH:
        for each in event.attendees:
            drawn.add("attendee", _invited(each), encode=False)
    is_cancelled = event.is_cancelled or method is Method.CANCEL
    drawn.add("status", "CANCELLED" if is_cancelled else "CONFIRMED")
    drawn.add("transp", "TRANSPARENT" if is_cancelled or event.is_all_day else "OPAQUE")
    return drawn


def _rule(rule: str, zone: ZoneInfo) -> vRecur:
    """Where the dates are local, UNTIL has to be in UTC (RFC 5545, 3.3.10)."""
    read: vRecur = vRecur.from_ical(rule)
    if "FREQ" not in read:
        raise ValueError(f"That is no rule for dates that come again: {rule}")
    read["UNTIL"] = [
        until.replace(tzinfo=until.tzinfo or zone).astimezone(UTC)
        if isinstance(until, datetime)
        else datetime(until.year, until.month, until.day, 23, 59, 59, tzinfo=zone).astimezone(UTC)
        for until in read.get("UNTIL", [])
    ]
    if not read["UNTIL"]:
        del read["UNTIL"]
    return read


def _address(person: Attendee) -> vCalAddress:
    address = vCalAddress(f"mailto:{person.address}")
    if name := _line(person.name).replace('"', "'"):
        address.params["CN"] = name
    return address


def _invited(person: Attendee) -> vCalAddress:
    """Guildhall reads no replies by e-mail, so it asks for none."""
    address = _address(person)
    address.params["ROLE"] = "REQ-PARTICIPANT"
    address.params["PARTSTAT"] = "ACCEPTED" if person.has_accepted else "NEEDS-ACTION"
    address.params["RSVP"] = "FALSE"
    return address


def _text(text: str) -> str:
    """Without what no calendar file may hold."""
    lines = "\n".join(text.encode("utf-8", "replace").decode().splitlines())
    return "".join(each for each in lines if each in "\n\t" or unicodedata.category(each) != "Cc")


def _line(text: str) -> str:
    return _text(text).replace("\n", " ").strip()


def _opens(url: str) -> bool:
    try:
        return url.isprintable() and " " not in url and urlsplit(url).scheme in ("http", "https")
    except ValueError:
        return False
