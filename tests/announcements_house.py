"""Sam and Cleo curate, Ada is an admin, the others read: real stores, desks, broadcasts and timekeeper."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.chat.reply import Reply
from bot.chat.turn import Commanded, Content, Opened, Person, Place, Pressed, Submitted, Turn
from bot.dispatcher import Dispatcher
from bot.features.announcements.chat import AnnouncementsChat
from bot.features.announcements.desk import Desk
from bot.features.announcements.feature import announcements_feature
from bot.features.announcements.jobs import AnnouncementJobs
from bot.features.announcements.model import Announcement, Audience
from bot.features.announcements.pages import AnnouncementPages
from bot.features.announcements.showing import Showing
from bot.features.announcements.store import SqlAnnouncements
from bot.features.broadcasts.feature import broadcasts_feature
from bot.features.broadcasts.jobs import BroadcastJobs
from bot.features.catalog import Catalog
from bot.features.channels.store import SqlChannels
from bot.features.feature import Feature, HomeSection
from bot.features.profile.roles import Roles
from bot.router import Router
from bot.storage.lanes import heads
from bot.storage.outbox import Delivery, Outbox
from bot.storage.people import Account, KnownPerson, People
from bot.storage.unit_of_work import Database
from bot.timekeeper import Timekeeper
from tests.builders import NOON, minutes, turn
from tests.fakes import FixedClock

BASE = "https://hall.example"
ID = "a" * 16
GENERAL = Place("slack", "T1:C1", is_shared=True, title="general")
SALES = Place("slack", "T1:C2", is_shared=True, title="sales")
PARTNERS = Place("slack", "T1:C3", is_shared=True, members=frozenset(), title="partners")
CHANNELS = (GENERAL, SALES, PARTNERS)

SAM = Person("slack:T1:sam", "Sam Lee", time_zone="Europe/Berlin", is_curator=True)
CLEO = Person("slack:T1:cleo", "Cleo Cura", is_curator=True)
ADA = Person("slack:T1:ada", "Ada Adams", is_admin=True)
DANA = Person("slack:T1:dana", "Dana Okafor", time_zone="America/New_York")
KIM = Person("slack:T1:kim", "Kim Park")
GUEST = Person("slack:T1:guest", "Gus Guest", is_guest=True)
PEOPLE = (SAM, CLEO, ADA, DANA, KIM, GUEST)

TYPED: Mapping[str, str | tuple[str, ...]] = {
    "title": "The renewal template changes",
    "text": "From Monday the new template counts.\nThe old one is deleted.",
    "groups": ("everyone",),
    "channels": (),
    "outsiders": (),
    "day": "",
    "at": "",
    "asks": "yes",
}


def announcement(announcement_id: str = ID, **values: object) -> Announcement:
    made = Announcement(
        announcement_id,
        "The renewal template changes",
        "From Monday the new template counts.",
        SAM.id,
        SAM.name,
        NOON,
        Audience(("everyone",)),
        writer_id=SAM.id,
    )
    return replace(made, **values)


def direct(person: Person) -> str:
    return f"T1:D-{person.name.split()[0]}"


def labels(card: Delivery) -> list[str]:
    return [button.label for button in card.message.buttons]


class Town:
    """People, channels, clock and what is delivered, around any features."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = FixedClock(NOON)
        self.stands: dict[tuple[str, str], Delivery] = {}
        self.history: list[Delivery] = []
        self.failing: set[str] = set()
        with database.begin() as unit:
            for person in PEOPLE:
                email = "" if person.is_guest else f"{person.name.split()[0].lower()}@example.org"
                People(unit).add(KnownPerson(person.id, person.name, NOON, email, person.time_zone))
                account = Account(person.id, person.id, "slack", NOON, direct(person), person.name)
                People(unit).add_account(replace(account, is_guest=person.is_guest))
            for place in CHANNELS:
                SqlChannels(unit).note(place, NOON)

    def open(self, features: Sequence[Feature]) -> None:
        self.catalog = Catalog(features)
        self.dispatcher = Dispatcher(self.database, Router(self.catalog), self.clock)
        self.timekeeper = Timekeeper(self.database, self.catalog.timers, self.clock)

    def say(self, person: Person, word: str, place: Place | None = None, text: str = "") -> Delivery:
        """A command; what comes of it where only they read."""
        self.clock.at += minutes(1)
        self.out()
        self.dispatcher.answer_now(self.turn_of(Commanded(word, text), person, place))
        return next(each for each in self.out() if each.place.channel == direct(person))

    def press(self, card: Delivery, label: str, person: Person) -> Reply:
        button = next(each for each in card.message.buttons if each.label == label)
        self.clock.at += minutes(1)
        pressed = Pressed(button.action, button.value, card.nonce, card.key)
        return self.dispatcher.answer_now(self.turn_of(pressed, person, card.place))

    def send(
        self, opened: Reply, person: Person, values: Mapping[str, str | tuple[str, ...]], place: Place | None = None
    ) -> Reply:
        assert opened.form is not None
        sent = Submitted(opened.form.id, dict(values), opened.form.state, opened.nonce)
        self.clock.at += minutes(1)
        return self.dispatcher.answer_now(self.turn_of(sent, person, place))

    def act(self, content: Content, person: Person) -> Reply:
        """By a button or a form on a page."""
        self.clock.at += minutes(1)
        return self.dispatcher.act_now(self.turn_of(content, person, Place("web", person.id, "from-guildhall")))

    def send_on_page(self, opened: Reply, person: Person, values: Mapping[str, str | tuple[str, ...]]) -> Reply:
        assert opened.form is not None
        return self.act(Submitted(opened.form.id, dict(values), opened.form.state, ""), person)

    def home(self, person: Person) -> list[HomeSection]:
        with self.database.reading() as unit:
            found = [source(self.turn_of(Opened("home"), person), unit) for source in self.catalog.home]
        return [each for each in found if each is not None]

    def live(self, time: timedelta, step: timedelta = timedelta(minutes=5)) -> None:
        """So long the clock goes on, and what is due is done and delivered."""
        end = self.clock() + time
        while True:
            while self.timekeeper.run_due():
                pass
            self.out()
            if self.clock() >= end:
                break
            self.clock.at = min(self.clock() + step, end)

    def out(self) -> list[Delivery]:
        """What goes to `failing` channels fails."""
        found: list[Delivery] = []
        while True:
            with self.database.begin() as unit:
                ready = heads(unit, self.clock(), {"slack": timedelta(0)}).ready
                for row in ready:
                    delivery = Outbox(unit).claim(row, self.clock())
                    assert delivery is not None
                    if delivery.place.channel in self.failing:
                        Outbox(unit).fail(delivery, "Guildhall is not in that channel.", self.clock())
                        continue
                    Outbox(unit).sent(delivery, delivery.message_id or f"id-{delivery.id}", self.clock())
                    self.stands[delivery.place.conversation, delivery.key] = delivery
                    found.append(delivery)
                    self.history.append(delivery)
            if not ready:
                return found

    def newest(self, person: Person) -> Delivery:
        """Of what only they read, what came or was changed last."""
        self.out()
        return max(self.read_by(person), key=lambda each: each.id)

    def read_by(self, person: Person) -> list[Delivery]:
        return [each for each in self.stands.values() if each.place.channel == direct(person)]

    def turn_of(self, content: Content, person: Person, place: Place | None = None) -> Turn:
        here = place or Place("slack", direct(person))
        return replace(turn(content, person=person, place=here, at=self.clock()), direct=direct(person))


