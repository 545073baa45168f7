"""Colleagues, channels and a clock around the features that a test is about: whoever presses or sends has read what
went out, and each act takes a minute."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.chat.reply import Reply
from bot.chat.turn import Commanded, Content, Opened, Person, Place, Pressed, Submitted, Turn
from bot.dispatcher import Dispatcher
from bot.features.catalog import Catalog
from bot.features.channels.store import SqlChannels
from bot.features.feature import Feature, HomeSection
from bot.router import Router
from bot.storage.outbox import Delivery
from bot.storage.people import Account, KnownPerson, People
from bot.storage.unit_of_work import Database
from bot.timekeeper import Timekeeper
from tests.builders import NOON, minutes, turn
from tests.fakes import FixedClock
from tests.sent_out import send_all

BASE = "https://hall.example"
GENERAL = Place("slack", "T1:C1", is_shared=True, title="general")
SALES = Place("slack", "T1:C2", is_shared=True, title="sales")
PARTNERS = Place("slack", "T1:C3", is_shared=True, members=frozenset(), title="partners")
PLACES = (GENERAL, SALES, PARTNERS)

SAM = Person("slack:T1:sam", "Sam Lee", time_zone="Europe/Berlin")
CLEO = Person("slack:T1:cleo", "Cleo Cura", is_curator=True)
DANA = Person("slack:T1:dana", "Dana Okafor", time_zone="America/New_York")
KIM = Person("slack:T1:kim", "Kim Park")
LEE = Person("slack:T1:lee", "Lee Moss")
GUEST = Person("slack:T1:guest", "Gus Guest", is_guest=True)
PEOPLE = (SAM, CLEO, DANA, KIM, LEE, GUEST)

Values = Mapping[str, str | tuple[str, ...]]


class ChatHouse:
    """`stands` has what stands where by now, by conversation and key; `history` all versions that went."""

    command = ""
    """The word that people say."""
    step = timedelta(minutes=5)
    """In which the clock goes on."""

    def __init__(self, database: Database, people: Sequence[Person] = PEOPLE, places: Sequence[Place] = PLACES) -> None:
        self.database = database
        self.clock = FixedClock(NOON)
        self.stands: dict[tuple[str, str], Delivery] = {}
        self.history: list[Delivery] = []
        self.failing: set[str] = set()
        """Channels that take nothing."""
        with database.begin() as unit:
            for person in people:
                email = "" if person.is_guest else f"{person.name.split()[0].lower()}@example.org"
                People(unit).add(KnownPerson(person.id, person.name, NOON, email, person.time_zone))
                account = Account(person.id, person.id, "slack", NOON, direct(person), person.name)
                People(unit).add_account(replace(account, is_guest=person.is_guest))
            for place in places:
                SqlChannels(unit).note(place, NOON)

    def open(self, *features: Feature) -> None:
        self.catalog = Catalog(features)
        self.dispatcher = Dispatcher(self.database, Router(self.catalog), self.clock)
        self.timekeeper = Timekeeper(self.database, self.catalog.timers, self.clock)

    def say(self, person: Person, words: str = "", place: Place | None = None) -> Delivery:
        """The command; what comes of it where only they read."""
        self.out()
        self.clock.at += minutes(1)
        assert self.dispatcher.accept_now(self.turn_of(Commanded(self.command, words), person, place))
        assert self.dispatcher.work_one()
        return next(each for each in self.out() if each.place.channel == direct(person))

    def press(self, card: Delivery, label: str, person: Person) -> Reply:
        self.clock.at += minutes(1)
        return self.dispatcher.answer_now(self.turn_of(pressed(card, label), person, card.place))

    def send(self, opened: Reply, person: Person, values: Values, place: Place | None = None) -> Reply:
        self.clock.at += minutes(1)
        return self.dispatcher.answer_now(self.turn_of(submitted(opened, values), person, place))

    def act(self, content: Content, person: Person) -> Reply:
        """By a button or a form on a page."""
        self.clock.at += minutes(1)
        return self.dispatcher.act_now(self.turn_of(content, person, Place("web", person.id, "from-guildhall")))

    def home(self, person: Person) -> list[HomeSection]:
        with self.database.reading() as unit:
            found = [source(self.turn_of(Opened("home"), person), unit) for source in self.catalog.home]
        return [each for each in found if each is not None]

    def live(self, until: datetime | timedelta, step: timedelta | None = None) -> list[Delivery]:
        """Until then or so long, what is due is done and delivered; what went out meanwhile."""
        end = until if isinstance(until, datetime) else self.clock() + until
        self.out()
        found: list[Delivery] = []
        while True:
            self.clock.at = min(self.clock() + (step or self.step), end)
            while self.timekeeper.run_due():
                pass
            found += self.out()
            if self.clock() >= end:
                return found

    def out(self) -> list[Delivery]:
        found = send_all(self.database, self.clock(), self.stands, self.failing)
        self.history += found
        return found

    def read_by(self, person: Person) -> list[Delivery]:
        """What stands where only they read, what came or was changed last at the end."""
        self.out()
        theirs = [each for each in self.stands.values() if each.place.channel == direct(person)]
        return sorted(theirs, key=lambda each: each.id)

    def newest(self, person: Person) -> Delivery:
        return self.read_by(person)[-1]

    def turn_of(self, content: Content, person: Person, place: Place | None = None) -> Turn:
        here = place or Place("slack", direct(person))
        return replace(turn(content, person=person, place=here, at=self.clock()), direct=direct(person))


def direct(person: Person) -> str:
    return f"T1:D-{person.name.split()[0]}"


def labels(card: Delivery) -> list[str]:
    return [button.label for button in card.message.buttons]


def pressed(card: Delivery, label: str) -> Pressed:
    button = next(each for each in card.message.buttons if each.label == label)
    return Pressed(button.action, button.value, card.nonce, card.key)


def submitted(opened: Reply, values: Values, key: str | None = None) -> Submitted:
    """`key`: that of the message under which the form was opened."""
    assert opened.form is not None
    return Submitted(opened.form.id, dict(values), opened.form.state, opened.nonce, key)
