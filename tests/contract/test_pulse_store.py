"""What is asked of the store of the pulse, on both databases."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from bot.chat.turn import Person, Place
from bot.features.pulse import use_cases
from bot.features.pulse.jobs import PulseJobs
from bot.features.pulse.model import OPEN_FOR, Asked, AskState, Count, Group, after, month_of
from bot.features.pulse.store import SqlPulse
from bot.features.pulse.tables import PERSON_COLUMNS
from bot.storage.engine import is_postgresql
from bot.storage.merging import follow
from bot.storage.unit_of_work import Database, UnitOfWork
from tests.builders import NOON

DAY = timedelta(days=1)
MARCH, APRIL, MAY = date(2027, 3, 1), date(2027, 4, 1), date(2027, 5, 1)


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
    assert not store.step("dana", AskState.ANSWERED, AskState.WORDED, NOON)
    assert not store.step("dana", AskState.ASKED, AskState.ANSWERED, NOON - DAY / 2)
    assert not store.step("dana", AskState.ASKED, AskState.ANSWERED, NOON + OPEN_FOR)
    assert store.step("dana", AskState.ASKED, AskState.ANSWERED, NOON)
    assert not store.step("dana", AskState.ASKED, AskState.ANSWERED, NOON)
    assert not store.step("kim", AskState.ASKED, AskState.ANSWERED, NOON)


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
    store.settle(APRIL, [], {MARCH})
    assert len(store.counts_before(APRIL)) == 2 and store.groups() == []
    made = [Group(MARCH, MARCH, "", 9, 7, 28, 28)]
    store.settle(APRIL, made, ())
    assert store.groups() == made and store.last_shown() == MARCH
    assert store.counts_before(APRIL) == [] and len(store.counts_before(MAY)) == 1
    store.settle(MAY, [], ())
    assert store.counts_before(MAY) == [] and store.groups() == made


def texts(store: SqlPulse) -> list[str]:
    return sorted(each.text for each in store.words(9))


def test_words_are_shown_from_the_threshold_on_and_stay(store: SqlPulse) -> None:
    for said in ("a", "b"):
        store.add_word(MARCH, said)
    store.free_words(APRIL)
    store.show_words(APRIL, 3)
    assert texts(store) == []
    store.add_word(APRIL, "c")
    store.add_word(MAY, "later")
    store.show_words(MAY, 3)
    assert texts(store) == []
    store.free_words(MAY)
    store.show_words(MAY, 3)
    assert texts(store) == ["a", "b", "c"]
    store.show_words(date(2027, 6, 1), 3)
    assert texts(store) == ["a", "b", "c"]


def test_words_are_in_no_order(store: SqlPulse) -> None:
    for month, letters in ((MARCH, "abcde"), (APRIL, "fghij")):
        for letter in letters:
            store.add_word(month, letter)
        store.free_words(after(month))
        store.show_words(after(month), 5)
    shown = store.words(9)
    assert len(shown) == 9 and {"f", "g", "h", "i", "j"} < {each.text for each in shown}
    assert [each.id for each in shown] == sorted(each.id for each in shown)


def test_a_word_is_hidden_and_shown_again_once_each(store: SqlPulse) -> None:
    store.add_word(MARCH, "Lee Winter")
    store.free_words(APRIL)
    assert not store.hide("none", hidden=True)
    store.show_words(APRIL, 1)
    (word,) = store.words(9)
    assert store.hide(word.id, hidden=True) and not store.hide(word.id, hidden=True)
    assert [each.is_hidden for each in store.words(9)] == [True]
    assert store.hide(word.id, hidden=False) and store.words(9) == [word]


def test_no_trace_of_the_database_joins_what_was_answered_with_a_person(database: Database) -> None:
    """PostgreSQL keeps with each row which transaction wrote it, and rows in the order in which they were written. Each
    night that is lost."""
    if not is_postgresql(database.engine):
        pytest.skip("SQLite keeps neither.")
    for number in range(5):
        person = Person(f"p{number}", "Lee")
        with database.begin() as own:
            SqlPulse(own).ask(person.id, NOON, NOON)
            SqlPulse(own).add_word(month_of(NOON), f"{number:02}")
            use_cases.answer(SqlPulse(own), person, "emea", number + 1, NOON)
    joined = "SELECT p.person_id FROM pulse_people p JOIN pulse_{} w ON p.xmin = w.xmin"
    assert len(traces(database, joined)) == 10
    PulseJobs(database, a_day=0).run(NOON + DAY)
    assert traces(database, joined) == []
    with database.reading() as own:
        rows = own.connection.execute(text("SELECT id FROM pulse_words ORDER BY ctid")).scalars().all()
        kept = SqlPulse(own).counts_before(after(month_of(NOON)))
    assert rows == sorted(rows)
    assert {each.score: each.times for each in kept} == dict.fromkeys(range(1, 6), 1)


def traces(database: Database, joined: str) -> list[str]:
    with database.reading() as own:
        return [row[0] for name in ("words", "counts") for row in own.connection.execute(text(joined.format(name)))]


def test_what_is_shown_stays_as_it_was_written(store: SqlPulse) -> None:
    store.add_word(MARCH, "shown")
    store.free_words(APRIL)
    store.show_words(APRIL, 1)
    store.add_word(APRIL, "waits")
    store.count(APRIL, "emea", 3)
    store.write_anew()
    assert [each.text for each in store.words(9)] == ["shown"]
    assert store.counts_before(MAY) == [Count(APRIL, "emea", 3, 1)]
    store.free_words(MAY)
    store.show_words(MAY, 1)
    assert {each.text for each in store.words(9)} == {"shown", "waits"}


def test_people_who_prove_to_be_one_are_asked_as_one(unit: UnitOfWork, store: SqlPulse) -> None:
    store.ask("dana", NOON, NOON)
    follow(unit, PERSON_COLUMNS, "dana", "dana-too")
    assert store.all_asked() == {"dana-too": Asked("dana-too", NOON)}
