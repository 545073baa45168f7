"""Sam and Kim are experts, Dana asks in a channel: questions, requests, channels and homes, through the dispatcher and
the clock."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.bootstrap.escalations import open_escalations
from bot.chat.reply import Reply
from bot.chat.turn import Content, Person, Place, Pressed, Said, Submitted, Turn
from bot.dispatcher import Dispatcher
from bot.features.catalog import Catalog
from bot.features.channels.chat import ChannelsChat, channels_feature
from bot.features.channels.model import Channel, Policy
from bot.features.channels.store import SqlChannels
from bot.features.escalations.askers import askers_of
from bot.features.escalations.model import Escalation, OfferState, State
from bot.features.escalations.ranking import Ranked
from bot.features.escalations.store import SqlEscalations
from bot.features.experts.model import Expert
from bot.features.experts.store import SqlExperts
from bot.features.feature import Command
from bot.features.home.chat import HomeChat, home_feature
from bot.features.questions.chat import QuestionsChat, questions_feature
from bot.router import Router
from bot.settings import Settings
from bot.storage.lanes import heads
from bot.storage.outbox import Delivery, Outbox
from bot.storage.people import Account, KnownPerson, People
from bot.storage.unit_of_work import Database, UnitOfWork
from bot.timekeeper import Timekeeper
from knowledge.answer import Outcome
from tests.builders import NOON, answer, minutes, turn
from tests.fakes import FakeKnowledge, FixedClock

CHANNEL = Place("slack", "T1:C1", "17.2", is_shared=True, title="renewals")
EXPERTS = Place("slack", "T1:C9", is_shared=True)
DANA = Person("slack:T1:dana", "Dana Okafor")
SAM = Person("slack:T1:sam", "Sam Lee")
KIM = Person("slack:T1:kim", "Kim Park")
GUEST = Person("slack:T1:guest", "Gus Guest", is_guest=True)
PEOPLE = (DANA, SAM, KIM, GUEST)
ASKED = "How do renewals work in Brazil?"
ANSWER: Mapping[str, str | tuple[str, ...]] = {"text": "Ninety days before, as everywhere.", "links": ""}


class Roster:
    """Fills `Routing`: whoever of the list was not asked, in its order."""

    def __init__(self, *people: Person) -> None:
        self.people = people

    def ready(self, *texts: str) -> None:
        return None

    def ranked(self, asked: Escalation, unit: UnitOfWork, now: datetime) -> Sequence[Ranked]:
        store = SqlEscalations(unit)
        known = {each.person_id for each in store.offers(asked.id)} | askers_of(store, asked).ids
        return [Ranked(each.id, each.name, "knows renewals") for each in self.people if each.id not in known]

    def preview(
        self, text: str, asker_id: str, readers: frozenset[str], hubs: frozenset[str], unit: UnitOfWork, now: datetime
    ) -> Ranked | None:
        return next((Ranked(each.id, each.name, "knows renewals") for each in self.people), None)

    def same_as(
        self,
        text: str,
        asker_id: str,
        readers: frozenset[str],
        unit: UnitOfWork,
        hubs: frozenset[str] = frozenset(),
    ) -> Escalation | None:
        return None


class House:
    """Sam and Kim are experts; Dana asks in a channel."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = FixedClock(NOON)
        self.knowledge = FakeKnowledge(answer(Outcome.UNKNOWN))
        base_url = "https://guild.example"
        self.roster = Roster(SAM, KIM)
        self.parts = open_escalations(Settings(), self.roster, self.knowledge, base_url)
        channels = ChannelsChat(self.knowledge)
        questions = QuestionsChat(self.knowledge, self.commands, channels, self.parts.requests, base_url=base_url)
        home = HomeChat(self.knowledge, lambda: self.catalog.home, base_url=base_url)
        features = [questions_feature(questions), self.parts.feature, channels_feature(channels), home_feature(home)]
        self.catalog = Catalog(features)
        self.dispatcher = Dispatcher(database, Router(self.catalog), self.clock)
        self.timekeeper = Timekeeper(database, self.catalog.timers, self.clock)
        self.stands: dict[tuple[str, str], Delivery] = {}
        with database.begin() as unit:
            for person in PEOPLE:
                name = person.name.split()[0].lower()
                People(unit).add(KnownPerson(person.id, person.name, NOON, f"{name}@example.org", "UTC"))
                account = Account(person.id, person.id, "slack", NOON, direct(person), person.name)
                People(unit).add_account(replace(account, is_guest=person.is_guest))
            for person in (SAM, KIM):
                SqlExperts(unit).put(Expert(person.id, NOON))
            policy = Policy(for_experts=True)
            SqlChannels(unit).change(Channel("slack", EXPERTS.channel, policy, revision=1, changed_at=NOON))

    def commands(self, person: Person) -> Sequence[tuple[str, Command]]:
        return self.catalog.commands_for(person)

    def happens(self, content: Content, person: Person = DANA, place: Place = CHANNEL) -> list[Delivery]:
        """Through the inbox, and what the clock does at once; what goes out for it."""
        self.clock.at += minutes(1)
        assert self.dispatcher.accept_now(self._turn(content, person, place))
        while self.dispatcher.work_one():
            pass
        self.timekeeper.run_due()
        return self.deliveries()

    def press(self, card: Delivery, label: str, person: Person, place: Place | None = None) -> Reply:
        button = next(each for each in card.message.buttons if each.label == label)
        return self.answers(Pressed(button.action, button.value, card.nonce), person, place or card.place)

    def send(
        self, opened: Reply, values: Mapping[str, str | tuple[str, ...]], person: Person, place: Place | None = None
    ) -> list[Delivery]:
        assert opened.form is not None
        content = Submitted(opened.form.id, dict(values), opened.form.state, opened.nonce)
        self.answers(content, person, place or Place("slack", direct(person)))
        return self.deliveries()

    def answers(self, content: Content, person: Person, place: Place) -> Reply:
        self.clock.at += minutes(1)
        reply = self.dispatcher.answer_now(self._turn(content, person, place))
        self.timekeeper.run_due()
        return reply

    def ask(self, name: str = "shown") -> None:
        """And consent to it. What is not an expert's is read."""
        card = next(each for each in self.happens(Said(ASKED, "1")) if each.place == CHANNEL)
        opened = self.press(card, "Ask an expert", DANA)
        self.send(opened, {"text": ASKED, "name": name}, DANA, CHANNEL)

    def card(self, person: Person) -> Delivery:
        """The newest of theirs that has buttons, as it stands."""
        self.deliveries()
        channel = direct(person)
        own = [each for each in self.stands.values() if each.place.channel == channel and each.key.startswith("esc")]
        return next(each for each in reversed(own) if "newer message" not in str(each.message))

    def shown(self, place: Place, begins: str) -> Delivery:
        self.deliveries()
        return next(
            each for each in reversed(self.stands.values()) if each.place == place and each.key.startswith(begins)
        )

    def deliveries(self) -> list[Delivery]:
        found: list[Delivery] = []
        while True:
            with self.database.begin() as unit:
                ready = heads(unit, self.clock(), {"slack": timedelta(0), "web": timedelta(0)}).ready
                for row in ready:
                    delivery = Outbox(unit).claim(row, self.clock())
                    assert delivery is not None
                    Outbox(unit).sent(delivery, delivery.message_id or f"id-{delivery.id}", self.clock())
                    self.stands[delivery.place.conversation, delivery.key] = delivery
                    found.append(delivery)
            if not ready:
                return found

    @property
    def escalation(self) -> Escalation:
        with self.database.reading() as unit:
            (found,) = SqlEscalations(unit).in_state(*State)
        return found

    def offers(self) -> dict[str, OfferState]:
        with self.database.reading() as unit:
            return {each.person_id: each.state for each in SqlEscalations(unit).offers(self.escalation.id)}

    def _turn(self, content: Content, person: Person, place: Place) -> Turn:
        return replace(turn(content, person=person, place=place, at=self.clock()), direct=direct(person))


def direct(person: Person) -> str:
    return f"T1:D-{person.name.split()[0]}"


def labels(card: Delivery) -> list[str]:
    return [button.label for button in card.message.buttons]
