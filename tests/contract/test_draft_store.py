"""One suite for the in-memory store and for SQL on both databases."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from bot.chat.turn import Place
from bot.features.faq.model import Draft, DraftState, Link
from bot.features.faq.store import DraftStore, SqlDrafts
from bot.storage.unit_of_work import Database
from tests.builders import DANA, NOON, minutes
from tests.conftest import KINDS
from tests.fakes_features import MemoryDrafts

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


@pytest.fixture(params=["memory", *KINDS])
def store(request: pytest.FixtureRequest, new_database: Callable[[str], Database]) -> Iterator[DraftStore]:
    if request.param == "memory":
        yield MemoryDrafts()
        return
    with new_database(request.param).begin() as unit:
        yield SqlDrafts(unit)


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


def test_a_draft_moves_once_and_is_edited_only_while_it_waits(store: DraftStore) -> None:
    store.add(DRAFT)
    assert not store.add(DRAFT)
    edited = replace(DRAFT, question="When?", answer="Then.", links=(Link("Clock", "https://acme.example/clock"),))
    assert store.rewrite(edited)
    assert store.move("d1", DraftState.DELETED, DraftState.WAITING)
    assert not store.move("d1", DraftState.WITHDRAWN, DraftState.WAITING)
    assert not store.rewrite(DRAFT)
    assert store.get("d1") == replace(edited, state=DraftState.DELETED)
