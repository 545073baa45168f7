"""Whatever is delivered twice, late or around a crash: one effect each, in the order of a conversation."""

import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.turn import Place
from bot.dispatcher import Dispatcher
from bot.router import Router
from bot.storage.inbox import claim_turn
from bot.storage.unit_of_work import Database
from tests.ballot import Ballot, effects
from tests.builders import NOON, minutes, turn
from tests.conftest import KINDS
from tests.fakes import FixedClock


@dataclass(frozen=True)
class Deliver:
    """Event `number` arrives; the same number again is a duplicate."""

    number: int
    thread: int


@dataclass(frozen=True)
class Work:
    pass


@dataclass(frozen=True)
class Crash:
    """A worker takes a turn and dies; later its turn is given back."""


THREADS = 3
deliveries = st.integers(0, 11).map(lambda number: Deliver(number, number % THREADS))
steps = st.lists(st.one_of(deliveries, deliveries, st.just(Work()), st.just(Crash())), max_size=50)


def run(database: Database, planned: list[Deliver | Work | Crash]) -> None:
    run_id = secrets.token_hex(6)
    clock = FixedClock(NOON)
    dispatcher = Dispatcher(database, Router(Ballot().catalog()), clock)
    expected: dict[int, list[str]] = {thread: [] for thread in range(THREADS)}
    for step in planned:
        clock.at += minutes(10)
        match step:
            case Deliver(number, thread):
                place = Place("web", run_id, f"t{thread}")
                is_new = dispatcher.accept_now(turn(f"event-{number}", key=f"{run_id}/{number}", place=place))
                assert is_new == (f"event-{number}" not in expected[thread])
                if is_new:
                    expected[thread].append(f"event-{number}")
            case Work():
                dispatcher.work_one()
            case Crash():
                # Once only in a run of crashes, or the turn counts as one that kills its workers.
                if claim_turn(database, clock()) is not None:
                    clock.at += minutes(10)
                    dispatcher.recover()
                    dispatcher.work_one()
    while dispatcher.work_one():
        pass
    dispatcher.stop()
    done = [subject.split(" ") for subject in effects(database, "said") if run_id in subject]
    for thread, events in expected.items():
        assert [text for conversation, text in done if conversation.endswith(f"t{thread}")] == events


@given(steps)
@settings(max_examples=60)
def test_each_event_has_one_effect_in_order(
    new_database: Callable[[str], Database], planned: list[Deliver | Work | Crash]
) -> None:
    run(new_database("sqlite"), planned)


@given(steps)
@settings(max_examples=15)
def test_each_event_has_one_effect_in_order_on_postgresql(
    new_database: Callable[[str], Database], planned: list[Deliver | Work | Crash]
) -> None:
    run(new_database("postgresql"), planned)


@pytest.mark.promise
@pytest.mark.parametrize("kind", KINDS)
def test_one_event_from_32_threads_on_two_replicas_is_answered_once(
    new_database: Callable[[str], Database], kind: str
) -> None:
    replicas = [Dispatcher(new_database(kind), Router(Ballot().catalog()), FixedClock(NOON)) for _ in range(2)]
    for replica in replicas:
        replica.start()
    with ThreadPoolExecutor(32) as pool:
        for round_ in range(5):
            event = turn(f"event-{round_}", key=f"k{round_}", place=Place("web", "web:dana", f"t{round_}"))
            accepted = list(pool.map(lambda n, event=event: replicas[n % 2].accept_now(event), range(64)))
            assert accepted.count(True) == 1
    for replica in replicas:
        replica.stop()
        while replica.work_one():
            pass
    said = effects(new_database(kind), "said")
    assert sorted(said) == [f"web/web:dana/t{n} event-{n}" for n in range(5)]
