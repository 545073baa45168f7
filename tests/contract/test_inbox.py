"""The inbox on both databases."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.chat.turn import Place
from bot.storage.inbox import ClaimedTurn, ClaimLost, Inbox, InboxState, claim_turn
from bot.storage.unit_of_work import Database
from tests.builders import NOON, minutes, turn


def add(database: Database, key: str, place: Place) -> bool:
    with database.begin() as unit:
        return Inbox(unit).add(turn(key=key, place=place), NOON)


def claim(database: Database) -> ClaimedTurn:
    claimed = claim_turn(database, NOON)
    assert claimed is not None
    return claimed


def finish(database: Database, claimed: ClaimedTurn) -> None:
    with database.begin() as unit:
        Inbox(unit).finish(claimed, NOON)


def place(thread: str) -> Place:
    return Place("web", "web:dana", thread)


def test_the_same_event_from_32_threads_is_one_row(database: Database) -> None:
    with ThreadPoolExecutor(32) as pool:
        added = list(pool.map(lambda _: add(database, "k1", place("t1")), range(32)))
    assert added.count(True) == 1


def test_the_same_key_on_another_platform_is_another_event(database: Database) -> None:
    assert add(database, "k1", place("t1"))
    assert add(database, "k1", Place("slack", "C1"))


def test_a_turn_comes_back_as_it_was_accepted(database: Database) -> None:
    accepted = turn("Äpfel \0 & <b> 👋🏽?", place=place("t1"))
    with database.begin() as unit:
        Inbox(unit).add(accepted, NOON)
    claimed = claim(database)
    assert (claimed.turn, claimed.attempts) == (accepted, 1)


def test_a_conversation_is_worked_on_in_order_and_one_at_a_time(database: Database) -> None:
    for key in ("k1", "k2"):
        add(database, key, place("t1"))
    first = claim(database)
    assert claim_turn(database, NOON) is None
    finish(database, first)
    assert [first.turn.key, claim(database).turn.key] == ["k1", "k2"]


def test_conversations_do_not_wait_for_one_another(database: Database) -> None:
    for thread in ("t1", "t2"):
        add(database, f"k-{thread}", place(thread))
    assert {claim(database).turn.key, claim(database).turn.key} == {"k-t1", "k-t2"}


def test_many_workers_take_each_turn_once(database: Database) -> None:
    for number in range(40):
        add(database, f"k{number}", place(f"t{number}"))

    def work(_: int) -> list[str]:
        taken = []
        while (claimed := claim_turn(database, NOON)) is not None:
            taken.append(claimed.turn.key)
        return taken

    with ThreadPoolExecutor(8) as pool:
        taken = [key for keys in pool.map(work, range(8)) for key in keys]
    assert sorted(taken) == sorted(f"k{number}" for number in range(40))


def test_a_turn_left_half_done_is_taken_again(database: Database) -> None:
    add(database, "k1", place("t1"))
    claim(database)
    with database.begin() as unit:
        assert Inbox(unit).recover(NOON) == 0
    with database.begin() as unit:
        assert Inbox(unit).recover(NOON + minutes(1)) == 1
    assert claim(database).attempts == 2


def test_what_was_done_for_a_lost_claim_is_not_committed(database: Database) -> None:
    add(database, "k1", place("t1"))
    slow = claim(database)
    with database.begin() as unit:
        Inbox(unit).recover(NOON + minutes(1))
    quick = claim(database)
    with pytest.raises(ClaimLost), database.begin() as unit:
        Inbox(unit).add(turn(key="effect"), NOON)
        Inbox(unit).finish(slow, NOON)
    finish(database, quick)
    assert add(database, "effect", place("t2"))


def test_a_failed_turn_lets_the_next_one_go(database: Database) -> None:
    for key in ("k1", "k2"):
        add(database, key, place("t1"))
    with database.begin() as unit:
        Inbox(unit).fail(claim(database), "ValueError", NOON)
    assert claim(database).turn.key == "k2"


def test_a_turn_given_back_keeps_its_place(database: Database) -> None:
    for key in ("k1", "k2"):
        add(database, key, place("t1"))
    with database.begin() as unit:
        Inbox(unit).give_back(claim(database))
    assert claim(database).turn.key == "k1"


def test_a_turn_that_was_answered_at_once_is_not_taken(database: Database) -> None:
    with database.begin() as unit:
        Inbox(unit).add(turn(key="k1"), NOON, InboxState.DONE)
    assert claim_turn(database, NOON) is None
    assert not add(database, "k1", place("t1"))


def test_only_finished_turns_are_forgotten(database: Database) -> None:
    for key, thread in (("k1", "t1"), ("k2", "t2")):
        add(database, key, place(thread))
    finish(database, claim(database))
    with database.begin() as unit:
        assert Inbox(unit).purge(NOON) == 0
        assert Inbox(unit).purge(NOON + minutes(1)) == 1
    assert claim(database).turn.key == "k2"
