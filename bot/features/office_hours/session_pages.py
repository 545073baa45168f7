"""One date of office hours as a page: one's own place, the agenda, for hosts the line; and its calendar files."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.chat.moments import zone_of
from bot.chat.reply import Button
from bot.chat.turn import Person
from bot.features.office_hours import acts
from bot.features.office_hours.addresses import booking_file, series_page, session_file, session_page
from bot.features.office_hours.agenda import OpenQuestions, agenda_of
from bot.features.office_hours.availability import HostsBusy
from bot.features.office_hours.cards import hosts_in_words
from bot.features.office_hours.changes import free_places, series_of
from bot.features.office_hours.invitations import event_of_booking, event_of_session
from bot.features.office_hours.model import (
    Booking,
    BookingState,
    OfficeHours,
    Point,
    Session,
    SessionState,
    slot_times,
)
from bot.features.office_hours.overview import Date, dates, is_over
from bot.features.office_hours.own_time import OwnTime
from bot.features.office_hours.pages import kind_of, may_book, may_see
from bot.features.office_hours.queue import MOST_POINTS
from bot.features.office_hours.store import SqlOfficeHours
from bot.features.page import Download, Page, PageNotFound, PageRequest, View
from bot.storage.unit_of_work import Database, UnitOfWork
from scheduler.calendar_file import Attendee, CalendarEvent, Method, calendar_file

TONES = {BookingState.IN_TURN: "good", BookingState.WAITING: "warn", BookingState.MISSED: "bad"}


@dataclass(frozen=True, slots=True)
class SessionPages:
    """`organiser` is who calendar files are from, as in letters."""

    database: Database
    questions: OpenQuestions
    busy: HostsBusy
    organiser: Attendee
    clock: Callable[[], datetime]

    def pages(self) -> tuple[Page, ...]:
        one = session_page("{session}")
        return (
            Page(f"{one}.ics", self.take_session),
            Page(booking_file("{booking}"), self.take_booking),
            Page(one, self.show),
        )

    def show(self, request: PageRequest) -> View:
        """With the query ``fragment`` only what changes by itself."""
        person, now = request.person, self.clock()
        with self.database.reading() as unit:
            hours, session = self._seen(request, unit)
        busy = self.busy.busy_slots(session.id, self.database, now).get(session.id, frozenset())
        with self.database.reading() as unit:
            store = SqlOfficeHours(unit)
            agenda = agenda_of(session.id, person, self.questions, unit)
            hours, session = agenda.hours, agenda.session
            (date,) = dates(store, [(hours, session)], person.id, now)
            standing = store.bookings(session.id)
            points = store.points(session.id)
        runs = hours.is_hosted_by(person.id) or person.is_admin
        time = OwnTime(now, zone_of(person.time_zone))
        free = sorted({slot for slot, _ in free_places(hours, session, standing, now)} - busy)
        values: dict[str, object] = {
            "hours": hours,
            "session": session,
            "date": date,
            "hosts": hosts_in_words(hours),
            "kind": kind_of(hours),
            "when": time.whole(session.starts, session.ends),
            "time": time,
            "own_when": time.span(*slot_times(session, date.own.slot)) if date.own else "",
            "own_buttons": _own_buttons(date, person, now),
            "own_file": booking_file(date.own.id) if date.own and date.own.seat is not None else "",
            "session_file": session_file(session.id),
            "series_page": series_page(hours.id),
            "free": [slot_times(session, slot) for slot in free] if hours.is_one_to_one and date.free else [],
            "agenda": agenda,
            "runs": runs,
            "host_buttons": _host_buttons(hours, session, standing, points, now) if runs else [],
            "item_buttons": _item_buttons(session, standing, points) if runs else {},
            "points": [each for each in points if runs or _may_read(each, hours, date.own)],
            "notes": session.notes if runs or not hours.is_one_to_one else "",
            "waiting": sum(each.state is BookingState.BOOKED for each in standing) + date.waiting,
            "in_turn": next((each for each in standing if each.state is BookingState.IN_TURN), None),
            "is_live": not is_over(session, now) and session.starts - acts.EARLY <= now,
            "tones": TONES,
        }
        return View(f"office_hours/{'standing' if 'fragment' in request.query else 'session'}.html", values)

    def take_session(self, request: PageRequest) -> Download:
        with self.database.reading() as unit:
            hours, session = self._seen(request, unit)
        return self._file(event_of_session(hours, session, self.organiser), session.id)

    def take_booking(self, request: PageRequest) -> Download:
        """Of one's own place; of one that was given up a file that takes it out."""
        with self.database.reading() as unit:
            store = SqlOfficeHours(unit)
            booking = store.booking(request.path["booking"])
            session = store.session(booking.session_id) if booking else None
            is_own = booking is not None and booking.person_id == request.person.id
            if booking is None or session is None or not is_own or booking.state is BookingState.WAITING:
                raise PageNotFound
            hours = series_of(store, session)
        return self._file(event_of_booking(hours, session, booking, self.organiser), booking.id)

    def _file(self, event: CalendarEvent, name: str) -> Download:
        return Download(f"{name}.ics", "text/calendar", calendar_file(Method.PUBLISH, [event], self.clock()))

    def _seen(self, request: PageRequest, unit: UnitOfWork) -> tuple[OfficeHours, Session]:
        """Raises PageNotFound."""
        store = SqlOfficeHours(unit)
        session = store.session(request.path["session"])
        hours = store.get(session.series_id) if session else None
        if session is None or hours is None:
            raise PageNotFound
        has_place = any(each.person_id == request.person.id for each in store.bookings(session.id))
        if not (may_see(hours, request.person) or has_place):
            raise PageNotFound
        return hours, session


