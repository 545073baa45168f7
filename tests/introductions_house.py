"""A house in which people are introduced: the real store, desk, jobs and timekeeper, and whoever writes to people
replaced by a list of what was told."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from bot.chat.reply import Reply
from bot.chat.turn import Commanded, Content, Person, Place, Pressed, Submitted, Turn
from bot.dispatcher import Dispatcher
from bot.features.catalog import Catalog
from bot.features.introductions.chat import introductions_feature
from bot.features.introductions.desk import Desk
from bot.features.introductions.first_week import Step, read_steps
from bot.features.introductions.jobs import IntroductionJobs, Tells
from bot.features.introductions.lobby_chat import LobbyChat
from bot.features.introductions.mending import Mended
from bot.features.introductions.model import Circle, Meeting, Member, Round, Week
from bot.features.introductions.planning import Made
from bot.features.introductions.store import SqlIntroductions
from bot.features.introductions.telling import Telling
from bot.router import Router
from bot.storage.lanes import heads
from bot.storage.outbox import Delivery, Outbox
from bot.storage.people import Account, KnownPerson, People
from bot.storage.unit_of_work import Database, UnitOfWork
from bot.timekeeper import Timekeeper
from knowledge.document import DocumentKind, SourceDocument
from tests.builders import ADMIN, document, turn
from tests.introduced import SUNDAY, circle, member

HOUR = timedelta(hours=1)
CHARTER = document("charter", kind=DocumentKind.CHARTER)
HIDDEN = document("plans", kind=DocumentKind.CHARTER, audience=frozenset({"group:board"}))
BASE = "https://hall.example"


def person(person_id: str, **values: object) -> Person:
    return replace(Person(person_id, person_id.title()), **values)


class Told:
    """Fills `jobs.Tells`."""

    def __init__(self) -> None:
        self.rounds: list[Made] = []
        self.asked: list[tuple[str, tuple[str, ...]]] = []
        self.mends: list[Mended] = []
        self.unreached: set[str] = set()
        self.steps: list[tuple[Week, Step, datetime]] = []

    def introduced(self, made: Made, unit: UnitOfWork, now: datetime) -> None:
        unit.after_commit(lambda: self.rounds.append(made))

    def missed(self, made: Round, person_ids: Collection[str], unit: UnitOfWork) -> Collection[str]:
        return self.unreached

    def mended(self, mended: Mended, unit: UnitOfWork, now: datetime) -> None:
        unit.after_commit(lambda: self.mends.append(mended))

    def asks(
        self, circle: Circle, meeting: Meeting, person_ids: Collection[str], unit: UnitOfWork, now: datetime
    ) -> None:
        unit.after_commit(lambda: self.asked.append((meeting.id, tuple(person_ids))))

    def guides(self, week: Week, step: Step, unit: UnitOfWork, now: datetime) -> None:
        unit.after_commit(lambda: self.steps.append((week, step, now)))


class House:
    def __init__(self, database: Database, tells: Tells | None = None) -> None:
        self.database = database
        self.now = SUNDAY
        self.told = Told()
        self.jobs = IntroductionJobs(tells or self.told, read_steps())
        self.desk = Desk(self.jobs)

    def arrive(
        self, *person_ids: str, is_guest: bool = False, zone: str = "Europe/Berlin", email: bool = False
    ) -> None:
        with self.database.begin() as unit:
            for each in person_ids:
                address = f"{each}@example.com" if email else ""
                People(unit).add(KnownPerson(each, each.title(), SUNDAY, address, zone))
                account = Account(f"slack:T1:{each}", each, "slack", SUNDAY, f"D-{each}", each.title())
                People(unit).add_account(replace(account, is_guest=is_guest))

    def open(self, **values: object) -> Circle:
        with self.database.begin() as unit:
            return self.desk.open(circle(**{"opened_at": self.now, **values}), ADMIN, unit)

    def join(self, *person_ids: str, circle_id: str = "coffee", **values: object) -> None:
        """Those who arrived before."""
        with self.database.begin() as unit:
            for each in person_ids:
                SqlIntroductions(unit).put_member(member(each, circle_id, **values))

    def members(self) -> list[Member]:
        with self.database.reading() as unit:
            return list(SqlIntroductions(unit).members("coffee"))

    def meetings(self, person_id: str) -> list[Meeting]:
        with self.database.reading() as unit:
            return list(SqlIntroductions(unit).meetings_of(person_id))

    def keeper(self) -> Timekeeper:
        return Timekeeper(self.database, self.jobs.timers(), lambda: self.now)

    def live(self, until: datetime, step: timedelta = HOUR) -> None:
        keeper = self.keeper()
        while self.now < until:
            self.now = min(self.now + step, until)
            while keeper.run_due():
                pass

    def groups(self) -> list[list[tuple[str, ...]]]:
        """Of each round that was told of."""
        return [sorted(meeting.person_ids for meeting in made.meetings) for made in self.told.rounds]


class Shelf:
    """Fills `telling.Library`."""

    def documents(self, readers: frozenset[str]) -> list[SourceDocument]:
        return [each for each in (HIDDEN, CHARTER) if each.audience & readers]


class TellingHouse(House):
    """With a dispatcher, and what goes out."""

    def __init__(self, database: Database) -> None:
        telling = Telling(Shelf(), len(read_steps()), BASE)
        super().__init__(database, telling)
        self.circles = LobbyChat(self.desk, BASE)
        self.feature = introductions_feature(self.desk, telling, self.jobs, Shelf(), BASE)
        self.dispatcher = Dispatcher(database, Router(Catalog([self.feature])), lambda: self.now)

    def all_out(self) -> list[Delivery]:
        found: list[Delivery] = []
        while True:
            with self.database.begin() as unit:
                ready = heads(unit, self.now, {"slack": timedelta(0)}).ready
                for row in ready:
                    delivery = Outbox(unit).claim(row, self.now)
                    assert delivery is not None
                    Outbox(unit).sent(delivery, f"id-{delivery.id}", self.now)
                    found.append(delivery)
            if not ready:
                return found

    def out(self) -> dict[str, Delivery]:
        """The last by person."""
        return {each.place.channel.removeprefix("D-"): each for each in self.all_out()}

    def turn(self, content: Content, person_id: str, **values: object) -> Turn:
        made = turn(content, person=person(person_id, **values), place=Place("slack", f"D-{person_id}"), at=self.now)
        return replace(made, direct=f"D-{person_id}")

    def say(self, person_id: str, **values: object) -> Delivery:
        """The command; what comes of it."""
        assert self.dispatcher.accept_now(self.turn(Commanded("introductions"), person_id, **values))
        assert self.dispatcher.work_one()
        return self.out()[person_id]

    def open_form(self, card: Delivery, label: str, person_id: str) -> Reply:
        button = next(each for each in card.message.buttons if each.label == label)
        pressed = Pressed(button.action, button.value, card.nonce, card.key)
        return self.dispatcher.answer_now(self.turn(pressed, person_id))

    def press(self, card: Delivery, label: str, person_id: str) -> dict[str, Delivery]:
        self.open_form(card, label, person_id)
        return self.out()

    def send(self, opened: Reply, person_id: str, **values: str) -> dict[str, Delivery]:
        self.dispatcher.answer_now(self.submitted(opened, person_id, **values))
        return self.out()

    def submitted(self, opened: Reply, person_id: str, **values: str) -> Turn:
        assert opened.form is not None
        return self.turn(Submitted(opened.form.id, dict(values), opened.form.state, opened.nonce), person_id)
