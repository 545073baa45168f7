"""Who is asked about an escalation, and who waits for the same answer, from what is kept."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import pytest

from bot.chat.turn import EVERYONE, Place
from bot.features.escalations.model import Escalation, Offer, OfferState, State
from bot.features.escalations.ranking import Ranked
from bot.features.escalations.routing import MOST, ExpertRouting
from bot.features.escalations.store import SqlEscalations
from bot.features.experts.model import Expert, Known
from bot.features.experts.store import SqlExperts
from bot.storage.people import Account, KnownPerson, People
from bot.storage.unit_of_work import Database
from knowledge.likeness import Likeness
from tests.builders import DANA, NOON, SAM, minutes
from tests.escalated import escalation, follower
from tests.fakes_knowledge import WordEmbedder

ALL = frozenset({EVERYONE})
KIM, LEE = "web:kim", "web:lee"


class Matching:
    """Fills `bot.features.experts.matcher.Matching`: everybody knows everything, the first most."""

    def __init__(self, *people: str) -> None:
        self.people = people
        self.made_ready: list[str] = []

    def ready(self, text: str) -> None:
        self.made_ready.append(text)

    def match(
        self,
        text: str,
        readers: frozenset[str],
        left_out: frozenset[str] = frozenset(),
        at: datetime | None = None,
        limit: int = 10,
    ) -> Sequence[Known]:
        assert readers == ALL
        found = (Known(each, 0.5**place, 0.5, f"knows {text}") for place, each in enumerate(self.people))
        return [each for each in found if each.person_id not in left_out]

    def owners_of(self, text: str, limit: int = 5) -> Sequence[str]:
        return self.people[:limit]


class House:
    """Sam, Kim and Lee are experts."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.embedder = WordEmbedder()
        self.matching = Matching(SAM.id, KIM, LEE)
        self.routing = ExpertRouting(database, self.matching, Likeness(self.embedder))
        with database.begin() as unit:
            for person in self.matching.people:
                People(unit).add(KnownPerson(person, person.removeprefix("web:").title(), NOON))
                People(unit).add_account(Account(person, person, "slack", NOON, f"D-{person}", "Somebody"))
                SqlExperts(unit).put(Expert(person, NOON))

    def add(self, *escalations: Escalation) -> None:
        with self.database.begin() as unit:
            for each in escalations:
                assert SqlEscalations(unit).add(each)

    def asked(self, escalation_id: str, person_id: str, state: OfferState = OfferState.OFFERED) -> None:
        with self.database.begin() as unit:
            SqlEscalations(unit).put_offer(Offer(escalation_id, person_id, NOON - minutes(5), state))

    def ranked(self, asked: Escalation) -> Sequence[Ranked]:
        with self.database.reading() as unit:
            return self.routing.ranked(asked, unit, NOON)

    def people(self, asked: Escalation) -> list[str]:
        return [each.person_id for each in self.ranked(asked)]

    def same_as(self, text: str, asker: str = SAM.id, readers: frozenset[str] = ALL, *hubs: str) -> str:
        with self.database.reading() as unit:
            found = self.routing.same_as(text, asker, readers, unit, frozenset(hubs))
        return found.id if found else ""


@pytest.fixture
def house(sqlite_database: Database) -> House:
    return House(sqlite_database)


def test_who_knows_most_comes_first_by_name_and_with_the_reason(house: House) -> None:
    house.add(escalation())
    first, *others = house.ranked(escalation())
    assert first == Ranked(SAM.id, "Sam", "knows How do renewals work?", 0.5)
    assert [each.person_id for each in others] == [KIM, LEE]


@pytest.mark.parametrize("state", list(OfferState))
def test_nobody_is_asked_twice_whatever_became_of_it(house: House, state: OfferState) -> None:
    house.add(escalation())
    house.asked("e1", SAM.id, state)
    assert house.people(escalation()) == [KIM, LEE]


def test_whoever_waits_for_the_answer_is_not_asked_for_it(house: House) -> None:
    made = escalation(asker_id=SAM.id)
    house.add(made)
    with house.database.begin() as unit:
        SqlEscalations(unit).follow(follower(person_id=KIM))
    assert house.people(made) == [LEE]