def _own_buttons(date: Date, person: Person, now: datetime) -> list[Button]:
    session, own = date.session, date.own
    if own is not None:
        changeable = session.state is not SessionState.OVER
        leaves = changeable and own.state in (BookingState.BOOKED, BookingState.WAITING)
        return [*([acts.reword(own)] if changeable else []), *([acts.cancel(own)] if leaves else [])]
    if not may_book(date, person, now):
        return []
    return [acts.book(session, "Book a place" if date.free else "Join the waiting list")]


def _host_buttons(
    hours: OfficeHours, session: Session, standing: Sequence[Booking], points: Sequence[Point], now: datetime
) -> list[Button]:
    notes = [acts.note(session)]
    if len(points) < MOST_POINTS:
        notes = [acts.point(session), *notes]
    match session.state:
        case SessionState.PLANNED | SessionState.CANCELLED:
            early = acts.can_start(session, now)
            to_come = acts.of_date(hours, session) if session.starts > now and hours.is_open else ()
            return [*([acts.start(session)] if early else []), *to_come]
        case SessionState.RUNNING:
            return [acts.call_next(session), *notes, acts.finish(session)]
        case SessionState.OVER:
            pages = range(0, max(len(standing), 1), acts.ATTENDANCE_SHOWN)
            came = [acts.attendance(session, first, _named(first, len(standing))) for first in pages]
            return [*(came if standing else []), *notes]


def _named(first: int, every: int) -> str:
    last = min(first + acts.ATTENDANCE_SHOWN, every)
    return "Who came" if every <= acts.ATTENDANCE_SHOWN else f"Who came ({first + 1} to {last})"


def _item_buttons(session: Session, standing: Sequence[Booking], points: Sequence[Point]) -> dict[str, list[Button]]:
    """By booking, what hosts do with whoever it is."""
    noted = {each.booking_id for each in points}

    def of(each: Booking) -> list[Button]:
        answer = acts.point(session, each, "Change the note" if each.id in noted else "Note the answer")
        if session.state is SessionState.OVER:
            return [answer]
        if session.state is SessionState.PLANNED:
            return [acts.call_off(each)] if each.state in (BookingState.BOOKED, BookingState.WAITING) else []
        match each.state:
            case BookingState.IN_TURN:
                return [acts.done(each), answer, acts.put_back(each)]
            case BookingState.BOOKED:
                return [acts.call(each), acts.missed(each), acts.call_off(each)]
            case BookingState.WAITING:
                return [acts.call(each), acts.call_off(each)]
            case _:
                return [answer, acts.put_back(each)]

    return {each.id: of(each) for each in standing}


def _may_read(point: Point, hours: OfficeHours, own: Booking | None) -> bool:
    """Of a group all who see it, of one-to-one slots whoever brought it."""
    return not hours.is_one_to_one or (own is not None and point.booking_id == own.id)
