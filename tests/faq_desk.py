"""The FAQ with its pages, its timers and its publisher, on a real database and with a small model."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from bot.chat.reply import Reply
from bot.chat.turn import Commanded, Person, Place, Pressed, Submitted
from bot.dispatcher import Dispatcher
from bot.features.catalog import Catalog
from bot.features.faq.capture import Captured, capture
from bot.features.faq.chat import FaqChat, faq_feature
from bot.features.faq.entry import Entry
from bot.features.faq.entry_pages import EntryPages
from bot.features.faq.entry_store import SqlEntries
from bot.features.faq.model import Draft
from bot.features.faq.pages import DraftPages
from bot.features.faq.publisher import EntryIndex, EntryPublisher
from bot.features.faq.review import Review
from bot.features.faq.review_chat import ReviewChat
from bot.features.faq.review_requests import ReviewRequests
from bot.features.faq.store import SqlDrafts
from bot.features.page import PageRequest, Redirect, View
from bot.router import Router
from bot.storage.audit import latest
from bot.storage.lanes import heads
from bot.storage.outbox import Delivery, Outbox
from bot.storage.people import Account, KnownPerson, People
from bot.storage.unit_of_work import Database
from bot.timekeeper import Timekeeper
from knowledge.knowledge_base import KnowledgeBase
from tests.builders import ADMIN, DANA, NOON, SAM, minutes, turn
from tests.fakes import FixedClock
from tests.fakes_knowledge import WordEmbedder

CHAT = Place("slack", "T1:ada")
BASE = "https://guild.example"
DRAFT = Draft(
    "d1", "Where may I park?", "Behind the mill.", DANA.id, DANA.name, NOON, Place("slack", "T1:U1"), "Sam Lee"
)
READERS = frozenset({"everyone"})


class Desk:
    """The feature, its pages and its publisher, with a small model."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.clock = FixedClock(NOON)
        embedder = WordEmbedder()
        self.knowledge = KnowledgeBase(folder / "snapshots", embedder, entries=folder / "entries")
        index = EntryIndex(folder / "entries", embedder, self.knowledge.refresh)
        self.publisher = EntryPublisher(database, index, self.clock)
        self.owners: dict[str, list[str]] = {}
        requests = ReviewRequests(self.knowledge, BASE, frozenset({"slack:T1:ada"}), self.owners_of)
        self.review = Review(requests)
        catalog = Catalog([faq_feature(FaqChat(self.review), ReviewChat(self.review))])
        self.timekeeper = Timekeeper(database, catalog.timers, self.clock)
        self.dispatcher = Dispatcher(database, Router(catalog), self.clock)
        self.entries = EntryPages(database, self.clock, self.review)
        pages = (*DraftPages(database, self.clock, self.review).pages(), *self.entries.pages())
        self.pages = {(page.method, page.path): page for page in pages}
        with database.begin() as unit:
            for person, account in ((DANA, "U1"), (SAM, "sam"), (ADMIN, "ada")):
                People(unit).add(KnownPerson(person.id, person.name, NOON))
                known = Account(f"slack:T1:{account}", person.id, "slack", NOON, f"T1:{account}", person.name)
                People(unit).add_account(known)

    def owners_of(self, text: str) -> Sequence[str]:
        return [owner for word, owners in self.owners.items() if word in text for owner in owners]

    def capture(self, captured: Captured) -> Draft | None:
        """An answer becomes a draft, and those who decide are asked."""
        with self.database.begin() as unit:
            draft = capture(captured, unit, self.clock())
        self.timekeeper.run_due()
        return draft

    def save(self, *drafts: Draft) -> None:
        with self.database.begin() as unit:
            for draft in drafts:
                SqlDrafts(unit).add(draft)

    def drafts(self) -> list[Delivery]:
        """The list, and the cards after it."""
        self.clock.at += minutes(1)
        assert self.dispatcher.accept_now(turn(Commanded("drafts"), person=ADMIN, place=CHAT, at=self.clock()))
        while self.dispatcher.work_one():
            pass
        return self.deliveries()

    def press(self, card: Delivery, label: str, person: Person = ADMIN) -> Reply:
        button = next(each for each in card.message.buttons if each.label == label)
        pressed = Pressed(button.action, button.value, card.nonce)
        return self.dispatcher.answer_now(turn(pressed, person=person, place=card.place, at=self.clock()))

    def send(self, opened: Reply, **values: str) -> list[Delivery]:
        form = opened.form
        assert form is not None
        sent = Submitted(form.id, {"personal": "mask", "review_by": "", **values}, form.state, opened.nonce)
        self.dispatcher.answer_now(turn(sent, person=ADMIN, place=CHAT, at=self.clock()))
        return self.deliveries()

    def deliveries(self) -> list[Delivery]:
        found: list[Delivery] = []
        while True:
            with self.database.begin() as unit:
                ready = heads(unit, self.clock(), {"slack": timedelta(0)}).ready
                for row in ready:
                    delivery = Outbox(unit).claim(row, self.clock())
                    assert delivery is not None
                    Outbox(unit).sent(delivery, f"id-{delivery.id}", self.clock())
                    found.append(delivery)
            if not ready:
                return found

    def page(
        self, address: str, method: str = "GET", form: dict[str, str] | None = None, **path: str
    ) -> View | Redirect:
        handled = self.pages["POST" if method == "POST" else "GET", address]
        shown = handled.handler(PageRequest(ADMIN, path=path, form=form or {}))
        assert isinstance(shown, View | Redirect)
        return shown

    def draft(self, draft_id: str = "d1") -> Draft:
        with self.database.reading() as unit:
            draft = SqlDrafts(unit).get(draft_id)
        assert draft is not None
        return draft

    def entry(self, entry_id: str = "d1") -> Entry:
        with self.database.reading() as unit:
            entry = SqlEntries(unit).get(entry_id)
        assert entry is not None
        return entry

    def live(self) -> Sequence[str]:
        """Titles of the entries that questions are answered from now."""
        self.publisher.publish()
        return [document.title for document in self.knowledge.documents(READERS)]

    def audited(self) -> list[str]:
        with self.database.reading() as unit:
            return [entry.action for entry in latest(unit)]


def labels(delivery: Delivery) -> list[str]:
    return [button.label for button in delivery.message.buttons]
