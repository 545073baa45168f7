"""What somebody sees of office hours: read for cards, and for the forms that they open."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.chat.errors import UserFacingError
from bot.chat.turn import Person
from bot.features.office_hours.agenda import OpenQuestions, agenda_of
from bot.features.office_hours.cards import Dated, Offer, Own
from bot.features.office_hours.changes import GONE, HIDDEN, free_places, series_of
from bot.features.office_hours.model import Booking, OfficeHours, Session, SessionState, slot_count
from bot.features.office_hours.session_card import SessionView
from bot.features.office_hours.store import SqlOfficeHours
from bot.features.office_hours.use_cases import place_in_line
from bot.storage.unit_of_work import UnitOfWork
from scheduler.rules import LONGEST

DATES_OFFERED = 20
"""In a form; of one-to-one slots a form has OPTION_LIMIT at most."""


def offers_for(person: Person, unit: UnitOfWork, now: datetime, words: str = "") -> Sequence[Offer]:
    """That they may see, or host; with `words` those that are about them."""
    store = SqlOfficeHours(unit)
    seen = {each.id: each for each in (*store.open_ones(person.principals), *store.hosted_by(person.id))}
    upcoming: dict[str, Session] = {}
    for hours, session in store.between(person.principals, person.id, now, now + LONGEST):
        if hours.id in seen and session.is_bookable(now):
            upcoming.setdefault(hours.id, session)
    dated = {each.session.id: each for each in dates_in(seen, list(upcoming.values()), unit, now)}
    return [
        Offer(each, dated[upcoming[each.id].id] if each.id in upcoming else None, each.is_hosted_by(person.id))
        for each in seen.values()
        if is_about(each, words)
    ]


def offer_of(hours: OfficeHours, person: Person) -> Offer:
    return Offer(hours, None, hours.is_hosted_by(person.id) or person.is_admin)


def is_about(hours: OfficeHours, words: str) -> bool:
    """Each word occurs in what they are called, are about or have as topics."""
    known = " ".join((hours.title, hours.about, *hours.topics, *(host.name for host in hours.hosts))).casefold()
    return all(word in known for word in words.casefold().split())


def dates_of(hours: OfficeHours, unit: UnitOfWork, now: datetime, *, with_cancelled: bool) -> Sequence[Dated]:
    """To come and running, the first first; of a date that is not held only where it could be kept again."""
    found = [
        each
        for each in SqlOfficeHours(unit).sessions_of(hours.id, now)
        if each.is_bookable(now) or (with_cancelled and each.state is SessionState.CANCELLED and each.starts > now)
    ]
    return dates_in({hours.id: hours}, found, unit, now)


def dates_in(
    series: Mapping[str, OfficeHours], sessions: Sequence[Session], unit: UnitOfWork, now: datetime
) -> Sequence[Dated]:
    store = SqlOfficeHours(unit)
    counted = store.taken_seats([each.id for each in sessions])
    found: list[Dated] = []
    for each in sessions:
        hours, (seated, waiting) = series[each.series_id], counted.get(each.id, (0, 0))
        if each.starts > now:
            left = max(hours.seats * slot_count(each) - seated, 0)
        else:
            left = len(list(free_places(hours, each, store.bookings(each.id), now)))
        found.append(Dated(each, left, seated, waiting))
    return found


def own_places(person: Person, unit: UnitOfWork, now: datetime) -> Sequence[Own]:
    """In sessions that are not over."""
    store = SqlOfficeHours(unit)
    return [
        Own(series_of(store, session), session, booking, place_in_line(store, booking))
        for session, booking in store.of_person(person.id, now)
        if session.is_bookable(now)
    ]


def own_place(booking: Booking, unit: UnitOfWork) -> Own:
    """Raises UserFacingError."""
    store = SqlOfficeHours(unit)
    session = store.session(booking.session_id)
    if session is None:
        raise UserFacingError(GONE)
    return Own(series_of(store, session), session, booking, place_in_line(store, booking))


def seen_series(series_id: str, person: Person, unit: UnitOfWork) -> OfficeHours:
    """Raises UserFacingError."""
    hours = SqlOfficeHours(unit).get(series_id)
    if hours is None:
        raise UserFacingError(GONE)
    check_seen(hours, person)
    return hours


def check_seen(hours: OfficeHours, person: Person) -> None:
    if not (hours.readers & person.principals or hours.is_hosted_by(person.id) or person.is_admin):
        raise UserFacingError(HIDDEN)


def bookable_dates(
    wanted: str, person: Person, unit: UnitOfWork, now: datetime
) -> tuple[OfficeHours, Sequence[tuple[Session, Sequence[Booking]]], bool]:
    """`wanted` is the id of a series, or of one session; then it is about one date. Sessions with who booked them, none
    in which the person has a place or waits. Raises UserFacingError."""
    store = SqlOfficeHours(unit)
    session = store.session(wanted)
    hours = series_of(store, session) if session is not None else store.get(wanted)
    if hours is None or not hours.is_open:
        raise UserFacingError(GONE)
    if not hours.readers & person.principals:
        raise UserFacingError(HIDDEN)
    sessions = [session] if session is not None else store.sessions_of(hours.id, now)
    found = [(each, store.bookings(each.id)) for each in sessions if each.is_bookable(now)][: 2 * DATES_OFFERED]
    free = [each for each in found if all(booking.person_id != person.id for booking in each[1])]
    return hours, free[:DATES_OFFERED], session is not None


def view_of(session_id: str, person: Person, questions: OpenQuestions, unit: UnitOfWork) -> SessionView:
    """Raises UserFacingError."""
    agenda = agenda_of(session_id, person, questions, unit)
    store = SqlOfficeHours(unit)
    standing = store.bookings(session_id)
    mine = next((each for each in standing if each.person_id == person.id), None)
    own = Own(agenda.hours, agenda.session, mine, place_in_line(store, mine)) if mine is not None else None
    is_host = agenda.hours.is_hosted_by(person.id) or person.is_admin
    by_id = {each.id: each for each in standing}
    return SessionView(agenda, is_host, by_id, own, len(store.points(session_id)))
