"""Peer reviews with the real desk, clock, router and tables: a house in which people press what they see."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from bot.chat.form import ChoiceField, Form
from bot.chat.reply import Button, Message, Reply
from bot.chat.turn import Commanded, Content, File, Person, Place, Pointed, Pressed, Submitted, Turn
from bot.dispatcher import Dispatcher
from bot.features.catalog import Catalog
from bot.features.experts.matcher import Matcher
from bot.features.experts.model import Expert
from bot.features.experts.store import SqlExperts
from bot.features.profile.reach import PAGE_THREAD
from bot.features.reviews.alarms import OF_REVIEWER, OF_SUBMISSION, Alarms
from bot.features.reviews.author_chat import AuthorChat
from bot.features.reviews.desk import Desk
from bot.features.reviews.feature import reviews_feature
from bot.features.reviews.jobs import ReviewJobs
from bot.features.reviews.list_chat import ListChat
from bot.features.reviews.model import Case
from bot.features.reviews.reviewer_chat import ReviewerChat
from bot.features.reviews.reviewers import ExpertReviewers
from bot.features.reviews.rubric import Rubric
from bot.features.reviews.store import SqlReviews
from bot.features.reviews.your_cards import YourCards
from bot.router import Router
from bot.storage.lanes import heads
from bot.storage.outbox import Delivery, Outbox
from bot.storage.people import Account, KnownPerson, People
from bot.storage.timers import Timers
from bot.storage.unit_of_work import Database
from bot.timekeeper import Timekeeper
from tests.builders import NOON
from tests.fakes_knowledge import WordEmbedder
from tests.reviewed import RUBRIC, rubric

DANA, KIM, LEE, MO = (
    Person(f"slack:T1:{name.split()[0].upper()}", name, time_zone="Europe/Berlin")
    for name in ("Dana Okafor", "Kim Park", "Lee Winter", "Mo Salah Adler")
)
ADA = Person("slack:T1:ADA", "Ada Admin", is_admin=True)
PACE = {name: timedelta(0) for name in ("web", "slack")}
BASE = "https://guild.example"
BRIEF = rubric(id="brief", title="Campaign brief", needs=())
WORK = {
    "title": "Renewal journey",
    "links": "The map https://wiki.example.com/map",
    "need-persona": "Renewal buyer in Berlin",
    "wanted": "Is it too long for a workshop?",
    "due": "2027-03-08",
}
REVIEW = {
    "level-focus": "2",
    "comment-focus": "One persona all along.",
    "level-view": "1",
    "comment-view": "Our departments show.",
    "good": "The quotes are real.",
    "better": "Two steps could go.",
}


def direct_of(person: Person) -> Place:
    return Place("slack", f"T1:D-{person.name.split()[0]}")


class House:
    """Dana submits; Kim and Lee know about journey maps; Ada is an admin."""

    def __init__(self, database: Database, folder: Path, *rubrics: Rubric) -> None:
        self.database = database
        self.now = NOON
        self.shown: dict[tuple[str, str], Delivery] = {}
        self.history: list[Delivery] = []
        self.matcher = Matcher(database, WordEmbedder(), dict, folder / "experts.npz")
        cards = YourCards(BASE, (ADA.id,))
        self.desk = Desk((Alarms(), cards))
        kinds = {each.id: each for each in rubrics or (RUBRIC, BRIEF)}
        self.feature = reviews_feature(
            AuthorChat(self.desk, kinds, database),
            ReviewerChat(self.desk, database),
            ListChat(cards),
            ReviewJobs(self.desk, ExpertReviewers(self.matcher)),
        )
        self.dispatcher = Dispatcher(database, Router(Catalog([self.feature])), lambda: self.now)
        self.timekeeper = Timekeeper(database, self.feature.timers, lambda: self.now)
        self.joins(DANA)
        self.joins(ADA)
        self.joins(KIM, "journey map", "customer experience")
        self.joins(LEE, "journey map")

    def joins(self, who: Person, *topics: str) -> None:
        with self.database.begin() as unit:
            People(unit).add(KnownPerson(who.id, who.name, NOON, time_zone="Europe/Berlin"))
            account = Account(who.id, who.id, "slack", NOON, direct_of(who).channel, who.name)
            People(unit).add_account(account)
            if topics:
                SqlExperts(unit).put(Expert(who.id, NOON, topics))
        self.matcher.refresh()

    # What people do

    def says(self, person: Person, command: str) -> None:
        self._send(person, Commanded(command))

    def presses(self, person: Person, label: str, **values: str) -> Form | None:
        """The newest button of that label that they see, and the form that it opens, filled in; the form that comes
        then, if one does."""
        delivery, button = self.button(person, label)
        reply = self._send(person, Pressed(button.action, button.value, delivery.nonce, delivery.key))
        if reply.form is None or not (values or reply.form.id.endswith((".decline",))):
            return reply.form
        return self.fills(person, reply.form, reply.nonce, **values)

    def opens(self, person: Person, label: str) -> tuple[Form, str]:
        """The form that it opens, and its nonce."""
        delivery, button = self.button(person, label)
        reply = self._send(person, Pressed(button.action, button.value, delivery.nonce, delivery.key))
        assert reply.form is not None
        return reply.form, reply.nonce

    def points(self, person: Person, text: str, *files: File) -> tuple[Form, str]:
        """From the menu of a message."""
        reply = self._send(person, Pointed("reviews.submit", text, "Sam Lee", files=files))
        assert reply.form is not None
        return reply.form, reply.nonce

    def fills(self, person: Person, form: Form, nonce: str, **values: str) -> Form | None:
        """With what stands in it already."""
        sent = Submitted(form.id, {**_initial(form), **{name.replace("_", "-"): each for name, each in values.items()}},
                         form.state, nonce)  # fmt: skip
        return self._send(person, sent).form

    def on_page(self, person: Person, content: Content) -> Reply:
        """Answered as a page does it; nothing is kept of what is said there."""
        place = Place("web", person.id, PAGE_THREAD)
        turn = Turn(uuid4().hex, person, place, self.now, content)
        with self.database.begin() as unit:
            handler = (
                self.feature.buttons[content.action]
                if isinstance(content, Pressed)
                else self.feature.forms[content.form].handler
                if isinstance(content, Submitted)
                else None
            )
            assert handler is not None
            reply = handler(turn, unit)
        self.timekeeper.run_due()
        return reply

    def submits(self, **values: str) -> None:
        """A journey map, complete unless something else is said."""
        self.says(DANA, "reviews")
        form, nonce = self.opens(DANA, "Ask for a review")
        if len(form.fields) == 1:
            second = self.fills(DANA, form, nonce, kind=RUBRIC.id)
            assert second is not None
            form = second
        self.fills(DANA, form, nonce, **{**WORK, **values})

    def reviews(self, *people: Person, **values: str) -> None:
        for person in people:
            if self.offers(person, "Accept"):
                self.presses(person, "Accept")
            self.presses(person, "Write the review", **{**REVIEW, **values})

    def waits(self, until: timedelta) -> None:
        """Fires each timer at its moment."""
        while True:
            with self.database.reading() as unit:
                due = Timers(unit).next_at(OF_SUBMISSION | OF_REVIEWER)
            if due is None or due > NOON + until:
                break
            self.now = max(self.now, due)
            self.timekeeper.run_due()
        self.now = NOON + until

    # What people see

    def cards(self, person: Person) -> list[Message]:
        """In their chat, in the order in which they came."""
        return [each.message for each in self._cards(person)]

    def card(self, person: Person) -> Message:
        """The newest."""
        return self.cards(person)[-1]

    def button(self, person: Person, label: str) -> tuple[Delivery, Button]:
        found = [
            (delivery, button)
            for delivery in self._cards(person)
            for button in delivery.message.buttons
            if button.label == label
        ]
        assert found, [button.label for each in self.cards(person) for button in each.buttons]
        return found[-1]

    def offers(self, person: Person, label: str) -> bool:
        return any(button.label == label for each in self.cards(person) for button in each.buttons)

    @property
    def case(self) -> Case:
        with self.database.reading() as unit:
            (found,) = SqlReviews(unit).since(NOON - timedelta(days=1))
        return found

    def _cards(self, person: Person) -> list[Delivery]:
        self.deliver()
        return [each for (place, _), each in self.shown.items() if place == direct_of(person).conversation]

    def deliver(self) -> None:
        while True:
            with self.database.begin() as unit:
                ready = heads(unit, self.now, PACE).ready
                for row in ready:
                    delivery = Outbox(unit).claim(row, self.now)
                    assert delivery is not None
                    message_id = delivery.message_id or f"id-{delivery.id}"
                    Outbox(unit).sent(delivery, message_id, self.now)
                    self.shown[delivery.place.conversation, delivery.key] = delivery
                    self.history.append(delivery)
            if not ready:
                return

    def _send(self, person: Person, content: Content) -> Reply:
        place = direct_of(person)
        turn = Turn(uuid4().hex, person, place, self.now, content, place.channel)
        reply = self.dispatcher.answer_now(turn)
        self.timekeeper.run_due()
        self.deliver()
        return reply


def words(message: Message) -> str:
    """All that can be read in it."""
    return repr(message)


def _initial(form: Form) -> Mapping[str, str | tuple[str, ...]]:
    return {
        field.name: (field.initial[0] if field.initial else "") if isinstance(field, ChoiceField) else field.initial
        for field in form.fields
    }
