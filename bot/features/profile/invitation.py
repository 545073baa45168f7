"""A date in somebody's own calendar: a letter with its file, or put there where calendars are connected."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.chat.calendars import CALENDAR
from bot.chat.moments import span_in_words, zone_of
from bot.chat.reply import Invitation, Message, Note, Paragraph, Post, Quote, Span
from bot.features.profile.mailbox import mailbox
from bot.storage.outbox import Outbox
from bot.storage.people import People
from bot.storage.unit_of_work import UnitOfWork
from scheduler.calendar_file import Attendee, CalendarEvent, Method, calendar_file


@dataclass(frozen=True, slots=True)
class Letter:
    """What is said beside a date: `Your place: “Renewals” with Sam Lee, Tuesday …`. `page` is a path; `when` is for
    what is more than one moment; `word` is what somebody said about it."""

    news: str
    named: str
    why: str
    page: str
    when: str = ""
    word: str = ""


@dataclass(frozen=True, slots=True)
class Inviter:
    """Whoever has an address that the directory vouches for gets each change of a date. `organiser` is whom the letters
    are from; its host makes the ids of the dates unique. `base_url` is empty where nobody can open the page."""

    organiser: Attendee
    platform: str = "mail"
    base_url: str = ""

    @property
    def is_by_mail(self) -> bool:
        """Else each date goes into the calendar by itself, and nobody reads what is said beside it."""
        return self.platform != CALENDAR

    def invite(
        self, person_id: str, event: CalendarEvent, letter: Letter, key: str, unit: UnitOfWork, now: datetime
    ) -> None:
        """What is cancelled is taken out. The same under the same `key` is sent once."""
        person, place = People(unit).get(person_id), mailbox(person_id, unit, self.platform)
        if person is None or place is None or Outbox(unit).place_of(place.conversation, key) is not None:
            return
        # A letter may be opened on any day, so it names the date.
        zone = zone_of(person.preferences.time_zone or person.time_zone)
        when = letter.when or span_in_words(event.starts, event.ends, zone)
        said = f"{letter.news}: {letter.named}, {when}."
        method = Method.CANCEL if event.is_cancelled else Method.REQUEST
        invited = replace(event, attendees=(Attendee(person.name, place.channel),))
        file = calendar_file(method, [invited], now).decode()
        invitation = Invitation(event.title, when, event.location, file=file, method=method.value)
        word = (Quote(letter.word),) if letter.word else ()
        blocks = (Paragraph((Span(said, bold=True),)), *word, invitation, Note(letter.why))
        url = f"{self.base_url}{letter.page}" if self.base_url else ""
        Outbox(unit).add(Post(Message(said, blocks, url), key), place, now)


def uid(name: str, organiser: Attendee) -> str:
    return f"{name}@{organiser.address.rpartition('@')[2]}"
