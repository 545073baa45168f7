"""Events in people's calendars: an invitation for each place, by e-mail or into their own, and the file of one date."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.chat.moments import span_in_words, zone_of
from bot.chat.reply import Invitation, Message, Note, Paragraph, Post, Span
from bot.features.events.cards import NAMES
from bot.features.events.model import Event, EventState, Fact, SignUp, SignUpState, What, names_in_words
from bot.features.events.telling import Reader
from bot.features.profile.mailbox import mailbox
from bot.storage.outbox import Outbox
from bot.storage.people import People
from bot.storage.unit_of_work import UnitOfWork
from scheduler.calendar_file import Attendee, CalendarEvent, Method, calendar_file

METHODS = {
    What.SIGNED_UP: Method.REQUEST,
    What.MOVED_UP: Method.REQUEST,
    What.RETIMED: Method.REQUEST,
    What.CHANGED: Method.REQUEST,
    What.LEFT: Method.CANCEL,
    What.CANCELLED: Method.CANCEL,
}
"""What a calendar is asked; of the other facts it need not hear."""

NEWS = {What.RETIMED: "Another time", What.CHANGED: "Changed"}

WHY = "You get this because you signed up. Your calendar takes it from here."


@dataclass(frozen=True, slots=True)
class Invitations:
    """Fills `desk.Hears` where a mail server is set: whoever has an address that the directory vouches for gets each
    change of a place. On the `platform` of calendars each change goes into that person's own instead. `base_url` is how
    people reach the web page."""

    organiser: Attendee
    platform: str = "mail"
    base_url: str = ""

    def __call__(self, event: Event, facts: Sequence[Fact], unit: UnitOfWork, now: datetime) -> None:
        for fact in facts:
            if fact.what in METHODS and fact.had_place:
                self._send(event, fact, unit, now)

    def _send(self, event: Event, fact: Fact, unit: UnitOfWork, now: datetime) -> None:
        sign_up = fact.sign_up
        person, place = People(unit).get(sign_up.person_id), mailbox(sign_up.person_id, unit, self.platform)
        if person is None or place is None:
            return
        method, attendee = METHODS[fact.what], Attendee(person.name, place.channel)
        reader = Reader(person, place, now, self.base_url)
        # A letter may be opened on any day, so it names the date.
        zone = zone_of(reader.zone)
        at = reader.soon(event) if event.has_whole_days else span_in_words(event.starts, event.ends, zone)
        named = f"{NAMES[event.kind]} “{event.title}”, {at}"
        said = f"{'Cancelled' if method is Method.CANCEL else NEWS.get(fact.what, 'Your place')}: {named}."
        file = calendar_file(method, [event_of_sign_up(event, sign_up, self.organiser, attendee)], now).decode()
        invitation = Invitation(event.title, at, event.place or event.link, file=file, method=method.value)
        blocks = (Paragraph((Span(said, bold=True),)), invitation, Note(WHY))
        key = f"event-date-{sign_up.id}-{event.revision}-{sign_up.revision}"
        Outbox(unit).add(Post(Message(said, blocks, reader.page(event)), key), place, now)


def event_of_sign_up(
    event: Event, sign_up: SignUp, organiser: Attendee, attendee: Attendee | None = None
) -> CalendarEvent:
    """One person's own date. What happens to the event and what they do both count its sequence on."""
    is_cancelled = event.state is EventState.CANCELLED or sign_up.state is SignUpState.LEFT
    return CalendarEvent(
        uid=uid(sign_up.id, organiser),
        sequence=event.sequence + sign_up.sequence,
        starts=event.starts,
        ends=event.ends,
        zone=event.zone,
        title=event.title,
        description=_described(event),
        location=event.place or event.link,
        url=event.link,
        organiser=organiser,
        attendees=(attendee,) if attendee else (),
        is_cancelled=is_cancelled,
        is_all_day=event.has_whole_days,
    )


def event_as_announced(event: Event, organiser: Attendee, *, with_link: bool = False) -> CalendarEvent:
    """As everybody who may see it reads it; the link is for those who have a place."""
    return CalendarEvent(
        uid=uid(event.id, organiser),
        sequence=event.sequence,
        starts=event.starts,
        ends=event.ends,
        zone=event.zone,
        title=event.title,
        description=_described(event),
        location=event.place or (event.link if with_link else ""),
        url=event.link if with_link else "",
        organiser=organiser,
        is_cancelled=event.state is EventState.CANCELLED,
        is_all_day=event.has_whole_days,
    )


def date_file(event: Event, own: SignUp | None, organiser: Attendee, now: datetime, *, with_link: bool) -> bytes:
    """To put into a calendar by hand: the same date that an invitation would be."""
    has_place = own is not None and own.state is SignUpState.COMING
    dated = (
        event_of_sign_up(event, own, organiser)
        if own is not None and has_place
        else event_as_announced(event, organiser, with_link=with_link)
    )
    return calendar_file(Method.PUBLISH, [dated], now)


def uid(name: str, organiser: Attendee) -> str:
    return f"{name}@{organiser.address.rpartition('@')[2]}"


def _described(event: Event) -> str:
    with_whom = f"With {names_in_words(event)}."
    return "\n\n".join(each for each in (event.about, with_whom) if each)
