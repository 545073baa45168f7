"""Office hours on calendars: whoever asks for their dates, or has subscribed to a series."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.chat.turn import EVERYONE
from bot.features.calendar_entry import CalendarEntry
from bot.features.office_hours.addresses import session_page
from bot.features.office_hours.invitations import event_of_booking, event_of_session
from bot.features.office_hours.model import (
    Booking,
    BookingState,
    OfficeHours,
    Session,
    SessionState,
    slot_count,
)
from bot.features.office_hours.store import SqlOfficeHours
from bot.features.profile.readers import readers_of
from bot.storage.subscriptions import Subscription
from bot.storage.unit_of_work import UnitOfWork
from scheduler.calendar_file import Attendee, Method, calendar_file

KIND = "Office hours"
SERIES_FEED = "office_hours.series"
"""Its subject is the series."""

LOOKS_BACK = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class OfficeHoursCalendar:
    """`organiser` is who the dates are from; its host makes their ids unique, the same as in letters."""

    organiser: Attendee

    def entries(
        self, reader_id: str, readers: frozenset[str], since: datetime, until: datetime, unit: UnitOfWork
    ) -> Sequence[CalendarEntry]:
        """Fills `CalendarSource`. Of a place of one's own its own time; who waits has no date yet."""
        store = SqlOfficeHours(unit)
        own = {session.id: booking for session, booking in store.of_person(reader_id, since)}
        found = store.between(readers, reader_id, since, until)
        seats = store.taken_seats([session.id for _, session in found])
        entries = [
            self._entry(hours, session, own.get(session.id), seats.get(session.id, (0, 0)), reader_id)
            for hours, session in found
        ]
        return sorted(entries, key=lambda each: (each.event.starts, each.event.uid))

    def _entry(
        self, hours: OfficeHours, session: Session, own: Booking | None, seats: tuple[int, int], reader_id: str
    ) -> CalendarEntry:
        if own is not None and own.seat is not None:
            event = event_of_booking(hours, session, own, self.organiser)
            return CalendarEntry(KIND, event, session_page(session.id), is_mine=True, note="you have a place")
        event, is_host = event_of_session(hours, session, self.organiser), hours.is_hosted_by(reader_id)
        taken, waiting = seats
        waits = own is not None and own.state is BookingState.WAITING
        free = slot_count(session) * hours.seats - taken
        note = "you are on the waiting list" if waits else note_on(hours, session, free, waiting)
        return CalendarEntry(KIND, event, session_page(session.id), is_mine=is_host, note=note)

    def series(self, asked: Subscription, now: datetime, unit: UnitOfWork) -> bytes | None:
        """Fills `FeedSource`: the dates of a series, cancelled ones as such. Who asks has not signed in, so it is for a
        series that everyone may see, or that they host."""
        store = SqlOfficeHours(unit)
        hours = store.get(asked.subject)
        is_guest = EVERYONE not in readers_of(asked.person_id, unit)
        if hours is None or not has_feed(hours, asked.person_id, is_guest=is_guest):
            return None
        found = store.sessions_of(hours.id, now - LOOKS_BACK)
        events = [event_of_session(hours, each, self.organiser) for each in found]
        return calendar_file(Method.PUBLISH, events, now, hours.title)


def has_feed(hours: OfficeHours, person_id: str, *, is_guest: bool) -> bool:
    """Whether they may read its dates without signing in."""
    return hours.is_hosted_by(person_id) or (EVERYONE in hours.readers and not is_guest)


def note_on(hours: OfficeHours, session: Session, free: int, waiting: int) -> str:
    """How a date stands, in a few words."""
    if session.state in (SessionState.OVER, SessionState.CANCELLED):
        return session.state.value
    if session.state is SessionState.RUNNING:
        return "running now"
    if free > 0:
        named = ("time" if hours.is_one_to_one else "place") + ("" if free == 1 else "s")
        return f"{free} {named} left"
    return f"full, {waiting} on the waiting list" if waiting else "full"
