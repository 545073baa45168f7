"""How drafts are kept, on both databases."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from bot.chat.turn import Place
from bot.features.faq.model import Draft, DraftState, Link
from bot.features.faq.review_store import ReviewCard, SqlReviews
from bot.features.faq.store import DraftStore, SqlDrafts
from bot.storage.unit_of_work import Database, UnitOfWork
from tests.builders import DANA, NOON, SAM, minutes
from tests.conftest import KINDS

DRAFT = Draft(
    "d1",
    "When does the clock start?",
    "120 days before – größer.",
    DANA.id,
    DANA.name,
    NOON,
    Place("slack", "T1:U1"),
    "Sam",
    "https://acme.slack.com/archives/C1/p17",
    author_id="web:sam",
    links=(Link("Größen", "https://acme.example/sizes"),),
    audience=frozenset({"board", "everyone"}),
    hub="emea",
    topics=("clocks", "Größe"),
    people=("Ada Admin",),
)
NOT_REACHED = replace(DRAFT, id="d3", place=None)


@pytest.fixture(params=KINDS)
def unit(request: pytest.FixtureRequest, new_database: Callable[[str], Database]) -> Iterator[UnitOfWork]:
    with new_database(request.param).begin() as unit:
        yield unit


@pytest.fixture
def store(unit: UnitOfWork) -> DraftStore:
    return SqlDrafts(unit)


def test_a_draft_comes_back_as_it_was_kept(store: DraftStore) -> None:
    store.add(DRAFT)
    assert store.get("d1") == DRAFT
    assert store.get("d2") is None
    store.add(NOT_REACHED)
    assert store.get("d3") == NOT_REACHED


def test_those_that_wait_come_longest_waiting_first(store: DraftStore) -> None:
    for number, minute in enumerate((2, 1, 3)):
        store.add(replace(DRAFT, id=f"d{number}", saved_at=NOON + minutes(minute)))
    store.add(replace(DRAFT, id="gone", state=DraftState.WITHDRAWN))
    assert [each.id for each in store.waiting()] == ["d1", "d0", "d2"]
    assert store.count_waiting() == 3


def test_of_a_person_those_wait_that_they_were_asked_about(store: DraftStore, unit: UnitOfWork) -> None:
    for number in range(3):
        store.add(replace(DRAFT, id=f"d{number}", saved_at=NOON + minutes(number)))
    reviews = SqlReviews(unit)
    for draft_id in ("d2", "d0", "d0"):
        reviews.ask(draft_id, SAM.id)
    assert store.move("d0", DraftState.DELETED, DraftState.WAITING)
    assert [each.id for each in store.waiting(SAM.id)] == ["d2"]
    assert (store.count_waiting(SAM.id), store.count_waiting(DANA.id), store.count_waiting()) == (1, 0, 2)
    assert (reviews.is_asked("d0", SAM.id), reviews.is_asked("d1", SAM.id)) == (True, False)


def test_cards_are_known_by_draft_and_by_the_entry_that_it_became(store: DraftStore, unit: UnitOfWork) -> None:
    store.add(replace(DRAFT, id="d1", entry_id="e1", state=DraftState.APPROVED))
    store.add(replace(DRAFT, id="d2", entry_id="e1", state=DraftState.APPROVED))
    reviews = SqlReviews(unit)
    cards = [ReviewCard(f"d{number}", Place("slack", "T1:sam"), f"key-{number}", SAM.id) for number in (1, 2)]
    assert all(reviews.add_card(card) for card in cards)
    assert not reviews.add_card(cards[0])
    assert reviews.cards("d1") == cards[:1]
    assert reviews.cards_of_entry("e1") == cards
    assert reviews.cards_of_entry("e2") == []


def test_a_draft_moves_once_and_is_edited_only_while_it_waits(store: DraftStore) -> None:
    store.add(DRAFT)
    assert not store.add(DRAFT)
    edited = replace(DRAFT, question="When?", answer="Then.", links=(Link("Clock", "https://acme.example/clock"),))
    assert store.rewrite(edited)
    assert store.move("d1", DraftState.DELETED, DraftState.WAITING)
    assert not store.move("d1", DraftState.WITHDRAWN, DraftState.WAITING)
    assert not store.rewrite(DRAFT)
    assert store.get("d1") == replace(edited, state=DraftState.DELETED)