class House(Town):
    def __init__(self, database: Database, curators: Sequence[str] = (SAM.id, CLEO.id)) -> None:
        super().__init__(database)
        self.desk = Desk(Showing(Roles(curators, [ADA.id]), BASE), "Europe/Berlin")
        self.pages = AnnouncementPages(database, self.desk, self.clock)
        feature = announcements_feature(AnnouncementsChat(self.desk), AnnouncementJobs(self.desk))
        self.open([feature, broadcasts_feature(BroadcastJobs([self.desk.progress]))])

    def written(self, **values: object) -> Announcement:
        with self.database.begin() as unit:
            return self.desk.write(announcement(**values), SAM, unit, self.clock())

    def handed_in(self, **values: object) -> Announcement:
        made = self.written(**values)
        with self.database.begin() as unit:
            return self.desk.hand_in(made.id, SAM, unit, self.clock())[0]

    def approved(self, **values: object) -> Announcement:
        made = self.handed_in(**values)
        with self.database.begin() as unit:
            return self.desk.approve(made.id, made.revision, CLEO, unit, self.clock())

    def sent(self, **values: object) -> Announcement:
        made = self.approved(**values)
        self.live(minutes(5), minutes(1))
        return self.kept(made.id)

    def kept(self, announcement_id: str = ID) -> Announcement:
        with self.database.reading() as unit:
            found = SqlAnnouncements(unit).get(announcement_id)
        assert found is not None
        return found

    def stand(self, summary: str) -> set[str]:
        """Channels where a message with that summary stands now."""
        self.out()
        return {each.place.channel for each in self.stands.values() if each.message.summary == summary}
