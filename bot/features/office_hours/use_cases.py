"""What people do with the sessions of others' office hours. The caller owns the transaction, and tells of the facts.

Each raises UserFacingError where it is not to be done, and then nothing was changed. The first fact is about the
booking itself, the others about those who moved up. What hosts do is in `hosting` and `queue`."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.chat.errors import UserFacingError
from bot.chat.turn import Person, storable
from bot.features.office_hours.changes import (
    COLLISION,
    HIDDEN,
    OVER,
    check_bookable,
    check_host,
    end_booking,
    free_places,
    move_up,
    put_booking,
    put_session,
    take_booking,
    take_session,
)
from bot.features.office_hours.model import (
    ANY_SLOT,
    TEXT_LIMIT,
    WORD_LIMIT,
    Booking,
    BookingState,
    Fact,
    OfficeHours,
    Session,
    SessionState,
    What,
    numbered,
    slot_count,
    slot_times,
)
from bot.features.office_hours.store import SqlOfficeHours

WAITING_LIMIT = 500
HOUR = timedelta(hours=1)
MOST_AN_HOUR = 20
"""Bookings of one person, those that they cancelled again too: hosts hear of each."""

YOURS = "These are your own office hours, so nothing was booked. Those who come book a place."
BOOKED_ALREADY = "You have a place in that session already, so nothing was changed. Cancel it first to take another."
WAITING_ALREADY = "You are on the waiting list already, so nothing was changed. You move up by yourself."
TAKEN = "That was taken a moment ago, so nothing was booked. Choose another time, or join the waiting list."
TOO_OFTEN = f"You booked {MOST_AN_HOUR} times within an hour, so nothing was booked. Go on in an hour."
FULL = "The session is full, so nothing was booked. Join the waiting list, or choose another date."
NOT_YOURS = "That is not your booking, so nothing was changed."
ENDED = "That booking does not stand any more, so nothing was changed. “office hours” shows what you can book."


def book(
    store: SqlOfficeHours,
    session_id: str,
    person: Person,
    brings: str,
    now: datetime,
    *,
    slot: int = ANY_SLOT,
    may_wait: bool = True,
) -> tuple[Fact, ...]:
    """A seat, or the end of the waiting list. `slot` counts from 0; ANY_SLOT is the first that is free."""
    hours, session = take_session(store, session_id)
    if not hours.readers & person.principals:
        raise UserFacingError(HIDDEN)
    check_bookable(hours, session, now)
    if hours.is_hosted_by(person.id):
        raise UserFacingError(YOURS)
    if store.booked_since(person.id, now - HOUR) >= MOST_AN_HOUR:
        raise UserFacingError(TOO_OFTEN)
    wanted = slot if hours.is_one_to_one else 0
    _check_slot(hours, session, wanted, now)
    facts = move_up(store, hours, session, now)
    standing = store.bookings(session_id)
    own = next((each for each in standing if each.person_id == person.id), None)
    if own is not None:
        raise UserFacingError(WAITING_ALREADY if own.state is BookingState.WAITING else BOOKED_ALREADY)
    free = next((each for each in free_places(hours, session, standing, now) if wanted in (ANY_SLOT, each[0])), None)
    if free is None and not may_wait:
        raise UserFacingError(FULL if wanted == ANY_SLOT or not hours.is_one_to_one else TAKEN)
    if free is None and len(_waiting(standing)) >= WAITING_LIMIT:
        raise UserFacingError("The waiting list is full too, so nothing was booked. Choose another date.")
    session = put_session(store, replace(session, taken=session.taken + 1))
    booking = Booking(
        id=numbered(session, session.taken),
        session_id=session.id,
        number=session.taken,
        person_id=person.id,
        person_name=person.name,
        slot=free[0] if free else wanted,
        booked_at=now,
        seat=free[1] if free else None,
        state=BookingState.BOOKED if free else BookingState.WAITING,
        brings=cleaned(brings, TEXT_LIMIT),
    )
    if not store.add_booking(booking):
        raise UserFacingError(COLLISION)
    return Fact(What.BOOKED if free else What.PUT_ON_LIST, booking, session), *facts


def reword(store: SqlOfficeHours, booking_id: str, person: Person, brings: str) -> tuple[Fact, ...]:
    """What they bring, until the session is over."""
    _, session, booking = _own(store, booking_id, person)
    reworded = put_booking(store, replace(booking, brings=cleaned(brings, TEXT_LIMIT)))
    return (Fact(What.REWORDED, reworded, session),)


def cancel(store: SqlOfficeHours, booking_id: str, person: Person, now: datetime) -> tuple[Fact, ...]:
    """By who booked: the next one moves up."""
    hours, session, booking = _own(store, booking_id, person)
    if booking.state not in (BookingState.BOOKED, BookingState.WAITING):
        raise UserFacingError("It is your turn or was, so nothing was changed. There is nothing to cancel any more.")
    ended = end_booking(store, booking, BookingState.CANCELLED)
    return Fact(What.CANCELLED, ended, session, booking.seat is not None), *move_up(store, hours, session, now)


def call_off(store: SqlOfficeHours, booking_id: str, host: Person, word: str, now: datetime) -> tuple[Fact, ...]:
    """By a host; `word` says why, to who booked. The next one moves up."""
    hours, session, booking = take_booking(store, booking_id)
    check_host(hours, host)
    if booking.state not in (BookingState.BOOKED, BookingState.WAITING):
        raise UserFacingError(ENDED)
    ended = end_booking(store, booking, BookingState.CALLED_OFF, cleaned(word, WORD_LIMIT))
    return Fact(What.CALLED_OFF, ended, session, booking.seat is not None), *move_up(store, hours, session, now)


def place_in_line(store: SqlOfficeHours, booking: Booking) -> int:
    """From 1, among those who wait for the same slot or for any; 0 of who does not wait."""
    return place_among(booking, _waiting(store.bookings(booking.session_id)))


def place_among(booking: Booking, waiting: Sequence[Booking]) -> int:
    """The same where it is known who waits in its session."""
    if booking.state is not BookingState.WAITING:
        return 0
    ahead = [each for each in waiting if each.number <= booking.number]
    return len([each for each in ahead if ANY_SLOT in (each.slot, booking.slot) or each.slot == booking.slot])


def cleaned(text: str, limit: int) -> str:
    return storable(text).strip()[:limit]


def _waiting(standing: Sequence[Booking]) -> list[Booking]:
    return [each for each in standing if each.state is BookingState.WAITING]


def _check_slot(hours: OfficeHours, session: Session, slot: int, now: datetime) -> None:
    if slot == ANY_SLOT or not hours.is_one_to_one:
        return
    if not 0 <= slot < slot_count(session):
        raise UserFacingError("That session has no such time, so nothing was booked. Choose one of those shown.")
    if slot_times(session, slot)[0] <= now:
        raise UserFacingError("That time has begun already, so nothing was booked. Choose a later one.")


def _own(store: SqlOfficeHours, booking_id: str, person: Person) -> tuple[OfficeHours, Session, Booking]:
    hours, session, booking = take_booking(store, booking_id)
    if booking.person_id != person.id:
        raise UserFacingError(NOT_YOURS)
    if not booking.is_standing:
        raise UserFacingError(ENDED)
    if session.state is SessionState.OVER:
        raise UserFacingError(OVER)
    return hours, session, booking
