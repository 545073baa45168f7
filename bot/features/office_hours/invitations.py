"""Office hours in people's calendars: an invitation for each place, by e-mail, and what a calendar shows of a date."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.chat.moments import span_in_words
from bot.chat.moments import zone_of as zone_named
from bot.chat.reply import Invitation, Message, Note, Paragraph, Post, Quote, Span
from bot.features.experts.model import zone_of
from bot.features.office_hours.addresses import session_page
from bot.features.office_hours.cards import hosts_in_words, named
from bot.features.office_hours.model import Booking, Fact, OfficeHours, Session, SessionState, What, slot_times
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

NEWS = {What.RETIMED: "Another time", What.CHANGED: "Changed"}

WHY = "You get this because you booked it. If you cannot come, cancel, so that the next one moves up."
WHY_NOT = "You get this because you had booked it. Your calendar takes it out."


@dataclass(frozen=True, slots=True)
class Invitations:
    """Fills `desk.Hears` where a mail server is set: whoever has an address that the directory vouches for gets each
    change of a place. `organiser` is whom the letters are from; its host makes the ids of the dates unique. On the
    `platform` of calendars each change goes into that person's own instead. `base_url` is empty where nobody can open
    the page."""

    organiser: Attendee
    platform: str = "mail"
    base_url: str = ""

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
        # A letter may be opened on any day, so it names the date.
        when = span_in_words(event.starts, event.ends, zone_named(zone_of(person)))
        news = "Cancelled" if method is Method.CANCEL else NEWS.get(fact.what, "Your place")
        said = f"{news}: {named(hours)}, {when}."
        file = calendar_file(method, [event], now).decode()
        invitation = Invitation(hours.title, when, hours.place or hours.link, file=file, method=method.value)
        note = Note(WHY_NOT if method is Method.CANCEL else WHY)
        url = f"{self.base_url}{session_page(fact.session.id)}" if self.base_url else ""
        word = (Quote(booking.word),) if booking.word and method is Method.CANCEL else ()
        message = Message(said, (Paragraph((Span(said, bold=True),)), *word, invitation, note), url)
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


def uid(name: str, organiser: Attendee) -> str:
    return f"{name}@{organiser.address.rpartition('@')[2]}"
