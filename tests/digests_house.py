"""Dana gets a digest, Cleo sets one up for a channel: the real store, desk, chat, jobs and timekeeper; what sources
tell is said here, and what goes out is read."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from bot.chat.reply import Reply
from bot.chat.turn import EVERYONE, Commanded, Content, Person, Place, Pressed, Submitted, Turn
from bot.dashboard.leaving import leave_url
from bot.dispatcher import Dispatcher
from bot.features.catalog import Catalog
from bot.features.channels.store import SqlChannels
from bot.features.digest_entry import DigestItem, DigestKind, DigestSpan
from bot.features.digests.chat import DigestsChat, digests_feature
from bot.features.digests.composing import Composer
from bot.features.digests.desk import Desk
from bot.features.digests.jobs import DigestJobs
from bot.features.digests.model import Digest, Edition
from bot.features.digests.pages import DigestPages
from bot.features.digests.store import SqlDigests
from bot.platforms.web.render import render_message
from bot.router import Router
from bot.storage.outbox import Delivery
from bot.storage.people import Account, KnownPerson, People, Preferences
from bot.storage.unit_of_work import Database, UnitOfWork
from bot.timekeeper import Timekeeper
from tests.builders import NOON, minutes, turn
from tests.fakes import FixedClock
from tests.sent_out import send_all

BASE = "https://hall.example"
GENERAL = Place("slack", "T1:C1", is_shared=True, title="general")
PARTNERS = Place("slack", "T1:C3", is_shared=True, members=frozenset(), title="partners")
CLEO = Person("slack:T1:cleo", "Cleo Cura", is_curator=True)
DANA = Person("slack:T1:dana", "Dana Okafor", time_zone="America/New_York")
KIM = Person("slack:T1:kim", "Kim Park")
GUEST = Person("slack:T1:guest", "Gus Guest", is_guest=True)
PEOPLE = (CLEO, DANA, KIM, GUEST)
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
ALL_KINDS = tuple(kind.value for kind in DigestKind)
OWN: Mapping[str, str | tuple[str, ...]] = {
    "rhythm": "every Monday at 9:00",
    "kinds": ALL_KINDS,
    "only": "no",
    "where": "chat",
}
HERE: Mapping[str, str | tuple[str, ...]] = {
    "rhythm": "every Monday at 9:00 Berlin time",
    "kinds": ALL_KINDS,
    "topics": "",
    "only": "no",
    "look": "no",
}


def item(title: str = "Renewal playbook", **values: object) -> DigestItem:
    made = DigestItem(DigestKind.NEW, title, "Playbook", page=f"/library/{title.split()[0]}", at=NOON)
    return replace(made, **values)


def direct(person: Person) -> str:
    return f"T1:D-{person.name.split()[0]}"


class House:
    """`said` are items by who may read them; each is told where it happened in the time that is asked about."""

    def __init__(self, database: Database, *, by_mail: bool = True) -> None:
        self.database = database
        self.clock = FixedClock(NOON)
        self.said: list[tuple[str, DigestItem]] = []
        self.asked: list[DigestSpan] = []
        composer = Composer(lambda: (self.source,), "Europe/Berlin", by_mail)
        self.jobs = DigestJobs(composer, BASE, partial(leave_url, BASE))
        self.desk = Desk(composer, self.jobs)
        self.catalog = Catalog([digests_feature(DigestsChat(self.desk, BASE), self.jobs.timers())])
        self.dispatcher = Dispatcher(database, Router(self.catalog), self.clock)
        self.timekeeper = Timekeeper(database, self.catalog.timers, self.clock)
        self.pages = DigestPages(database, self.desk, self.clock, lambda message: render_message(message, ""))
        self.stands: dict[tuple[str, str], Delivery] = {}
        with database.begin() as unit:
            for person in PEOPLE:
                name = person.name.split()[0].lower()
                known = KnownPerson(person.id, person.name, NOON, f"{name}@example.org", person.time_zone)
                People(unit).add(known)
                account = Account(person.id, person.id, "slack", NOON, direct(person), person.name)
                People(unit).add_account(replace(account, is_guest=person.is_guest))
            for place in (GENERAL, PARTNERS):
                SqlChannels(unit).note(place, NOON)

    def source(self, span: DigestSpan, unit: UnitOfWork) -> Sequence[DigestItem]:
        self.asked.append(span)
        return [
            each
            for reader, each in self.said
            if reader in span.readers
            and (each.kind is not DigestKind.NEW or (each.at is not None and span.since < each.at <= span.now))
        ]

    def tell(self, *items: DigestItem, reader: str = EVERYONE) -> None:
        """Something happens just now."""
        self.clock.at += minutes(1)
        self.said += [(reader, replace(each, at=self.clock())) for each in items]

    def follow(self, person: Person, *topics: str, quiet: tuple[str, str] = ("", "")) -> None:
        with self.database.begin() as unit:
            known = People(unit).get(person.id)
            assert known is not None
            own = Preferences(topics, quiet_from=quiet[0], quiet_to=quiet[1])
            People(unit).put(replace(known, preferences=own), NOON)

    def say(self, person: Person, place: Place | None = None) -> Delivery:
        """The command; what comes of it."""
        self.clock.at += minutes(1)
        assert self.dispatcher.accept_now(self.turn_of(Commanded("digests"), person, place))
        assert self.dispatcher.work_one()
        return self.newest(person)

    def press(self, card: Delivery, label: str, person: Person) -> Reply:
        button = next(each for each in card.message.buttons if each.label == label)
        self.clock.at += minutes(1)
        pressed = Pressed(button.action, button.value, card.nonce, card.key)
        answered = self.dispatcher.answer_now(self.turn_of(pressed, person, card.place))
        self.out()
        return answered

    def send(
        self, opened: Reply, person: Person, values: Mapping[str, str | tuple[str, ...]], card: Delivery | None = None
    ) -> Delivery:
        assert opened.form is not None
        key = card.key if card else None
        sent = Submitted(opened.form.id, dict(values), opened.form.state, opened.nonce, key)
        self.clock.at += minutes(1)
        self.dispatcher.answer_now(self.turn_of(sent, person, card.place if card else None))
        return self.newest(person)

    def gets_one(self, person: Person = DANA, **values: str | tuple[str, ...]) -> Delivery:
        opened = self.press(self.say(person), "Get a digest", person)
        return self.send(opened, person, {**OWN, **values})

    def sets_one_up(self, person: Person = CLEO, **values: str | tuple[str, ...]) -> Delivery:
        opened = self.press(self.say(person, GENERAL), "Set up a digest", person)
        return self.send(opened, person, {**HERE, **values})

    def act(self, content: Content, person: Person) -> Reply:
        """By a button or a form on a page."""
        self.clock.at += minutes(1)
        return self.dispatcher.act_now(self.turn_of(content, person, Place("web", person.id, "from-guildhall")))

    def live(self, until: datetime, step: timedelta = HOUR) -> list[Delivery]:
        """Until then; what went out meanwhile."""
        found: list[Delivery] = []
        while self.clock() < until:
            self.clock.at = min(self.clock() + step, until)
            while self.timekeeper.run_due():
                pass
            found += self.out()
        return found

    def out(self) -> list[Delivery]:
        return send_all(self.database, self.clock(), self.stands)

    def newest(self, person: Person) -> Delivery:
        """Of what only they read, what came or was changed last."""
        self.out()
        theirs = [each for each in self.stands.values() if each.place.channel == direct(person)]
        return max(theirs, key=lambda each: each.id)

    def kept(self, person: Person | None = None) -> Digest:
        """Theirs, or the channel's."""
        with self.database.reading() as unit:
            store = SqlDigests(unit)
            found = store.of_person(person.id) if person else next(iter(store.of_channels()), None)
        assert found is not None
        return found

    def editions(self, person: Person | None = None) -> list[Edition]:
        """The oldest first."""
        kept = self.kept(person)
        with self.database.reading() as unit:
            return sorted(SqlDigests(unit).editions(kept.id, 1_000), key=lambda each: each.day)

    def turn_of(self, content: Content, person: Person, place: Place | None) -> Turn:
        here = place or Place("slack", direct(person))
        return replace(turn(content, person=person, place=here, at=self.clock()), direct=direct(person))


def labels(card: Delivery) -> list[str]:
    return [button.label for button in card.message.buttons]


def at(day: int, hour: int, month: int = 3) -> datetime:
    """UTC, in 2027."""
    return datetime(2027, month, day, hour, tzinfo=UTC)
