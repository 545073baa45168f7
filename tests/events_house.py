"""Sam plans events, Cleo curates, colleagues sign up and ask: the real store, desk, chat, jobs and timekeeper; what
goes out is read."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.chat.reply import Reply
from bot.chat.turn import Commanded, Content, Person, Place, Pressed, Submitted, Turn
from bot.dispatcher import Dispatcher
from bot.features.catalog import Catalog
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
from bot.router import Router
from bot.storage.outbox import Delivery
from bot.storage.people import Account, KnownPerson, People
from bot.storage.unit_of_work import Database
from bot.timekeeper import Timekeeper
from scheduler.calendar_file import Attendee
from tests.builders import NOON, minutes, turn
from tests.fakes import FixedClock
from tests.sent_out import send_all

STARTS = NOON + timedelta(days=7, hours=2)
"""A Monday, 15:00 in Berlin."""

BASE = "https://hall.example"
ORGANISER = Attendee("Guildhall", "hall@example.org")
GENERAL = Place("slack", "T1:C1", is_shared=True, title="general")
SALES = Place("slack", "T1:C2", is_shared=True, title="sales")
PARTNERS = Place("slack", "T1:C3", is_shared=True, members=frozenset(), title="partners")

SAM = Person("slack:T1:sam", "Sam Lee", time_zone="Europe/Berlin")
CLEO = Person("slack:T1:cleo", "Cleo Cura", is_curator=True)
DANA = Person("slack:T1:dana", "Dana Okafor", time_zone="America/New_York")
KIM = Person("slack:T1:kim", "Kim Park")
LEE = Person("slack:T1:lee", "Lee Moss")
GUEST = Person("slack:T1:guest", "Gus Guest", is_guest=True)
PEOPLE = (SAM, CLEO, DANA, KIM, LEE, GUEST)

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


def direct(person: Person) -> str:
    return f"T1:D-{person.name.split()[0]}"


class House:
    def __init__(self, database: Database, *, by_mail: bool = True) -> None:
        self.database = database
        self.clock = FixedClock(NOON)
        hears = [Invitations(Inviter(ORGANISER, base_url=BASE))] if by_mail else []
        organisers_hear = [each.to_organisers for each in hears]
        self.desk = Desk(Telling(BASE), Showing([CLEO.id], BASE), hears, organisers_hear)
        chat, organisers = EventsChat(self.desk, base_url=BASE), OrganisersChat(self.desk, base_url=BASE)
        jobs, self.calendar = EventJobs(self.desk), EventsCalendar(ORGANISER)
        self.pages = EventPages(database, ORGANISER, self.clock)
        self.catalog = Catalog([events_feature(chat, organisers, jobs, self.calendar.entries)])
        self.router = Router(self.catalog)
        self.dispatcher = Dispatcher(database, self.router, self.clock)
        self.timekeeper = Timekeeper(database, self.catalog.timers, self.clock)
        self.stands: dict[tuple[str, str], Delivery] = {}
        with database.begin() as unit:
            for person in PEOPLE:
                name = person.name.split()[0].lower()
                known = KnownPerson(person.id, person.name, NOON, f"{name}@example.org", person.time_zone)
                People(unit).add(known)
                account = Account(person.id, person.id, "slack", NOON, direct(person), person.name)
                People(unit).add_account(replace(account, is_guest=person.is_guest))
            for place in (GENERAL, SALES, PARTNERS):
                SqlChannels(unit).note(place, NOON)

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

    def say(self, person: Person, place: Place | None = None, words: str = "") -> Delivery:
        """The command; what comes of it."""
        self.clock.at += minutes(1)
        assert self.dispatcher.accept_now(self._turn(Commanded("events", words), person, place))
        assert self.dispatcher.work_one()
        return next(each for each in self.out() if each.place.channel == direct(person))

    def planned(self, person: Person = SAM, **values: str) -> Delivery:
        """From the command to the draft's card."""
        opened = self.press(self.say(person), "Plan an event", person)
        self.send(opened, person, {**WEBINAR, **values})
        return self.newest(person)

    def press(self, card: Delivery, label: str, person: Person) -> Reply:
        button = next(each for each in card.message.buttons if each.label == label)
        self.clock.at += minutes(1)
        pressed = Pressed(button.action, button.value, card.nonce)
        return self.dispatcher.answer_now(self._turn(pressed, person, card.place))

    def send(
        self, opened: Reply, person: Person, values: Mapping[str, str | tuple[str, ...]], place: Place | None = None
    ) -> list[Delivery]:
        assert opened.form is not None
        sent = Submitted(opened.form.id, dict(values), opened.form.state, opened.nonce)
        self.clock.at += minutes(1)
        self.dispatcher.answer_now(self._turn(sent, person, place))
        return self.out()

    def live(self, until: datetime) -> list[Delivery]:
        """Until then; what went out meanwhile."""
        found: list[Delivery] = []
        while self.clock() < until:
            self.clock.at = min(self.clock() + timedelta(minutes=5), until)
            while self.timekeeper.run_due():
                pass
            found += self.out()
        return found

    def out(self) -> list[Delivery]:
        return send_all(self.database, self.clock(), self.stands)

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
            self.clock.at += minutes(1)
            shown = Pressed(at[0].action, at[0].value, listed.nonce)
            self.dispatcher.answer_now(self._turn(shown, person, listed.place))
            return self.card_of(person, event_id)
        self.out()
        ((_, place, key),) = found
        return self.stands[place.conversation, key]

    def act(self, content: Content, person: Person) -> Reply:
        """By a button or a form on a page."""
        self.clock.at += minutes(1)
        place = Place("web", person.id, "from-guildhall")
        return self.dispatcher.act_now(self._turn(content, person, place))

    def turn_of(self, person: Person) -> Turn:
        return self._turn(Commanded("events"), person, None)

    def newest(self, person: Person) -> Delivery:
        """Of what only they read, what came or was changed last."""
        self.out()
        theirs = [each for each in self.stands.values() if each.place.channel == direct(person)]
        return max(theirs, key=lambda each: each.id)

    def mails(self, person: Person) -> list[Delivery]:
        self.out()
        address = f"{person.name.split()[0].lower()}@example.org"
        return [each for each in self.stands.values() if each.place == Place("mail", address)]

    def _turn(self, content: Content, person: Person, place: Place | None) -> Turn:
        here = place or Place("slack", direct(person))
        return replace(turn(content, person=person, place=here, at=self.clock()), direct=direct(person))


def labels(card: Delivery) -> list[str]:
    return [button.label for button in card.message.buttons]
