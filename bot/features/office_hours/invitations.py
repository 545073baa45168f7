"""Office hours in people's calendars: an invitation for each place, by e-mail, and feeds to subscribe to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.chat.reply import Invitation, Message, Note, Paragraph, Post, Span
from bot.features.office_hours.changes import series_of
from bot.features.office_hours.model import Booking, Fact, OfficeHours, Session, SessionState, What, slot_times
from bot.features.office_hours.store import SqlOfficeHours
from bot.features.office_hours.telling import Reader, hosts_in_words
from bot.features.profile.mailbox import mailbox
from bot.storage.outbox import Outbox
from bot.storage.people import People
from bot.storage.unit_of_work import UnitOfWork
from scheduler.calendar_file import Attendee, CalendarEvent, Method, calendar_file

METHODS = {
    What.BOOKED: Method.REQUEST,
    What.MOVED_UP: Method.REQUEST,
    What.RETIMED: Method.REQUEST,
    What.CHANGED: Method.REQUEST,
    What.CANCELLED: Method.CANCEL,
    What.CALLED_OFF: Method.CANCEL,
}
"""What a calendar is asked; of the other facts it need not hear."""

WHY = "You get this because you booked it. Your calendar takes it from here."


@dataclass(frozen=True, slots=True)
class Invitations:
    """Fills `desk.Hears` where a mail server is set: whoever has an address that the directory vouches for gets each
    change of a place. `organiser` is whom the letters are from; its host makes the ids of the dates unique. On the
    `platform` of calendars each change goes into that person's own instead."""

    organiser: Attendee
    platform: str = "mail"

    def __call__(self, hours: OfficeHours, facts: Sequence[Fact], unit: UnitOfWork, now: datetime) -> None:
        for fact in facts:
            if fact.what in METHODS and fact.had_place:
                self._send(hours, fact, unit, now)

    def _send(self, hours: OfficeHours, fact: Fact, unit: UnitOfWork, now: datetime) -> None:
        booking = fact.booking
        person, place = People(unit).get(booking.person_id), mailbox(booking.person_id, unit, self.platform)
        if person is None or place is None:
            return
        method, attendee = METHODS[fact.what], Attendee(person.name, place.channel)
        event = event_of_booking(hours, fact.session, booking, self.organiser, attendee)
        when = Reader(person, place, now).moment(event.starts)
        named = f"“{hours.title}” with {hosts_in_words(hours)}, {when}"
        said = f"Cancelled: {named}." if method is Method.CANCEL else f"Your place: {named}."
        file = calendar_file(method, [event], now).decode()
        invitation = Invitation(hours.title, when, hours.place or hours.link, file=file, method=method.value)
        message = Message(said, (Paragraph((Span(said, bold=True),)), invitation, Note(WHY)))
        Outbox(unit).add(Post(message, f"office-hours-date-{booking.id}-{booking.revision}"), place, now)


def event_of_booking(
    hours: OfficeHours, session: Session, booking: Booking, organiser: Attendee, attendee: Attendee | None = None
) -> CalendarEvent:
    """One person's own time. `attendee` is named in an invitation, not in a feed."""
    starts, ends = slot_times(session, booking.slot)
    described = [hours.about, f"You bring: {booking.brings}" if booking.brings else ""]
    return CalendarEvent(
        uid=uid(booking.id, organiser),
        sequence=booking.sequence,
        starts=starts,
        ends=ends,
        zone=hours.schedule.zone,
        title=f"{hours.title} with {hosts_in_words(hours)}",
        description="\n\n".join(each for each in described if each),
        location=hours.place or hours.link,
        url=hours.link,
        organiser=organiser,
        attendees=(attendee,) if attendee else (),
        is_cancelled=not booking.is_standing,
    )


def event_of_session(hours: OfficeHours, session: Session, organiser: Attendee) -> CalendarEvent:
    """As everybody who may see the series reads it."""
    return CalendarEvent(
        uid=uid(session.id, organiser),
        sequence=session.sequence,
        starts=session.starts,
        ends=session.ends,
        zone=hours.schedule.zone,
        title=f"{hours.title} with {hosts_in_words(hours)}",
        description=hours.about,
        location=hours.place or hours.link,
        url=hours.link,
        organiser=organiser,
        is_cancelled=session.state is SessionState.CANCELLED,
    )


def series_feed(hours: OfficeHours, unit: UnitOfWork, since: datetime, organiser: Attendee, now: datetime) -> bytes:
    """Its sessions that end after `since`, cancelled ones as such. The caller has looked who reads it."""
    found = SqlOfficeHours(unit).sessions_of(hours.id, since)
    return _feed((event_of_session(hours, each, organiser) for each in found), hours.title, now)


def person_feed(person_id: str, unit: UnitOfWork, since: datetime, organiser: Attendee, now: datetime) -> bytes:
    """The places that they have in sessions that end after `since`, and the sessions that they host."""
    store = SqlOfficeHours(unit)
    own = [
        event_of_booking(series_of(store, session), session, booking, organiser)
        for session, booking in store.of_person(person_id, since)
        if booking.seat is not None
    ]
    hosted = [
        event_of_session(hours, session, organiser)
        for hours in store.hosted_by(person_id)
        for session in store.sessions_of(hours.id, since)
    ]
    return _feed([*own, *hosted], "Office hours", now)


def uid(name: str, organiser: Attendee) -> str:
    return f"{name}@{organiser.address.rpartition('@')[2]}"


def _feed(events: Iterable[CalendarEvent], name: str, now: datetime) -> bytes:
    return calendar_file(Method.PUBLISH, sorted(events, key=lambda each: (each.starts, each.uid)), now, name)
