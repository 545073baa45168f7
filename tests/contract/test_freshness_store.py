"""What is asked about documents, on both databases."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.chat.turn import Place
from bot.features.freshness.model import Card, Check, Confirmation, Reason, State
from bot.features.freshness.store import SqlFreshness
from bot.storage.unit_of_work import Database
from tests.builders import DANA, NOON, SAM, minutes

TODAY = NOON.date()
CHECK = Check(
    "k1",
    "starter/größer.md",
    "Größer",
    Reason.VOTED_DOWN,
    NOON,
    because="2 people said that it is wrong.",
    remarks=("It is 100 days now.",),
    escalation_id="e1",
    edition="abc",
    due_on=TODAY,
    person_id=DANA.id,
    asked_at=NOON,
    times=1,
)


@pytest.fixture
def store(database: Database) -> Iterator[SqlFreshness]:
    with database.begin() as unit:
        yield SqlFreshness(unit)


def test_a_check_comes_back_as_it_was_kept(store: SqlFreshness) -> None:
    assert store.add(CHECK)
    assert store.get("k1") == CHECK == store.open_about(CHECK.subject)
    assert store.get("k2") is store.open_about("starter/other.md") is None


def test_of_one_subject_one_is_open_and_any_number_are_settled(store: SqlFreshness) -> None:
    assert store.add(CHECK)
    assert not store.add(replace(CHECK, id="k2"))
    assert store.change(replace(CHECK, state=State.CONFIRMED, revision=2))
    assert store.add(replace(CHECK, id="k2"))
    assert not store.change(replace(CHECK, state=State.ASKED, revision=3))
    assert [each.id for each in store.opened()] == ["k2"]


def test_a_change_is_made_to_what_was_read(store: SqlFreshness) -> None:
    store.add(CHECK)
    assert store.change(replace(CHECK, times=2, revision=2))
    assert not store.change(replace(CHECK, state=State.CONFIRMED, revision=2))
    kept = store.get("k1")
    assert kept is not None
    assert (kept.times, kept.state) == (2, State.ASKED)


def test_what_waits_comes_the_longest_waiting_first(store: SqlFreshness) -> None:
    for number, minute in enumerate((2, 1, 3)):
        store.add(replace(CHECK, id=f"k{number}", subject=f"s{number}", opened_at=NOON + minutes(minute)))
    store.add(replace(CHECK, id="theirs", subject="s3", person_id=SAM.id))
    store.add(replace(CHECK, id="nobody's", subject="s4", person_id="", state=State.CURATORS))
    assert [each.id for each in store.opened(DANA.id)] == ["k1", "k0", "k2"]
    assert len(store.opened()) == 5
    assert store.count_with_curators() == 1


def test_what_was_asked_about_is_known_whatever_became_of_it(store: SqlFreshness) -> None:
    store.add(replace(CHECK, state=State.CHANGED))
    assert store.raised(["e1", "e2"]) == {("e1", CHECK.subject)}
    assert store.raised([]) == set()


def test_the_latest_confirmation_counts_and_can_be_taken_back(store: SqlFreshness) -> None:
    first = Confirmation("c1", "s1", TODAY, None, NOON, DANA.id, DANA.name)
    second = replace(first, id="c2", until=TODAY + timedelta(days=9), review_by=TODAY, at=NOON + minutes(1))
    other = replace(first, id="c3", subject="s2")
    for each in (second, first, other):
        store.confirm(each)
    assert store.confirmations() == {"s1": second, "s2": other}
    store.take_back("c2")
    assert store.confirmations(["s1", "s9"]) == {"s1": first}
    assert store.confirmations([]) == {}


def test_cards_are_found_by_their_check(store: SqlFreshness) -> None:
    card = Card("k1", DANA.id, Place("slack", "T1:U1"), "freshness-k1-2")
    for each in (card, card, replace(card, check_id="k2", key="freshness-k2-2")):
        store.put_card(each)
    assert store.cards("k1") == [card]
    store.drop_card(card)
    assert store.cards("k1") == []


def test_of_many_who_decide_at_once_one_does(database: Database) -> None:
    with database.begin() as unit:
        SqlFreshness(unit).add(CHECK)
    decided: list[bool] = []
    ready = threading.Barrier(8)

    def decide(name: str) -> None:
        ready.wait()
        with database.begin() as unit:
            decided.append(
                SqlFreshness(unit).change(replace(CHECK, state=State.CONFIRMED, decided_by=name, revision=2))
            )

    threads = [threading.Thread(target=decide, args=(f"p{number}",)) for number in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(decided) == [False] * 7 + [True]


def test_of_many_who_ask_the_same_at_once_one_does(database: Database) -> None:
    asked: list[bool] = []
    ready = threading.Barrier(8)

    def ask(number: int) -> None:
        ready.wait()
        with database.begin() as unit:
            asked.append(SqlFreshness(unit).add(replace(CHECK, id=f"k{number}")))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(asked) == [False] * 7 + [True]