@pytest.mark.parametrize(
    "change",
    [{"direct": ""}, {"is_guest": True}, {"name": ""}],
    ids=["cannot be written to", "is a guest by now", "nobody says who that is"],
)
def test_nobody_is_asked_who_could_not_answer(house: House, change: dict[str, str | bool]) -> None:
    with house.database.begin() as unit:
        account = People(unit).account(SAM.id)
        assert account is not None
        People(unit).put_account(replace(account, **change))
    assert house.people(escalation()) == [KIM, LEE]
    with house.database.reading() as unit:
        first = house.routing.preview("pricing", DANA.id, ALL, frozenset(), unit, NOON)
    assert first is not None
    assert first.person_id == KIM


def test_who_has_much_in_hand_comes_later(house: House) -> None:
    for number in range(3):
        house.add(escalation(f"other-{number}", state=State.CLAIMED, owner_id=SAM.id))
        house.asked(f"other-{number}", SAM.id, OfferState.CLAIMED)
    house.add(escalation())
    assert house.people(escalation()) == [KIM, SAM.id, LEE]


def test_of_its_own_accord_only_so_many_are_asked(house: House) -> None:
    house.add(escalation())
    for number in range(MOST):
        house.asked("e1", f"web:{number}", OfferState.PASSED)
    assert house.people(escalation()) == []


def test_the_language_of_the_question_counts(house: House) -> None:
    with house.database.begin() as unit:
        SqlExperts(unit).put(Expert(SAM.id, NOON, languages=("en",)))
    german = escalation(text="Wie lange läuft eine Verlängerung und wer ist das?", language="en")
    house.add(german)
    assert house.people(german)[0] == KIM


def test_where_outsiders_read_along_nobody_says_why(house: House) -> None:
    made = escalation(place=Place("slack", "C1", "1.2", is_shared=True, members=frozenset()))
    house.add(made)
    assert {each.why for each in house.ranked(made)} == {""}


def test_the_preview_is_whom_it_would_go_to(house: House) -> None:
    def preview(asker: str) -> Ranked | None:
        with house.database.reading() as unit:
            return house.routing.preview("renewals", asker, ALL, frozenset(), unit, NOON)

    assert preview(DANA.id) == Ranked(SAM.id, "Sam", "knows renewals", 0.5)
    assert preview(SAM.id) == Ranked(KIM, "Kim", "knows renewals", 0.5)
    house.matching.people = ()
    assert preview(DANA.id) is None


def test_who_asks_the_same_in_other_order_finds_it_and_who_asks_something_near_does_not(house: House) -> None:
    house.add(escalation("e1"), escalation("e2", text="Where may I park a car?"))
    assert house.same_as("How renewals do work?") == "e1"
    assert house.same_as("Where may I park a car") == "e2"
    assert house.same_as("How do I cancel renewals early?") == ""


@pytest.mark.parametrize("state", [State.ANSWERED, State.CLOSED, State.WITHDRAWN])
def test_what_nobody_waits_for_any_more_is_not_joined(house: House, state: State) -> None:
    house.add(escalation("e1", state=state))
    assert house.same_as("How do renewals work?") == ""


def test_nobody_joins_what_they_wait_for_or_may_not_know_of_or_what_is_of_other_hubs(house: House) -> None:
    made = escalation(readers=frozenset({"board"}), hubs=frozenset({"emea"}))
    house.add(made)
    board = frozenset({"board"})
    assert house.same_as(made.text, DANA.id, board) == ""
    assert house.same_as(made.text, SAM.id, ALL) == ""
    assert house.same_as(made.text, SAM.id, board, "apac") == ""
    assert house.same_as(made.text, SAM.id, board, "emea") == house.same_as(made.text, SAM.id, board) == "e1"
    with house.database.begin() as unit:
        SqlEscalations(unit).follow(follower(person_id=SAM.id))
    assert house.same_as(made.text, SAM.id, board) == ""


def test_what_was_made_ready_needs_no_model_any_more(house: House) -> None:
    house.add(*(replace(escalation(f"e{number}"), text=f"What is {number}?") for number in range(3)))
    house.routing.ready("How do renewals work?")
    assert house.matching.made_ready == ["How do renewals work?"]
    before = house.embedder.encoded
    assert house.same_as("How do renewals work?") == ""
    assert house.embedder.encoded == before
