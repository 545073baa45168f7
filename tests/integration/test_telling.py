"""Who is told of an approved entry: with the model that comes with it, on both databases."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.chat.turn import Person, Place
from bot.features.escalations.model import Answer, State
from bot.features.escalations.store import SqlEscalations
from bot.features.faq.approval import Wording
from bot.features.faq.capture import Captured, capture
from bot.features.faq.entry import Entry
from bot.features.faq.publisher import EntryIndex, EntryPublisher
from bot.features.faq.review import Review
from bot.features.faq.review_requests import ReviewRequests
from bot.features.questions.model import Cited, Feedback, Question, Reason, Verdict
from bot.features.questions.store import SqlQuestions
from bot.features.questions.telling import Telling, telling_feature
from bot.storage.lanes import heads
from bot.storage.outbox import Delivery, Outbox
from bot.storage.people import Account, KnownPerson, People, Preferences
from bot.storage.unit_of_work import Database
from bot.timekeeper import Timekeeper
from knowledge.answer import Outcome
from knowledge.embedder import Embedder, ModelUnavailable
from knowledge.knowledge_base import KnowledgeBase
from knowledge.likeness import Likeness
from knowledge.onnx_embedder import load_builtin
from tests.builders import ADMIN, DANA, NOON, SAM, message, minutes
from tests.escalated import escalation
from tests.fakes import FixedClock

EVE, GUEST = Person("slack:T1:eve", "Eve Stone"), Person("slack:T1:guest", "Gus Guest")
ASKED, SAME, OTHER = (
    "Where can I park my car near the office?",
    "Where may employees park their cars at the office?",
    "How do I order a new laptop?",
)
ANSWER = "Park your car behind the mill; employees of the office need no permit there."
CHANNEL = Place("slack", "T1:C1", "1.1", is_shared=True)


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Embedder:
    try:
        return load_builtin(tmp_path_factory.mktemp("model"))
    except ModelUnavailable as missing:
        pytest.skip(str(missing))


class House:
    """Entries that go live, and people who asked before."""

    def __init__(self, database: Database, folder: Path, model: Embedder) -> None:
        self.database = database
        self.clock = FixedClock(NOON)
        self.knowledge = KnowledgeBase(folder / "snapshots", model, entries=folder / "entries")
        index = EntryIndex(folder / "entries", model, self.knowledge.refresh)
        self.publisher = EntryPublisher(database, index, self.clock)
        self.review = Review(ReviewRequests(self.knowledge, "https://guild.example"))
        self.telling = Telling(
            self.knowledge,
            Likeness(model),
            lambda ids, unit: SqlEscalations(unit).of_questions(ids),
            "https://guild.example",
        )
        self.timekeeper = Timekeeper(database, telling_feature(self.telling).timers, self.clock)
        with database.begin() as unit:
            for person in (DANA, SAM, EVE, GUEST, ADMIN):
                name = person.id.rpartition(":")[2]
                People(unit).add(KnownPerson(person.id, person.name, NOON))
                known = Account(f"slack:T1:{name}", person.id, "slack", NOON, f"T1:{name}", person.name)
                People(unit).add_account(replace(known, is_guest=person is GUEST))

    def ask(self, question_id: str, text: str, person: Person, **values: object) -> None:
        asked = Question(
            question_id, person.id, person.name, CHANNEL, NOON - timedelta(days=3), text, text, Outcome.UNKNOWN, 0.1,
            (), message(),
        )  # fmt: skip
        with self.database.begin() as unit:
            SqlQuestions(unit).add(replace(asked, **values))

    def approve(self, answer: str = ANSWER) -> Entry:
        said = Captured("e1", ASKED, answer, SAM.id, SAM.name)
        with self.database.begin() as unit:
            draft = capture(said, unit, self.clock())
            assert draft is not None
            return self.review.approve(unit, draft, Wording(draft.question, draft.answer), ADMIN, self.clock())

    def edit(self, entry: Entry, answer: str) -> Entry:
        with self.database.begin() as unit:
            return self.review.edit(unit, entry, Wording(entry.question, answer), ADMIN, self.clock())

    def told(self, *, publish: bool = True) -> list[Delivery]:
        """What was sent a while later."""
        if publish:
            self.publisher.publish()
        self.clock.at += minutes(1)
        while self.timekeeper.run_due():
            self.clock.at += minutes(1)
            if not publish:
                break
        found: list[Delivery] = []
        with self.database.begin() as unit:
            for row in heads(unit, self.clock(), {"slack": timedelta(0)}).ready:
                delivery = Outbox(unit).claim(row, self.clock())
                assert delivery is not None
                Outbox(unit).sent(delivery, f"id-{delivery.id}", self.clock())
                found.append(delivery)
        return found


@pytest.fixture
def house(database: Database, tmp_path: Path, model: Embedder) -> House:
    return House(database, tmp_path, model)


def to(deliveries: Sequence[Delivery]) -> list[str]:
    return sorted(each.place.channel for each in deliveries)


def test_who_asked_the_same_and_got_nothing_is_told_once_and_privately(house: House) -> None:
    house.ask("q1", SAME, DANA)
    house.ask("q2", SAME, DANA, asked_at=NOON - timedelta(days=2))
    house.ask("q3", OTHER, EVE)
    entry = house.approve()
    (told,) = house.told()
    assert told.place == Place("slack", "T1:dana")
    assert told.message.summary == f"What you asked has an answer now: {ASKED}"
    assert "You are told once, because the library had no answer then." in str(told.message)
    assert "27 February 2027" in str(told.message)
    assert "https://guild.example/library/~faq%2Fe1" in str(told.message)
    house.edit(entry, f"{ANSWER} Bring your badge.")
    assert house.told() == []


def test_nobody_is_told_before_it_is_in_the_index(house: House) -> None:
    house.ask("q1", SAME, DANA)
    house.approve()
    assert house.told(publish=False) == []
    assert to(house.told()) == ["T1:dana"]


def test_nobody_is_told_of_what_was_retired_since(house: House) -> None:
    house.ask("q1", SAME, DANA)
    entry = house.approve()
    with house.database.begin() as unit:
        house.review.retire(unit, entry, ADMIN, house.clock())
    assert house.told() == []


@pytest.mark.parametrize(
    ("values", "is_told"),
    [
        ({"outcome": Outcome.ANSWER}, False),
        ({"outcome": Outcome.ANSWER, "feedback": Feedback(Verdict.HELPFUL, NOON)}, False),
        ({"outcome": Outcome.ANSWER, "feedback": Feedback(Verdict.UNHELPFUL, NOON, Reason.WRONG)}, True),
        ({"outcome": Outcome.CANDIDATES}, True),
        ({"outcome": Outcome.CANDIDATES, "choice": 0}, False),
        ({"asked_at": NOON - timedelta(days=91)}, False),
        ({"addressed": False}, False),
    ],
)
def test_it_is_news_for_who_was_not_helped_of_late(house: House, values: dict[str, object], is_told: bool) -> None:
    house.ask("q1", SAME, DANA, **values)
    house.approve()
    assert to(house.told()) == (["T1:dana"] if is_told else [])


def test_whom_the_old_words_did_not_help_is_told_of_the_new_ones(house: House) -> None:
    entry = house.approve("In the car park.")
    house.told()
    cited = Cited(entry.document_id, 0, ASKED, "", "/library/x", "In the car park.")
    unhelpful = Feedback(Verdict.UNHELPFUL, house.clock(), Reason.OUTDATED)
    values = {"outcome": Outcome.ANSWER, "sources": (cited,), "asked_at": house.clock()}
    house.ask("q1", "Car?", DANA, feedback=unhelpful, **values)
    house.ask("q2", "Car?", EVE, feedback=replace(unhelpful, reason=Reason.OFF_TOPIC), **values)
    house.clock.at += minutes(5)
    house.edit(entry, ANSWER)
    (told,) = house.told()
    assert told.place.channel == "T1:dana"
    assert "the answer then did not help you" in str(told.message)


def test_who_has_an_experts_answer_already_is_not_told_and_who_waits_for_one_is(house: House) -> None:
    house.ask("q1", SAME, DANA)
    house.ask("q2", SAME, EVE)
    with house.database.begin() as unit:
        store = SqlEscalations(unit)
        given = replace(escalation("q1"), state=State.ANSWERED, answer=Answer(ANSWER), owner_id=SAM.id)
        store.add(given)
        store.add(replace(escalation("q2"), asker_id=EVE.id))
    house.approve()
    (told,) = house.told()
    assert told.place.channel == "T1:eve"
    assert "Your request to the experts stays open" in str(told.message)


def test_who_wrote_or_approved_it_knows(house: House) -> None:
    house.ask("q1", SAME, SAM)
    house.ask("q2", SAME, ADMIN)
    house.approve()
    assert house.told() == []


def test_a_guest_is_not_told_of_what_is_for_everyone_in_the_company(house: House) -> None:
    house.ask("q1", SAME, GUEST)
    house.approve()
    assert house.told() == []


def test_quiet_hours_are_kept(house: House) -> None:
    with house.database.begin() as unit:
        quiet = Preferences(quiet_from="11:00", quiet_to="13:00")
        People(unit).put(KnownPerson(DANA.id, DANA.name, NOON, preferences=quiet), NOON)
    house.ask("q1", SAME, DANA)
    house.approve()
    assert house.told() == []
    house.clock.at += minutes(60)
    assert to(house.told()) == ["T1:dana"]
