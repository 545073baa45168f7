"""What hosts do while a session runs and after it: one person after the other, and what was said.

Each raises UserFacingError where it is not to be done, and then nothing was changed."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from bot.chat.errors import UserFacingError
from bot.chat.turn import Person
from bot.features.office_hours.changes import (
    check_host,
    end_booking,
    put_booking,
    put_session,
    take_booking,
    take_session,
)
from bot.features.office_hours.model import (
    TEXT_LIMIT,
    Booking,
    BookingState,
    Fact,
    OfficeHours,
    Point,
    Session,
    SessionState,
    What,
)
from bot.features.office_hours.store import SqlOfficeHours
from bot.features.office_hours.use_cases import cleaned

NOT_RUNNING = "That session does not run, so nothing was changed. Begin it first."
NOT_PART = "That booking is no part of this session, so nothing was noted."
NO_TIME = "There was no time left in this session. Book the next one."
QUESTION_LIMIT = 300
MOST_POINTS = 100


def in_line(hours: OfficeHours, standing: Sequence[Booking]) -> Sequence[Booking]:
    """Whose turn it will be, in order: slot after slot, in a group who booked first; then those who wait."""
    booked = [each for each in standing if each.state is BookingState.BOOKED]
    waiting = [each for each in standing if each.state is BookingState.WAITING]
    return [*sorted(booked, key=lambda each: (each.slot if hours.is_one_to_one else 0, each.number)), *waiting]


def begin(store: SqlOfficeHours, session_id: str, host: Person) -> Session:
    """Also a little early."""
    hours, session = take_session(store, session_id)
    check_host(hours, host)
    if session.state is not SessionState.PLANNED:
        raise UserFacingError("That session has begun already or does not take place, so nothing was changed.")
    return start(store, session)


def start(store: SqlOfficeHours, session: Session) -> Session:
    """`session` is taken and planned."""
    return put_session(store, replace(session, state=SessionState.RUNNING))


def call_next(store: SqlOfficeHours, session_id: str, host: Person) -> tuple[Fact, ...]:
    """Whose turn it was is done."""
    hours, session = _running(store, session_id, host)
    standing = store.bookings(session_id)
    line = in_line(hours, standing)
    done = _all_done(store, session, standing)
    if not (line or done):
        raise UserFacingError("Nobody waits in line, so nothing was changed.")
    return (*done, *(_in_turn(store, session, each) for each in line[:1]))


def call(store: SqlOfficeHours, booking_id: str, host: Person) -> tuple[Fact, ...]:
    """Out of turn. Whose turn it was is done."""
    _, session, booking = _here(store, booking_id, host)
    if booking.state not in (BookingState.BOOKED, BookingState.WAITING):
        raise UserFacingError(f"{booking.person_name} is not in line, so nothing was changed.")
    done = _all_done(store, session, store.bookings(session.id))
    return *done, _in_turn(store, session, booking)


def done(store: SqlOfficeHours, booking_id: str, host: Person) -> tuple[Fact, ...]:
    """Nobody is called after them yet."""
    _, session, booking = _here(store, booking_id, host)
    if booking.state is not BookingState.IN_TURN:
        raise UserFacingError(f"It is not the turn of {booking.person_name}, so nothing was changed.")
    return (_become(store, session, booking, BookingState.DONE, What.DONE),)


def miss(store: SqlOfficeHours, booking_id: str, host: Person) -> tuple[Fact, ...]:
    """They did not come."""
    _, session, booking = _here(store, booking_id, host)
    if booking.state not in (BookingState.BOOKED, BookingState.IN_TURN):
        raise UserFacingError(f"{booking.person_name} is not in line, so nothing was changed.")
    return (_become(store, session, booking, BookingState.MISSED, What.MISSED),)


def put_back(store: SqlOfficeHours, booking_id: str, host: Person) -> tuple[Fact, ...]:
    """In line again: they came after all, or have one more question."""
    _, session, booking = _here(store, booking_id, host)
    if booking.state not in (BookingState.MISSED, BookingState.DONE, BookingState.IN_TURN):
        raise UserFacingError(f"{booking.person_name} is in line already or does not come, so nothing was changed.")
    state = BookingState.WAITING if booking.seat is None else BookingState.BOOKED
    return (_become(store, session, booking, state, What.PUT_BACK),)


def finish(store: SqlOfficeHours, session_id: str, host: Person) -> tuple[Session, tuple[Fact, ...]]:
    """Whose turn it was is done; those who still wait are told that there was no time."""
    _, session = _running(store, session_id, host)
    return end(store, session)


def end(store: SqlOfficeHours, session: Session) -> tuple[Session, tuple[Fact, ...]]:
    """`session` is taken and runs."""
    over = put_session(store, replace(session, state=SessionState.OVER))
    standing = store.bookings(session.id)
    unheard = [each for each in standing if each.state is BookingState.WAITING]
    told = [end_booking(store, each, BookingState.CALLED_OFF, NO_TIME) for each in unheard]
    return over, (
        *_all_done(store, over, standing),
        *(Fact(What.CALLED_OFF, each, over, had_place=False) for each in told),
    )


def set_attendance(store: SqlOfficeHours, session_id: str, host: Person, came: Collection[str]) -> Sequence[Booking]:
    """Of a session that is over, by booking: of all who had a place, those came and the others did not."""
    hours, session = take_session(store, session_id)
    check_host(hours, host)
    if session.state is not SessionState.OVER:
        raise UserFacingError("That session is not over yet, so nothing was changed. Say afterwards who came.")
    marked = []
    for each in store.bookings(session_id):
        state = BookingState.DONE if each.id in came else BookingState.MISSED
        marked.append(each if each.state is state else put_booking(store, replace(each, state=state)))
    return marked


def write_notes(store: SqlOfficeHours, session_id: str, host: Person, notes: str) -> Session:
    """While it runs and after it."""
    hours, session = take_session(store, session_id)
    check_host(hours, host)
    _check_begun(session)
    return put_session(store, replace(session, notes=cleaned(notes, TEXT_LIMIT)))


def note_point(
    store: SqlOfficeHours,
    session_id: str,
    host: Person,
    question: str,
    answer: str,
    now: datetime,
    booking_id: str = "",
) -> Point:
    """Of each booking there is one, which is reworded when it is noted again; others are new ones."""
    hours, session = take_session(store, session_id)
    check_host(hours, host)
    _check_begun(session)
    booking = store.booking(booking_id) if booking_id else None
    if booking_id and (booking is None or booking.session_id != session_id):
        raise UserFacingError(NOT_PART)
    asked = cleaned(" ".join(question.split()), QUESTION_LIMIT)
    said = cleaned(answer, TEXT_LIMIT)
    if not (any(each.isalnum() for each in asked) and any(each.isalnum() for each in said)):
        raise UserFacingError("A note needs a question and its answer, so nothing was noted.")
    known = store.points(session_id)
    if len(known) >= MOST_POINTS:
        raise UserFacingError(f"There are {MOST_POINTS} notes already, so nothing was noted.")
    free = sum(1 for each in known if not each.booking_id) + 1
    point_id = booking_id or f"{session_id}-p{free}"
    point = Point(point_id, session_id, asked, said, host.id, host.name, now, booking_id)
    store.put_point(point)
    return point


def _running(store: SqlOfficeHours, session_id: str, host: Person) -> tuple[OfficeHours, Session]:
    hours, session = take_session(store, session_id)
    check_host(hours, host)
    if session.state is not SessionState.RUNNING:
        raise UserFacingError(NOT_RUNNING)
    return hours, session


def _here(store: SqlOfficeHours, booking_id: str, host: Person) -> tuple[OfficeHours, Session, Booking]:
    hours, session, booking = take_booking(store, booking_id)
    check_host(hours, host)
    if session.state is not SessionState.RUNNING:
        raise UserFacingError(NOT_RUNNING)
    return hours, session, booking


def _check_begun(session: Session) -> None:
    if session.state not in (SessionState.RUNNING, SessionState.OVER):
        raise UserFacingError("That session has not begun, so nothing was noted.")


def _all_done(store: SqlOfficeHours, session: Session, standing: Sequence[Booking]) -> tuple[Fact, ...]:
    now_in = [each for each in standing if each.state is BookingState.IN_TURN]
    return tuple(_become(store, session, each, BookingState.DONE, What.DONE) for each in now_in)


def _in_turn(store: SqlOfficeHours, session: Session, booking: Booking) -> Fact:
    return _become(store, session, booking, BookingState.IN_TURN, What.TAKEN_IN_TURN)


def _become(store: SqlOfficeHours, session: Session, booking: Booking, state: BookingState, what: What) -> Fact:
    return Fact(what, put_booking(store, replace(booking, state=state)), session)
