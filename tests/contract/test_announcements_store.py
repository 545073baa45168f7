"""What is asked of the store of announcements, on both databases."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.chat.turn import Place
from bot.features.announcements.model import AnnouncementState, Audience, Correction
from bot.features.announcements.store import SqlAnnouncements
from bot.features.announcements.tables import PERSON_COLUMNS
from bot.storage.merging import follow
from bot.storage.unit_of_work import Database, UnitOfWork
from tests.announcements_house import DANA, KIM, SAM, announcement
from tests.builders import NOON

LATER = NOON + timedelta(hours=9)
FULL = announcement(
    "full",
    title="Größen",
    text="Alles über Größen.\nAlles.",
    audience=Audience(("everyone", "hub:Größe"), (("slack", "T1:C1"),), (("teams", "19:a@thread"),)),
    local_at=datetime.fromisoformat("2027-03-03T09:00"),
    asks_read=True,
    state=AnnouncementState.SENT,
    word="weil",
    approved_by=KIM.id,
    approved_name=KIM.name,
    sent_at=NOON,
    corrected_at=NOON,
    writer_name="Jörg",
    correction=Correction("Größe", "Alles.", KIM.id, KIM.name, asks_again=True),
    edition=3,
    revision=7,
)


@pytest.fixture
def unit(database: Database) -> Iterator[UnitOfWork]:
    with database.begin() as opened:
        yield opened


@pytest.fixture
def store(unit: UnitOfWork) -> SqlAnnouncements:
    return SqlAnnouncements(unit)


def test_all_of_it_comes_back_as_it_was_kept(store: SqlAnnouncements) -> None:
    assert store.add(FULL)
    assert store.get("full") == FULL == store.take("full")
    assert not store.add(replace(FULL, title="Again"))
    assert store.get("full") == FULL
    assert store.get("nothing") is None


def test_only_the_revision_before_is_changed(store: SqlAnnouncements) -> None:
    store.add(FULL)
    assert not store.change(replace(FULL, title="Too late"))
    newer = replace(FULL, title="Newer", revision=8)
    assert store.change(newer) and not store.change(newer)
    assert store.get("full") == newer


def test_they_are_listed_by_how_they_stand_the_newest_first(store: SqlAnnouncements) -> None:
    for number, state in enumerate((*AnnouncementState, AnnouncementState.SENT, AnnouncementState.DRAFT)):
        at = NOON + timedelta(hours=number)
        store.add(announcement(f"{number}", state=state, made_at=at, sent_at=at))
    assert [each.id for each in store.sent(LATER, 9)] == ["6", "3"]
    assert [each.id for each in store.sent(LATER, 1)] == ["6"]
    assert [each.id for each in store.unsent(LATER, 9)] == ["7", "2", "1", "0"]
    assert [each.id for each in store.sent(NOON + timedelta(hours=5), 9)] == ["3"]
    assert [each.id for each in store.unsent(NOON + timedelta(hours=5), 9)] == ["7", "6", "2", "1", "0"]
    sent = store.get("6")
    assert sent is not None
    store.change(replace(sent, correction=FULL.correction, revision=1))
    assert [each.id for each in store.unsent(LATER, 9)] == ["7", "6", "2", "1", "0"]


def test_each_reader_counts_once(store: SqlAnnouncements) -> None:
    one, two = (announcement(each, state=AnnouncementState.SENT) for each in "ab")
    for each in (one, two):
        store.add(each)
    for each, person in ((one, DANA), (one, DANA), (one, KIM), (two, KIM)):
        store.put_read(each, person.id, NOON)
    assert store.read_counts(["a", "b", "c"]) == {"a": (2, 0), "b": (1, 0)}
    assert store.editions_read(["a", "b"], DANA.id) == {"a": 1}
    changed = replace(one, edition=2, revision=1)
    store.change(changed)
    assert store.to_read_again(KIM.id, 9) == [changed] and store.to_read_again(SAM.id, 9) == []
    store.put_read(changed, KIM.id, NOON)
    assert store.read_counts(["a"]) == {"a": (1, 1)} and store.editions_read(["a"], KIM.id) == {"a": 2}
    assert store.to_read_again(KIM.id, 9) == [] and store.to_read_again(DANA.id, 9) == [changed]


def test_the_newest_card_of_each_is_kept(store: SqlAnnouncements) -> None:
    here, there = Place("slack", "D1"), Place("teams", "a:1")
    for place, key in ((here, "one"), (there, "two")):
        store.put_card("a", DANA.id, place, key)
    store.put_card("a", KIM.id, here, "three")
    assert store.cards("a") == {DANA.id: (there, "two"), KIM.id: (here, "three")}
    assert store.cards("b") == {}


def test_two_people_who_prove_to_be_one_have_read_it_once(unit: UnitOfWork, store: SqlAnnouncements) -> None:
    made = announcement("a", correction=Correction("New", "Words.", SAM.id, SAM.name))
    store.add(made)
    for person in (SAM, DANA):
        store.put_read(made, person.id, NOON)
        store.put_card("a", person.id, Place("slack", "D1"), person.id)
    follow(unit, PERSON_COLUMNS, SAM.id, DANA.id)
    found = store.get("a")
    assert found is not None and {found.author_id, found.writer_id, found.proposer_id} == {DANA.id}
    assert store.read_counts(["a"]) == {"a": (1, 0)} and set(store.cards("a")) == {DANA.id}
