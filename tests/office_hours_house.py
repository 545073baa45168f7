"""A house with office hours: the real store, desk, clock and dispatcher, and what goes out on Slack."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.chat.reply import Message, Reply
from bot.chat.turn import Commanded, Content, Person, Place, Pressed, Submitted, Turn
from bot.dispatcher import Dispatcher
from bot.features.catalog import Catalog
from bot.features.escalations.model import Escalation, State
from bot.features.escalations.store import SqlEscalations
from bot.features.office_hours import telling
from bot.features.office_hours.desk import Desk
from bot.features.office_hours.feature import office_hours_feature
from bot.features.office_hours.model import Booking, OfficeHours, Session
from bot.features.office_hours.showing import Showing
from bot.features.office_hours.store import SqlOfficeHours
from bot.router import Router
from bot.storage.lanes import heads
from bot.storage.outbox import Delivery, Outbox
from bot.storage.people import Account, KnownPerson, People
from bot.storage.unit_of_work import Database, UnitOfWork
from bot.timekeeper import Timekeeper
from tests.builders import NOON, turn
from tests.houred import hours, session

BASE = "https://hall.example"
HOST, DANA, KIM, LEE = "sam", "dana", "kim", "lee"
NAMES = {HOST: "Sam Lee", DANA: "Dana Okafor", KIM: "Kim Park", LEE: "Lee Ito", "gus": "Gus Guest"}
ZONES = {DANA: "Asia/Tokyo"}
WHERE = session().id


class Asked:
    """Fills `OpenQuestions` as the requests do."""

    def open_ones(self, readers: frozenset[str], unit: UnitOfWork) -> Sequence[Escalation]:
        return [each for each in SqlEscalations(unit).in_state(State.OPEN) if each.readers & readers]


class House:
    def __init__(self, database: Database) -> None:
        self.database = database
        self.now = NOON
        self.desk = Desk([telling.tell], [Showing(Asked(), BASE)])
        self.catalog = Catalog([office_hours_feature(self.desk, Asked(), BASE)])
        self.dispatcher = Dispatcher(database, Router(self.catalog), lambda: self.now)
        with database.begin() as unit:
            for each, name in NAMES.items():
                zone = ZONES.get(each, "Europe/Berlin")
                People(unit).add(KnownPerson(each, name, NOON, f"{each}@example.com", zone))
                account = Account(f"slack:T1:{each}", each, "slack", NOON, f"D-{each}", name, is_guest=each == "gus")
                People(unit).add_account(account)

    def person(self, person_id: str) -> Person:
        zone = ZONES.get(person_id, "Europe/Berlin")
        return Person(person_id, NAMES[person_id], time_zone=zone, is_guest=person_id == "gus")

    def open(self, **values: object) -> OfficeHours:
        host = replace(hours().hosts[0], person_id=HOST)
        made = hours(**{"hosts": (host,), "opened_at": self.now, **values})
        with self.database.begin() as unit:
            return self.desk.open(made, self.person(HOST), unit, self.now)

    def book(self, *person_ids: str, session_id: str = WHERE, slot: int = -1, brings: str = "") -> None:
        for each in person_ids:
            with self.database.begin() as unit:
                self.desk.book(session_id, self.person(each), brings, unit, self.now, slot=slot)

    def series(self) -> OfficeHours:
        """The only one."""
        with self.database.reading() as unit:
            (found,) = SqlOfficeHours(unit).hosted_by(HOST)
            return found

    def session(self, session_id: str = WHERE) -> Session:
        with self.database.reading() as unit:
            found = SqlOfficeHours(unit).session(session_id)
            assert found is not None
            return found

    def bookings(self, session_id: str = WHERE) -> dict[str, Booking]:
        with self.database.reading() as unit:
            return {each.person_id: each for each in SqlOfficeHours(unit).bookings(session_id)}

    def live(self, until: datetime) -> None:
        keeper = Timekeeper(self.database, self.catalog.timers, lambda: self.now)
        while self.now < until:
            self.now = min(self.now + timedelta(hours=1), until)
            while keeper.run_due():
                pass

    def all_out(self) -> list[Delivery]:
        found: list[Delivery] = []
        while True:
            with self.database.begin() as unit:
                ready = heads(unit, self.now, {"slack": timedelta(0)}).ready
                for row in ready:
                    delivery = Outbox(unit).claim(row, self.now)
                    assert delivery is not None
                    Outbox(unit).sent(delivery, delivery.message_id or f"id-{delivery.id}", self.now)
                    found.append(delivery)
            if not ready:
                return found

    def out(self) -> dict[str, Delivery]:
        """The last by person."""
        return {each.place.channel.removeprefix("D-"): each for each in self.all_out()}

    def turn(self, content: Content, person_id: str) -> Turn:
        place = Place("slack", f"D-{person_id}")
        made = turn(content, person=self.person(person_id), place=place, at=self.now)
        return replace(made, direct=f"D-{person_id}")

    def say(self, person_id: str, words: str = "") -> Delivery:
        """The command; what comes of it."""
        assert self.dispatcher.accept_now(self.turn(Commanded("office-hours", words), person_id))
        assert self.dispatcher.work_one()
        return self.out()[person_id]

    def open_form(self, card: Delivery, label: str, person_id: str) -> Reply:
        button = next(each for each in card.message.buttons if each.label == label)
        pressed = Pressed(button.action, button.value, card.nonce, card.key)
        return self.dispatcher.answer_now(self.turn(pressed, person_id))

    def press(self, card: Delivery, label: str, person_id: str) -> dict[str, Delivery]:
        self.open_form(card, label, person_id)
        return self.out()

    def send(self, opened: Reply, person_id: str, **values: str | tuple[str, ...]) -> dict[str, Delivery]:
        assert opened.form is not None
        sent = Submitted(opened.form.id, dict(values), opened.form.state, opened.nonce)
        self.dispatcher.answer_now(self.turn(sent, person_id))
        return self.out()

    def act(self, content: Content, person_id: str) -> Reply:
        """From a page of ours."""
        place = Place("web", person_id, "from-guildhall")
        return self.dispatcher.act_now(turn(content, person=self.person(person_id), place=place, at=self.now))


def texts(message: Message) -> str:
    """All that it says, to look for words in."""
    return repr(message)


def labels(card: Delivery) -> list[str]:
    return [each.label for each in card.message.buttons]
