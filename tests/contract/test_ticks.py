"""One suite for the in-memory ticks and for SQL on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from bot.storage.ticks import SqlTicks
from bot.storage.unit_of_work import Database
from scheduler.tick import Ticks
from tests.conftest import KINDS
from tests.fakes import MemoryTicks

DAY = date(2027, 3, 28)


@pytest.fixture(params=["memory", *KINDS])
def ticks(request: pytest.FixtureRequest, new_database: Callable[[str], Database]) -> Ticks:
    return MemoryTicks() if request.param == "memory" else SqlTicks(new_database(request.param))


def test_a_tick_is_taken_once(ticks: Ticks) -> None:
    assert ticks.try_take("digest", DAY, "09:00")
    assert not ticks.try_take("digest", DAY, "09:00")


def test_another_day_slot_or_schedule_is_another_tick(ticks: Ticks) -> None:
    taken = [
        ("digest", DAY, "09:00"),
        ("digest", date(2027, 3, 29), "09:00"),
        ("digest", DAY, "17:00"),
        ("x", DAY, "09:00"),
    ]
    assert all(ticks.try_take(*tick) for tick in taken)


def test_a_schedule_is_known_once_a_tick_was_taken(ticks: Ticks) -> None:
    assert not ticks.is_known("digest")
    ticks.try_take("digest", DAY, "09:00")
    assert ticks.is_known("digest")
    assert not ticks.is_known("dig")


def test_among_many_at_once_one_takes_the_tick(ticks: Ticks) -> None:
    with ThreadPoolExecutor(16) as pool:
        taken = list(pool.map(lambda _: ticks.try_take("digest", DAY, "09:00"), range(32)))
    assert taken.count(True) == 1
