"""What somebody finds of office hours on a page: the series with their next dates, and how each date stands."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.chat.turn import Person
from bot.features.office_hours.calendar import note_on
from bot.features.office_hours.changes import free_places
from bot.features.office_hours.model import Booking, BookingState, OfficeHours, Session, SessionState
from bot.features.office_hours.store import SqlOfficeHours
from bot.features.office_hours.use_cases import place_among

FAR = timedelta(days=400)
"""So far ahead a date is looked for; sessions are planned some weeks ahead, and the next one in any case."""

NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Date:
    """One session as a reader finds it. `free` are the places that can still be booked, of one-to-one sessions the
    times; `own` is what the reader has booked in it."""

    hours: OfficeHours
    session: Session
    free: int
    waiting: int
    own: Booking | None = None
    place_in_line: int = 0

    @property
    def standing(self) -> str:
        """A few words: ``3 places left``."""
        return note_on(self.hours, self.session, self.free, self.waiting)

    @property
    def waits(self) -> bool:
        return self.own is not None and self.own.state is BookingState.WAITING


@dataclass(frozen=True, slots=True)
class Row:
    """A series, with its next date, and the next one with a free place where that is a later one."""

    hours: OfficeHours
    is_hosted: bool
    next: Date | None = None
    next_free: Date | None = None
    booked: tuple[Date, ...] = ()

    @property
    def is_own(self) -> bool:
        return self.is_hosted or bool(self.booked)


def rows(store: SqlOfficeHours, person: Person, now: datetime) -> Sequence[Row]:
    """Open series that the reader may see or hosts: their own first, then by their next date."""
    seen = {each.id: each for each in (*store.open_ones(person.principals), *store.hosted_by(person.id))}
    found = [
        (hours, session)
        for hours, session in store.between(person.principals, person.id, now, now + FAR)
        if hours.id in seen and session.is_bookable(now)
    ]
    listed = dates(store, found, person.id, now)
    made = [_row(hours, [each for each in listed if each.hours.id == hours.id], person.id) for hours in seen.values()]
    return sorted(made, key=_place)


def dates(
    store: SqlOfficeHours, found: Sequence[tuple[OfficeHours, Session]], person_id: str, now: datetime
) -> Sequence[Date]:
    standing = store.bookings_of([session.id for _, session in found])
    return [_date(hours, session, standing.get(session.id, ()), person_id, now) for hours, session in found]


def topics_of(listed: Collection[Row]) -> Sequence[str]:
    """Of all of them, each once, whatever its letters' case."""
    found: Mapping[str, str] = {topic.casefold(): topic for row in listed for topic in row.hours.topics}
    return sorted(found.values(), key=str.casefold)


def _date(hours: OfficeHours, session: Session, standing: Sequence[Booking], person_id: str, now: datetime) -> Date:
    waiting = [each for each in standing if each.state is BookingState.WAITING]
    own = next((each for each in standing if each.person_id == person_id), None)
    is_offered = hours.is_open and session.is_bookable(now)
    free = sum(1 for _ in free_places(hours, session, standing, now)) if is_offered else 0
    place = place_among(own, waiting) if own is not None else 0
    return Date(hours, session, free, len(waiting), own, place)


def _row(hours: OfficeHours, listed: Sequence[Date], person_id: str) -> Row:
    booked = tuple(each for each in listed if each.own is not None)
    first = next(iter(listed), None)
    free = next((each for each in listed if each.free), None)
    later = free if first is not None and first is not free and not first.own else None
    return Row(hours, hours.is_hosted_by(person_id), first, later, booked)


def _place(row: Row) -> tuple[bool, datetime, str]:
    return not row.is_own, row.next.session.starts if row.next else NEVER, row.hours.title.casefold()


def is_over(session: Session, now: datetime) -> bool:
    return session.state is SessionState.OVER or (session.state is not SessionState.RUNNING and session.ends <= now)
