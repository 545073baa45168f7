"""Office hours in calendars: an invitation for each place and for hosts, and what a calendar shows of a date."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.features.office_hours.addresses import series_page, session_page
from bot.features.office_hours.cards import hosts_in_words, named
from bot.features.office_hours.model import Booking, Fact, OfficeHours, Session, SessionState, What, slot_times
from bot.features.office_hours.store import SqlOfficeHours
from bot.features.profile.invitation import Inviter, Letter, uid
from bot.storage.unit_of_work import UnitOfWork
from scheduler.calendar_file import Attendee, CalendarEvent, recurrence_of
from scheduler.local_time import in_utc
from scheduler.rule_phrases import series_in_words
from scheduler.rules import begun_by, occurrence_on

NEWS = {
    What.BOOKED: "Your place",
    What.MOVED_UP: "Your place",
    What.RETIMED: "Another time",
    What.CHANGED: "Changed",
    What.CANCELLED: "Cancelled",
    What.CALLED_OFF: "Cancelled",
}
"""What a calendar has to hear of."""

WHY = "You get this because you booked it. If you cannot come, cancel, so that the next one moves up."
WHY_NOT = "You get this because you had booked it. Your calendar takes it out."
HOST = "You get this because you are a host."
NO_HOST = "You get this because you were a host."


@dataclass(frozen=True, slots=True)
class Invitations:
    """Called, it fills `desk.Hears`."""

    inviter: Inviter

    def __call__(self, hours: OfficeHours, facts: Sequence[Fact], unit: UnitOfWork, now: datetime) -> None:
        for fact in facts:
            if fact.what in NEWS and fact.had_place:
                booking = fact.booking
                event = event_of_booking(hours, fact.session, booking, self.inviter.organiser)
                why, word = (WHY_NOT, booking.word) if event.is_cancelled else (WHY, "")
                letter = Letter(NEWS[fact.what], named(hours), why, session_page(fact.session.id), word=word)
                key = f"office-hours-date-{booking.id}-{booking.revision}"
                self.inviter.invite(booking.person_id, event, letter, key, unit, now)

    def to_hosts(self, hours: OfficeHours, before: OfficeHours | None, unit: UnitOfWork, now: datetime) -> None:
        """Fills `desk.HostsHear`: by mail all dates in one letter, into calendars each by itself."""
        by_mail, organiser = self.inviter.is_by_mail, self.inviter.organiser
        hosts, known = ({each.person_id for each in held.hosts} if held else set() for held in (hours, before))
        whole = event_of_series(hours, organiser, None if hours.is_open else now)
        is_same = (
            by_mail
            and before is not None
            and whole == event_of_series(replace(before, revision=hours.revision), organiser)
        )
        for event in [whole] if by_mail else self._dates(hours, unit, now):
            stays = "Changed" if hours.is_open else "Closed"
            news = "No longer held" if event.is_cancelled else stays
            for person_id in hosts - known if is_same else hosts:
                self._to_host(person_id, hours, event, news if person_id in known else "You host", HOST, unit, now)
            for person_id in known - hosts:
                gone = event_of_series(hours, organiser, now) if by_mail else replace(event, is_cancelled=True)
                self._to_host(person_id, hours, gone, "No longer yours to host", NO_HOST, unit, now)

    def _to_host(
        self,
        person_id: str,
        hours: OfficeHours,
        event: CalendarEvent,
        news: str,
        why: str,
        unit: UnitOfWork,
        now: datetime,
    ) -> None:
        when = series_in_words(hours.schedule) if event.recurrence else ""
        letter = Letter(news, named(hours), why, series_page(hours.id), when)
        self.inviter.invite(person_id, event, letter, f"{event.uid}-hosted-{hours.revision}", unit, now)

    def _dates(self, hours: OfficeHours, unit: UnitOfWork, now: datetime) -> Iterator[CalendarEvent]:
        """Those to come. They count on with the series too, for whoever is its host again."""
        for each in SqlOfficeHours(unit).sessions_of(hours.id, now):
            if each.starts > now:
                event = event_of_session(hours, each, self.inviter.organiser)
                yield replace(event, sequence=event.sequence + hours.revision)


def event_of_booking(hours: OfficeHours, session: Session, booking: Booking, organiser: Attendee) -> CalendarEvent:
    """One person's own time."""
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


def event_of_series(hours: OfficeHours, organiser: Attendee, held_until: datetime | None = None) -> CalendarEvent:
    """All of its dates, for those who hold them; for who holds it no longer, those that had begun."""
    begun = hours.schedule if held_until is None else begun_by(hours.schedule, held_until)
    schedule = begun or hours.schedule
    once = None if schedule.rule else occurrence_on(schedule, schedule.first.date())
    starts = once.starts if once else in_utc(schedule.first, schedule.zone)
    return CalendarEvent(
        uid=uid(hours.id, organiser),
        sequence=hours.revision,
        starts=starts,
        ends=starts + schedule.duration,
        zone=schedule.zone,
        title=f"{hours.title} with {hosts_in_words(hours)}",
        description=hours.about,
        location=hours.place or hours.link,
        url=hours.link,
        organiser=organiser,
        recurrence=recurrence_of(schedule),
        is_cancelled=begun is None or not (schedule.rule or once),
    )
