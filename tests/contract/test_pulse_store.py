"""What is asked of the store of the pulse, on both databases."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from bot.chat.turn import Place
from bot.features.pulse.model import Asked, AskState, Count, Group
from bot.features.pulse.store import SqlPulse
from bot.features.pulse.tables import PERSON_COLUMNS
from bot.storage.merging import follow
from bot.storage.unit_of_work import Database, UnitOfWork
from tests.builders import NOON

DAY = timedelta(days=1)
MARCH, APRIL = date(2027, 3, 1), date(2027, 4, 1)


@pytest.fixture
def unit(database: Database) -> Iterator[UnitOfWork]:
    with database.begin() as opened:
        yield opened


@pytest.fixture
def store(unit: UnitOfWork) -> SqlPulse:
    return SqlPulse(unit)


def test_nobody_is_asked_again_too_soon_or_against_their_will(store: SqlPulse) -> None:
    assert store.ask("dana", NOON, NOON - DAY)
    assert not store.ask("dana", NOON + DAY, NOON - DAY)
    assert store.ask("dana", NOON + DAY, NOON)
    store.opt("dana", out=True)
    assert not store.ask("dana", NOON + 9 * DAY, NOON + 9 * DAY)
    store.opt("dana", out=False)
    assert store.ask("dana", NOON + 9 * DAY, NOON + 9 * DAY)
    assert store.all_asked() == {"dana": Asked("dana", NOON + 9 * DAY)}
    assert store.to_come(NOON) == 1 and store.to_come(NOON + 9 * DAY) == 0
    assert store.get("kim") == Asked("kim") and store.all_asked(["kim"]) == {}


def test_each_step_is_taken_once(store: SqlPulse) -> None:
    store.ask("dana", NOON, NOON)
    assert not store.step("dana", AskState.ANSWERED, AskState.WORDED, NOON - DAY)
    assert not store.step("dana", AskState.ASKED, AskState.ANSWERED, NOON)
    assert store.step("dana", AskState.ASKED, AskState.ANSWERED, NOON - DAY)
    assert not store.step("dana", AskState.ASKED, AskState.ANSWERED, NOON - DAY)
    assert not store.step("kim", AskState.ASKED, AskState.ANSWERED, NOON - DAY)


def test_where_the_question_is_put_is_known_until_it_is_asked_anew(store: SqlPulse) -> None:
    store.ask("dana", NOON, NOON)
    assert store.place_of("dana") is None
    store.put_place("dana", Place("slack", "D1"))
    assert store.place_of("dana") == Place("slack", "D1")
    store.ask("dana", NOON + DAY, NOON)
    assert store.place_of("dana") is None


def test_answers_are_counted_until_they_are_in_a_group(store: SqlPulse) -> None:
    for month, hub, score in ((MARCH, "", 4), (MARCH, "", 4), (MARCH, "Größe", 5), (APRIL, "", 1)):
        store.count(month, hub, score)
    counted = store.counts_before(APRIL)
    assert sorted(counted, key=lambda each: each.hub) == [Count(MARCH, "", 4, 2), Count(MARCH, "Größe", 5, 1)]
    assert store.last_shown() is None
    made = [Group(MARCH, MARCH, "", (0, 0, 0, 2, 1))]
    store.put_groups(made, counted)
    assert store.groups() == made and store.last_shown() == MARCH
    assert store.counts_before(APRIL) == [] and len(store.counts_before(date(2027, 5, 1))) == 1


def test_words_are_shown_from_the_threshold_on_and_stay(store: SqlPulse) -> None:
    for text in ("a", "b"):
        store.add_word(MARCH, text)
    store.show_words(APRIL, 3)
    assert store.words(9) == []
    store.add_word(MARCH, "c")
    store.add_word(APRIL, "later")
    store.show_words(APRIL, 3)
    assert sorted(store.words(9)) == ["a", "b", "c"]
    store.show_words(date(2027, 5, 1), 3)
    assert sorted(store.words(9)) == ["a", "b", "c"]


def test_people_who_prove_to_be_one_are_asked_as_one(unit: UnitOfWork, store: SqlPulse) -> None:
    store.ask("dana", NOON, NOON)
    follow(unit, PERSON_COLUMNS, "dana", "dana-too")
    assert store.all_asked() == {"dana-too": Asked("dana-too", NOON)}
