"""The steps that all changes of office hours are made of: taken, checked, put back under their next revision."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from bot.chat.errors import UserFacingError
from bot.chat.turn import Person
from bot.features.office_hours.model import (
    ANY_SLOT,
    Booking,
    BookingState,
    Fact,
    OfficeHours,
    Session,
    SessionState,
    What,
    slot_count,
    slot_times,
)
from bot.features.office_hours.store import SqlOfficeHours

GONE = "Those office hours are no longer kept, so nothing was changed. “office hours” shows the ones that are."
HIDDEN = "You may not see those office hours, so nothing was changed. “office hours” shows those that you can book."
NOT_HOST = "Only its hosts can do that, so nothing was changed. Ask one of them."
COLLISION = "Somebody changed this at the same moment, so nothing of yours was changed. Try again."
OVER = "That session is over, so nothing was changed. “office hours” shows the next ones."


def series_of(store: SqlOfficeHours, session: Session) -> OfficeHours:
    hours = store.get(session.series_id)
    if hours is None:
        raise UserFacingError(GONE)
    return hours


def take_series(store: SqlOfficeHours, series_id: str, person: Person) -> OfficeHours:
    """For one of its hosts, or an admin."""
    hours = store.take(series_id)
    if hours is None:
        raise UserFacingError(GONE)
    check_host(hours, person)
    return hours


def take_session(store: SqlOfficeHours, session_id: str) -> tuple[OfficeHours, Session]:
    session = store.take_session(session_id)
    if session is None:
        raise UserFacingError(GONE)
    return series_of(store, session), session


def take_booking(store: SqlOfficeHours, booking_id: str) -> tuple[OfficeHours, Session, Booking]:
    """Once its session is taken nobody else changes it."""
    known = store.booking(booking_id)
    if known is None:
        raise UserFacingError(GONE)
    hours, session = take_session(store, known.session_id)
    return hours, session, store.booking(booking_id) or known


def check_host(hours: OfficeHours, person: Person) -> None:
    if not (hours.is_hosted_by(person.id) or person.is_admin):
        raise UserFacingError(NOT_HOST)


def check_bookable(hours: OfficeHours, session: Session, now: datetime) -> None:
    if session.state is SessionState.CANCELLED:
        raise UserFacingError("That session is cancelled, so nothing was booked. “office hours” shows the next ones.")
    if not session.is_bookable(now) or not hours.is_open:
        raise UserFacingError(OVER)


def put_series(store: SqlOfficeHours, changed: OfficeHours) -> OfficeHours:
    counted = replace(changed, revision=changed.revision + 1)
    if not store.change(counted):
        raise UserFacingError(COLLISION)
    return counted


def put_session(store: SqlOfficeHours, changed: Session) -> Session:
    counted = replace(changed, revision=changed.revision + 1)
    if not store.change_session(counted):
        raise UserFacingError(COLLISION)
    return counted


def put_booking(store: SqlOfficeHours, changed: Booking) -> Booking:
    counted = replace(changed, revision=changed.revision + 1)
    if not store.change_booking(counted):
        raise UserFacingError(COLLISION)
    return counted


def end_booking(store: SqlOfficeHours, booking: Booking, state: BookingState, word: str = "") -> Booking:
    """Its seat is free."""
    ended = replace(booking, state=state, seat=None, word=word, sequence=booking.sequence + 1)
    return put_booking(store, ended)


def free_places(
    hours: OfficeHours, session: Session, standing: Sequence[Booking], now: datetime
) -> Iterator[tuple[int, int]]:
    """Slot and seat, the first first: of one-to-one slots those that have not begun."""
    taken = {(each.slot, each.seat) for each in standing}
    for slot in range(slot_count(session)):
        begins, ends = slot_times(session, slot)
        if now < (begins if hours.is_one_to_one else ends):
            yield from ((slot, seat) for seat in range(hours.seats) if (slot, seat) not in taken)


def move_up(store: SqlOfficeHours, hours: OfficeHours, session: Session, now: datetime) -> tuple[Fact, ...]:
    """Whoever waits gets what is free, the first to wait first. The session is taken."""
    if not session.is_bookable(now):
        return ()
    standing = store.bookings(session.id)
    waiting = [each for each in standing if each.state is BookingState.WAITING]
    facts: list[Fact] = []
    for slot, seat in free_places(hours, session, standing, now) if waiting else ():
        first = next((each for each in waiting if each.slot in (slot, ANY_SLOT)), None)
        if first is not None:
            waiting.remove(first)
            seated = put_booking(store, replace(first, slot=slot, seat=seat, state=BookingState.BOOKED))
            facts.append(Fact(What.MOVED_UP, seated, session))
    return tuple(facts)
