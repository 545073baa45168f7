"""How entries are kept, on both databases."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from bot.features.faq.entry import Entry, EntryState
from bot.features.faq.entry_store import EntryStore, SqlEntries
from bot.features.faq.model import Link
from bot.storage.unit_of_work import Database
from tests.builders import ADMIN, NOON, minutes
from tests.conftest import KINDS

ENTRY = Entry(
    "e1",
    "When does the clock start?",
    "120 days before – größer.",
    ADMIN.id,
    ADMIN.name,
    NOON,
    "https://acme.slack.com/archives/C1/p17",
    "Sam",
    "Dana",
    NOON.date(),
    frozenset({"board", "sales"}),
    "emea",
    "de",
    author_id="web:sam",
    owner_id="web:dana",
    links=(Link("Größen", "https://acme.example/sizes"),),
    topics=("clocks", "Größe"),
)


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, new_database: Callable[[str], Database]) -> Iterator[EntryStore]:
    with new_database(request.param).begin() as unit:
        yield SqlEntries(unit)


def test_an_entry_comes_back_as_it_was_kept(store: EntryStore) -> None:
    assert store.add(ENTRY)
    assert store.get("e1") == ENTRY
    assert store.get("e2") is None


def test_there_is_one_of_each_id(store: EntryStore) -> None:
    assert store.add(ENTRY)
    assert not store.add(replace(ENTRY, question="Another?"))
    assert store.get("e1") == ENTRY


def test_live_ones_come_oldest_first_and_all_newest_first(store: EntryStore) -> None:
    for number, minute in enumerate((2, 1, 3)):
        store.add(replace(ENTRY, id=f"e{number}", approved_at=NOON + minutes(minute)))
    store.add(replace(ENTRY, id="gone", state=EntryState.RETIRED, retired_at=NOON))
    assert [each.id for each in store.live()] == ["e1", "e0", "e2"]
    assert [each.id for each in store.all()] == ["e2", "e0", "e1", "gone"]


def test_a_revision_is_changed_once(store: EntryStore) -> None:
    store.add(ENTRY)
    before = store.changes()
    changed = replace(ENTRY, answer="Later.", revision=2)
    assert store.change(changed)
    assert not store.change(replace(ENTRY, answer="Sooner.", revision=2))
    assert store.get("e1") == changed
    assert store.changes() > before
