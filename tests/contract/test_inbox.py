"""One suite for the in-memory inbox and for SQL on both databases."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.chat.turn import Place
from bot.storage.inbox import ClaimedTurn, ClaimLost, InboxState
from tests.builders import NOON, minutes, turn
from tests.stores import Stores


def add(stores: Stores, key: str, place: Place) -> bool:
    with stores.begin() as unit:
        return unit.inbox.add(turn(key=key, place=place), NOON)


def claim(stores: Stores) -> ClaimedTurn:
    claimed = stores.claim_turn(NOON)
    assert claimed is not None
    return claimed


def finish(stores: Stores, claimed: ClaimedTurn) -> None:
    with stores.begin() as unit:
        unit.inbox.finish(claimed, NOON)


def place(thread: str) -> Place:
    return Place("web", "web:dana", thread)


def test_the_same_event_from_32_threads_is_one_row(stores: Stores) -> None:
    with ThreadPoolExecutor(32) as pool:
        added = list(pool.map(lambda _: add(stores, "k1", place("t1")), range(32)))
    assert added.count(True) == 1


def test_the_same_key_on_another_platform_is_another_event(stores: Stores) -> None:
    assert add(stores, "k1", place("t1"))
    assert add(stores, "k1", Place("slack", "C1"))


def test_a_turn_comes_back_as_it_was_accepted(stores: Stores) -> None:
    accepted = turn("Äpfel \0 & <b> 👋🏽?", place=place("t1"))
    with stores.begin() as unit:
        unit.inbox.add(accepted, NOON)
    claimed = claim(stores)
    assert (claimed.turn, claimed.attempts) == (accepted, 1)


def test_a_conversation_is_worked_on_in_order_and_one_at_a_time(stores: Stores) -> None:
    for key in ("k1", "k2"):
        add(stores, key, place("t1"))
    first = claim(stores)
    assert stores.claim_turn(NOON) is None
    finish(stores, first)
    assert [first.turn.key, claim(stores).turn.key] == ["k1", "k2"]


def test_conversations_do_not_wait_for_one_another(stores: Stores) -> None:
    for thread in ("t1", "t2"):
        add(stores, f"k-{thread}", place(thread))
    assert {claim(stores).turn.key, claim(stores).turn.key} == {"k-t1", "k-t2"}


def test_many_workers_take_each_turn_once(stores: Stores) -> None:
    for number in range(40):
        add(stores, f"k{number}", place(f"t{number}"))

    def work(_: int) -> list[str]:
        taken = []
        while (claimed := stores.claim_turn(NOON)) is not None:
            taken.append(claimed.turn.key)
        return taken

    with ThreadPoolExecutor(8) as pool:
        taken = [key for keys in pool.map(work, range(8)) for key in keys]
    assert sorted(taken) == sorted(f"k{number}" for number in range(40))


def test_a_turn_left_half_done_is_taken_again(stores: Stores) -> None:
    add(stores, "k1", place("t1"))
    claim(stores)
    with stores.begin() as unit:
        assert unit.inbox.recover(NOON) == 0
    with stores.begin() as unit:
        assert unit.inbox.recover(NOON + minutes(1)) == 1
    assert claim(stores).attempts == 2


def test_what_was_done_for_a_lost_claim_is_not_committed(stores: Stores) -> None:
    add(stores, "k1", place("t1"))
    slow = claim(stores)
    with stores.begin() as unit:
        unit.inbox.recover(NOON + minutes(1))
    quick = claim(stores)
    with pytest.raises(ClaimLost), stores.begin() as unit:
        unit.inbox.add(turn(key="effect"), NOON)
        unit.inbox.finish(slow, NOON)
    finish(stores, quick)
    assert add(stores, "effect", place("t2"))


def test_a_failed_turn_lets_the_next_one_go(stores: Stores) -> None:
    for key in ("k1", "k2"):
        add(stores, key, place("t1"))
    with stores.begin() as unit:
        unit.inbox.fail(claim(stores), "ValueError", NOON)
    assert claim(stores).turn.key == "k2"


def test_a_turn_given_back_keeps_its_place(stores: Stores) -> None:
    for key in ("k1", "k2"):
        add(stores, key, place("t1"))
    with stores.begin() as unit:
        unit.inbox.give_back(claim(stores))
    assert claim(stores).turn.key == "k1"


def test_a_turn_that_was_answered_at_once_is_not_taken(stores: Stores) -> None:
    with stores.begin() as unit:
        unit.inbox.add(turn(key="k1"), NOON, InboxState.DONE)
    assert stores.claim_turn(NOON) is None
    assert not add(stores, "k1", place("t1"))


def test_only_finished_turns_are_forgotten(stores: Stores) -> None:
    for key, thread in (("k1", "t1"), ("k2", "t2")):
        add(stores, key, place(thread))
    finish(stores, claim(stores))
    with stores.begin() as unit:
        assert unit.inbox.purge(NOON) == 0
        assert unit.inbox.purge(NOON + minutes(1)) == 1
    assert claim(stores).turn.key == "k2"
