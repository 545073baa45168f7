"""Sam plans events, Cleo curates, colleagues sign up and ask: the real store, desk, chat, jobs and timekeeper; what
goes out is read."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from bot.chat.turn import Person, Place, Pressed
from bot.features.channels.store import SqlChannels
from bot.features.events.calendar import EventsCalendar
from bot.features.events.chat import EventsChat
from bot.features.events.desk import Desk
from bot.features.events.feature import events_feature
from bot.features.events.invitations import Invitations
from bot.features.events.jobs import EventJobs
from bot.features.events.model import Event, Kind, Organiser, days
from bot.features.events.organisers_chat import OrganisersChat
from bot.features.events.pages import EventPages
from bot.features.events.showing import Showing
from bot.features.events.store import SqlEvents
from bot.features.events.telling import Telling
from bot.features.profile.invitation import Inviter
from bot.storage.outbox import Delivery
from bot.storage.unit_of_work import Database
from scheduler.calendar_file import Attendee
from tests.builders import NOON
from tests.chat_house import BASE, CLEO, SAM, ChatHouse

STARTS = NOON + timedelta(days=7, hours=2)
"""A Monday, 15:00 in Berlin."""

ORGANISER = Attendee("Guildhall", "hall@example.org")

WEBINAR: Mapping[str, str | tuple[str, ...]] = {
    "title": "New in renewals",
    "kind": "webinar",
    "about": "What changes in spring.",
    "day": "2027-03-08",
    "at": "15:00",
    "until": "16:00",
    "last_day": "",
    "zone": "Europe/Berlin",
    "place": "Room 4",
    "link": "https://meet.example/1",
    "capacity": "2",
    "topics": "renewals, pricing",
    "others": "",
}


def event(event_id: str = "e1", **values: object) -> Event:
    made = Event(
        event_id,
        Kind.WEBINAR,
        "New in renewals",
        STARTS,
        STARTS + timedelta(hours=1),
        "Europe/Berlin",
        (Organiser(SAM.id, SAM.name),),
        NOON,
        place="Room 4",
        link="https://meet.example/1",
    )
    return replace(made, **values)


def campaign(event_id: str = "c1", **values: object) -> Event:
    first, last = STARTS.date(), STARTS.date() + timedelta(days=13)
    starts, ends = days(first, last, "Europe/Berlin")
    return event(event_id, kind=Kind.CAMPAIGN, title="Spring", starts=starts, ends=ends, **values)


class House(ChatHouse):
    command = "events"

    def __init__(self, database: Database, *, by_mail: bool = True) -> None:
        super().__init__(database)
        hears = [Invitations(Inviter(ORGANISER, base_url=BASE))] if by_mail else []
        organisers_hear = [each.to_organisers for each in hears]
        self.desk = Desk(Telling(BASE), Showing([CLEO.id], BASE), hears, organisers_hear)
        chat, organisers = EventsChat(self.desk, base_url=BASE), OrganisersChat(self.desk, base_url=BASE)
        jobs, self.calendar = EventJobs(self.desk), EventsCalendar(ORGANISER)
        self.pages = EventPages(database, ORGANISER, self.clock)
        self.open(events_feature(chat, organisers, jobs, self.calendar.entries))

    def announced(self, made: Event | None = None, *places: Place) -> Event:
        """By the desk, in those channels."""
        with self.database.begin() as unit:
            known = SqlChannels(unit)
            channels = [found for each in places if (found := known.get(each.platform, each.channel)) is not None]
            kept = self.desk.draft(made or event(), SAM, unit, self.clock())
            outside = {(each.platform, each.channel) for each in channels if each.has_outsiders}
            return self.desk.announce(kept.id, CLEO, channels, outside, unit, self.clock())[0]

    def sign_up(self, event_id: str, *people: Person) -> None:
        for person in people:
            with self.database.begin() as unit:
                self.desk.sign_up(event_id, person, unit, self.clock())

    def kept(self, event_id: str = "e1") -> Event:
        with self.database.reading() as unit:
            found = SqlEvents(unit).get(event_id)
        assert found is not None
        return found

    def planned(self, person: Person = SAM, **values: str) -> Delivery:
        """From the command to the draft's card."""
        opened = self.press(self.say(person), "Plan an event", person)
        self.send(opened, person, {**WEBINAR, **values})
        return self.newest(person)

    def card_in(self, place: Place) -> Delivery:
        """The one that stands in a channel."""
        self.out()
        (found,) = [each for each in self.stands.values() if each.place == place]
        return found

    def card_of(self, person: Person, event_id: str) -> Delivery:
        """The one that is kept up to date for them, shown from the list if there is none."""
        with self.database.reading() as unit:
            found = SqlEvents(unit).cards(event_id, person.id)
        if not found:
            title = self.kept(event_id).title
            listed = self.say(person)
            at = [each for each in listed.message.buttons if each.value == event_id]
            assert at, f"{title} is not listed."
            self.dispatcher.answer_now(
                self.turn_of(Pressed(at[0].action, at[0].value, listed.nonce), person, listed.place)
            )
            return self.card_of(person, event_id)
        self.out()
        ((_, place, key),) = found
        return self.stands[place.conversation, key]

    def mails(self, person: Person) -> list[Delivery]:
        self.out()
        address = f"{person.name.split()[0].lower()}@example.org"
        return [each for each in self.stands.values() if each.place == Place("mail", address)]
