"""A house whose library has owners, with a dispatcher, a timekeeper and the pages of freshness."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType

from bot.chat.ports import Profile
from bot.chat.reply import Reply
from bot.chat.turn import Commanded, Content, Person, Place, Pressed, Submitted, Turn
from bot.directory import Directory
from bot.dispatcher import Dispatcher
from bot.features.catalog import Catalog
from bot.features.escalations.model import Escalation
from bot.features.faq.entry import Entry, as_document
from bot.features.faq.entry_store import SqlEntries
from bot.features.faq.review import Review
from bot.features.faq.review_requests import ReviewRequests
from bot.features.freshness.chat import FreshnessChat, freshness_feature
from bot.features.freshness.desk import Desk
from bot.features.freshness.jobs import Round
from bot.features.freshness.model import Check
from bot.features.freshness.pages import FreshnessPages
from bot.features.freshness.showing import Showing
from bot.features.freshness.store import SqlFreshness
from bot.features.page import PageRequest
from bot.features.questions.model import Feedback, Verdict
from bot.features.questions.model import Reason as Why
from bot.features.questions.store import SqlQuestions
from bot.router import Router
from bot.storage.lanes import heads
from bot.storage.outbox import Delivery, Outbox
from bot.storage.unit_of_work import Database
from bot.timekeeper import Timekeeper
from knowledge.document import DocumentKind, SourceDocument
from knowledge.passage import Passage
from tests.builders import NOON, document, minutes, question, turn
from tests.fakes import FixedClock

DANA, SAM, ADA = "slack:T1:U1", "slack:T1:U2", "slack:T1:U3"
EVERYONE = frozenset({"everyone"})
TODAY = NOON.date()
OVERDUE = TODAY - timedelta(days=1)
DAY = timedelta(days=1)
BASE = "https://hall.example"
ENTRY = Entry(
    "e1", "When do renewals start?", "90 days before.", ADA, "Ada", NOON - 400 * DAY,
    owner="Dana Okafor", review_by=OVERDUE,
)  # fmt: skip


class Snapshot:
    def __init__(self, documents: Sequence[SourceDocument]) -> None:
        self.documents: Mapping[str, SourceDocument] = MappingProxyType({each.id: each for each in documents})


class Corpus:
    """What sources gave, and the entries that are live."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.kept: list[SourceDocument] = []

    @property
    def snapshot(self) -> Snapshot:
        with self.database.reading() as unit:
            return Snapshot([*self.kept, *map(as_document, SqlEntries(unit).live())])

    def search(
        self,
        text: str,
        readers: frozenset[str],
        *,
        limit: int = 20,
        kind: DocumentKind | None = None,
        hub: str = "",
        topic: str = "",
    ) -> list[Passage]:
        return []


class Answered:
    """What experts answered."""

    def __init__(self) -> None:
        self.kept: list[Escalation] = []

    def get(self, escalation_id: str) -> Escalation | None:
        return next((each for each in self.kept if each.id == escalation_id), None)

    def confirmed_since(self, since: datetime) -> Sequence[Escalation]:
        return self.kept


class House:
    """Dana owns what names her; Ada is the admin, and with that a curator."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = FixedClock(NOON)
        self.corpus, self.answered = Corpus(database), Answered()
        self.directory = Directory(database, self.clock, admins=frozenset({ADA}))
        for account, name in ((DANA, "Dana Okafor"), (SAM, "Sam Lee"), (ADA, "Ada Admin")):
            offered = Profile(name, f"{name.split()[0].lower()}@example.com", True, "UTC")
            self.directory.sign_in(Person(account, name), offered)
            self.directory.person_of(Person(account, name), account.removeprefix("slack:"))
        review = Review(ReviewRequests(self.corpus, BASE))
        showing = Showing(self.corpus, lambda unit: self.answered, frozenset({ADA}), BASE)
        self.desk = Desk(showing, review)
        catalog = Catalog([freshness_feature(FreshnessChat(self.desk), self.desk)])
        self.catalog = catalog
        self.dispatcher = Dispatcher(database, Router(catalog), self.clock, identify=self.directory.identify)
        self.timekeeper = Timekeeper(database, catalog.timers, self.clock)
        self.round = Round(database, self.desk)
        self.pages = FreshnessPages(database, self.desk, self.clock)

    def owned(self, *names: str, **values: object) -> None:
        self.corpus.kept += [document(name, owner="Dana Okafor", review_by=OVERDUE, **values) for name in names]

    def add(self, entry: Entry = ENTRY) -> None:
        with self.database.begin() as unit:
            SqlEntries(unit).add(entry)

    def entry(self) -> Entry:
        with self.database.reading() as unit:
            entry = SqlEntries(unit).get("e1")
        assert entry is not None
        return entry

    def look(self) -> list[Delivery]:
        """The morning's round; what goes out after it."""
        self.round.run(self.clock())
        return self.out()

    def out(self) -> list[Delivery]:
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

    def later(self, wait: timedelta) -> list[Delivery]:
        self.clock.at += wait
        self.timekeeper.run_due()
        return self.out()

    def person(self, account: str) -> Person:
        return self.directory.person_of(Person(account, ""))

    def turn(self, content: Content, account: str) -> Turn:
        direct = account.removeprefix("slack:")
        made = turn(content, person=Person(account, ""), place=Place("slack", direct), at=self.clock())
        return replace(made, direct=direct)

    def press(self, card: Delivery, label: str, account: str = DANA) -> Reply:
        self.clock.at += minutes(1)
        button = next(each for each in card.message.buttons if each.label == label)
        return self.dispatcher.answer_now(self.turn(Pressed(button.action, button.value, card.nonce), account))

    def send(self, opened: Reply, account: str = DANA, **values: str) -> None:
        form = opened.form
        assert form is not None
        sent = Submitted(form.id, dict(values), form.state, opened.nonce)
        self.dispatcher.answer_now(self.turn(sent, account))

    def say(self, account: str = DANA) -> list[Delivery]:
        self.clock.at += minutes(1)
        assert self.dispatcher.accept_now(self.turn(Commanded("freshness"), account))
        assert self.dispatcher.work_one()
        return self.out()

    def checks(self) -> list[Check]:
        with self.database.reading() as unit:
            return list(SqlFreshness(unit).opened())

    def page(self, path: str, account: str = DANA, *, form: dict[str, str] | None = None, **query: str) -> object:
        pages = {(each.method, each.path): each for each in self.pages.pages()}
        _, _, rest = path.partition("/freshness/")
        check, _, act = rest.partition("/")
        address = f"/freshness/{{check}}{'/' + act if act else ''}" if rest else path
        handler = pages["GET" if form is None else "POST", address].handler
        return handler(PageRequest(self.person(account), {"check": check}, query, form or {}))


def vote(house: House, person: str, why: Why, comment: str = "") -> None:
    feedback = Feedback(Verdict.UNHELPFUL, house.clock(), why, comment)
    with house.database.begin() as unit:
        SqlQuestions(unit).add(question(f"q-{person}", person_id=person, feedback=feedback))


def labels(card: Delivery) -> list[str]:
    return [each.label for each in card.message.buttons]
