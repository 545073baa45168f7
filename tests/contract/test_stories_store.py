"""What is asked of the store of stories, on both databases."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.chat.turn import Place
from bot.features.stories.in_library import LiveStories
from bot.features.stories.model import Consent, StoryState
from bot.features.stories.store import SqlStories
from bot.features.stories.tables import PERSON_COLUMNS
from bot.storage.merging import follow
from bot.storage.unit_of_work import Database, UnitOfWork
from tests.builders import NOON
from tests.chat_house import DANA, KIM, LEE, SAM
from tests.stories_house import FULL, credit, story

DAY = timedelta(days=1)


@pytest.fixture
def unit(database: Database) -> Iterator[UnitOfWork]:
    with database.begin() as opened:
        yield opened


@pytest.fixture
def store(unit: UnitOfWork) -> SqlStories:
    return SqlStories(unit)


def test_a_story_comes_back_as_it_was_kept(store: SqlStories) -> None:
    assert store.add(FULL)
    assert not store.add(FULL)
    assert store.get(FULL.id) == store.take(FULL.id) == FULL
    assert store.get("none") is None


def test_a_change_is_made_to_the_revision_that_was_read_or_not_at_all(store: SqlStories) -> None:
    store.add(story())
    changed = replace(story(), title="Other", credits=(credit(LEE),), revision=2)
    assert store.change(changed)
    assert store.get(changed.id) == changed
    assert not store.change(replace(changed, title="Third"))
    assert not store.change(replace(changed, id="none", revision=3))
    assert store.get(changed.id) == changed


def test_lists_are_in_their_order_and_leave_out_what_was_taken_back(store: SqlStories) -> None:
    for number, state in enumerate((StoryState.PUBLISHED, StoryState.PUBLISHED, StoryState.TOLD, StoryState.WITHDRAWN)):
        at = NOON + number * DAY
        published_at = None if state is StoryState.TOLD else at
        store.add(story(f"s{number}", state=state, told_at=at, published_at=published_at, origin="review/r1"))
    assert [each.id for each in store.published()] == ["s1", "s0"]
    assert [each.id for each in store.published(NOON, NOON + DAY)] == ["s1"]
    assert [each.id for each in store.published(until=NOON)] == ["s0"]
    assert [each.id for each in store.waiting()] == ["s2"]
    assert [each.id for each in store.of_person(SAM.id)] == ["s3", "s2", "s1", "s0"]
    assert [each.id for each in store.of_person(DANA.id)] == ["s2", "s1", "s0"]
    assert [each.id for each in store.of_origins("review/r1")] == ["s2", "s1", "s0"]
    assert store.of_person(LEE.id) == store.of_origins("review/r2") == []


def test_in_short_a_story_lacks_what_no_list_shows(store: SqlStories) -> None:
    kept = replace(FULL, state=StoryState.PUBLISHED, published_at=NOON)
    store.add(kept)
    assert store.published() == [kept]
    assert store.published(in_short=True) == [replace(kept, challenge="", done="")]


def test_those_who_have_not_said_yet_are_asked(store: SqlStories) -> None:
    store.add(story(credits=(credit(DANA, Consent.AGREED), credit(KIM))))
    assert [each.id for each in store.asked(KIM.id)] == [story().id]
    assert store.asked(DANA.id) == []
    store.change(replace(story(credits=(credit(KIM),)), state=StoryState.WITHDRAWN, revision=2))
    assert store.asked(KIM.id) == []


def test_the_library_sees_what_is_published_and_hears_of_each_change(unit: UnitOfWork, store: SqlStories) -> None:
    live = LiveStories(unit, "https://hall.example")
    store.add(story())
    assert (live.changes(), live.documents()) == (0, [])
    store.change(story(state=StoryState.PUBLISHED, published_at=NOON, revision=2))
    first = live.changes()
    assert [each.id for each in live.documents()] == [f"~story/{story().id}"]
    store.change(story(state=StoryState.WITHDRAWN, published_at=NOON, revision=3))
    assert live.changes() > first
    assert live.documents() == []


def test_a_story_has_one_picture(store: SqlStories) -> None:
    store.put_picture("s1", "p1", b"one")
    store.put_picture("s1", "p2", b"\x00two")
    assert (store.picture("s1"), store.picture("s2")) == (b"\x00two", None)
    store.drop_picture("s1")
    assert store.picture("s1") is None


def test_a_person_has_one_card_of_a_story(store: SqlStories) -> None:
    first, second = Place("slack", "T1:D1"), Place("web", "p", "thread")
    store.put_card("s1", DANA.id, first, "k1")
    store.put_card("s1", DANA.id, second, "k2")
    store.put_card("s1", KIM.id, first, "k3")
    assert store.cards("s1") == {DANA.id: (second, "k2"), KIM.id: (first, "k3")}
    assert store.cards("s2") == {}


def test_when_two_prove_to_be_one_their_stories_and_their_word_follow(unit: UnitOfWork, store: SqlStories) -> None:
    store.add(story(credits=(credit(DANA, Consent.DECLINED), credit(KIM))))
    store.put_card(story().id, KIM.id, Place("slack", "T1:D1"), "k1")
    follow(unit, PERSON_COLUMNS, KIM.id, DANA.id)
    follow(unit, PERSON_COLUMNS, SAM.id, LEE.id)
    found = store.get(story().id)
    assert found is not None
    assert found.author_id == LEE.id
    assert found.credits == (credit(DANA, Consent.DECLINED),)
    assert list(store.cards(story().id)) == [DANA.id]
