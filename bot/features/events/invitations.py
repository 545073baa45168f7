"""Events in people's calendars: an invitation for each place, by e-mail or into their own, and the file of one date."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.features.events.cards import NAMES, PAGE, when
from bot.features.events.model import Event, EventState, Fact, SignUp, SignUpState, What, names_in_words
from bot.features.profile.invitation import Inviter, Letter, uid
from bot.storage.unit_of_work import UnitOfWork
from scheduler.calendar_file import Attendee, CalendarEvent, Method, calendar_file

NEWS = {
    What.SIGNED_UP: "Your place",
    What.MOVED_UP: "Your place",
    What.RETIMED: "Another time",
    What.CHANGED: "Changed",
    What.LEFT: "Cancelled",
    What.CANCELLED: "Cancelled",
}
"""What a calendar has to hear of."""

WHY = "You get this because you signed up. Your calendar takes it from here."
ORGANISES = "You get this because you organise it. Your calendar takes it from here."


@dataclass(frozen=True, slots=True)
class Invitations:
    """Fills `desk.Hears`."""

    inviter: Inviter

    def __call__(self, event: Event, facts: Sequence[Fact], unit: UnitOfWork, now: datetime) -> None:
        named = f"{NAMES[event.kind]} “{event.title}”"
        days = when(event, event.zone, is_own=True) if event.has_whole_days else ""
        for fact in facts:
            if fact.what in NEWS and fact.had_place:
                theirs = fact.sign_up
                letter = Letter(NEWS[fact.what], named, WHY, f"{PAGE}/{event.id}", days)
                key = f"event-date-{theirs.id}-{event.revision}-{theirs.revision}"
                dated = event_of_sign_up(event, theirs, self.inviter.organiser)
                self.inviter.invite(theirs.person_id, dated, letter, key, unit, now)

    def to_organisers(self, event: Event, unit: UnitOfWork, now: datetime) -> None:
        """Fills `desk.OrganisersHear`: once it is announced, each of its times once."""
        if event.announced_at is None or event.state is EventState.OVER:
            return
        dated = event_as_announced(event, self.inviter.organiser, with_link=True)
        news = "Cancelled" if dated.is_cancelled else "Changed" if event.sequence else "You organise"
        days = when(event, event.zone, is_own=True) if event.has_whole_days else ""
        letter = Letter(news, f"{NAMES[event.kind]} “{event.title}”", ORGANISES, f"{PAGE}/{event.id}", days)
        key = f"event-organised-{event.id}-{event.sequence}"
        for organiser in event.organisers:
            self.inviter.invite(organiser.person_id, dated, letter, key, unit, now)


def event_of_sign_up(event: Event, sign_up: SignUp, organiser: Attendee) -> CalendarEvent:
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


def _described(event: Event) -> str:
    with_whom = f"With {names_in_words(event)}."
    return "\n\n".join(each for each in (event.about, with_whom) if each)
