"""200 people book the same slot at the same moment: one has it, the others wait in the order in which they came, nobody
gets an error; and when the seat is given back again and again they move up in that order.

A reduced count; ``GUILDHALL_BOOKINGS=100 python -m pytest tests/integration/test_concurrent_bookings.py -s`` is the
promise.
"""

import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.chat.turn import Person
from bot.features.office_hours import hosting, use_cases
from bot.features.office_hours.model import ANY_SLOT, Booking, BookingState, OfficeHours, What
from bot.features.office_hours.store import SqlOfficeHours
from bot.storage.unit_of_work import Database
from tests.builders import NOON, SAM
from tests.conftest import KINDS
from tests.houred import FIRST, SCHEDULE, hours, session

ROUNDS = int(os.environ.get("GUILDHALL_BOOKINGS", "1"))
PEOPLE = [Person(f"web:person-{number}", f"Person {number}") for number in range(200)]
ONCE = replace(SCHEDULE, rule="")
ONE_SLOT = {"schedule": ONCE, "slot_length": SCHEDULE.duration}
MANY_SLOTS = {"schedule": replace(ONCE, duration=timedelta(hours=2)), "slot_length": timedelta(minutes=30)}
GROUP = {"schedule": ONCE, "capacity": 25}
GIVEN_BACK = 5


@pytest.mark.promise
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("name", "opened", "slot"),
    [("one slot", ONE_SLOT, 0), ("any of four slots", MANY_SLOTS, ANY_SLOT), ("a group of 25", GROUP, ANY_SLOT)],
)
def test_of_200_bookings_at_once_each_place_is_one_persons_and_the_others_wait_in_order(
    name: str, opened: dict[str, object], slot: int, kind: str, new_database: Callable[[str], Database]
) -> None:
    replicas = [new_database(kind) for _ in range(2)]
    took: list[float] = []
    with ThreadPoolExecutor(len(PEOPLE)) as pool:
        for number in range(ROUNDS):
            made = hours(f"s{number}", **opened)
            with replicas[0].begin() as unit:
                hosting.open_series(SqlOfficeHours(unit), made, SAM, NOON)
            took.append(_book_all(pool, replicas, made, slot))
            _check(replicas[1], made)
            _give_back(replicas[0], made)
    usual = sorted(took)[len(took) // 2]
    sys.stdout.write(f"{kind}, {name}: {ROUNDS} rounds of {len(PEOPLE)} bookings, one each place, 0 errors; ")
    sys.stdout.write(f"a round took {usual:.2f} s at the median, {max(took):.2f} s at most\n")


def _book_all(pool: ThreadPoolExecutor, replicas: Sequence[Database], made: OfficeHours, slot: int) -> float:
    together = threading.Barrier(len(PEOPLE))
    where = session(made.id, FIRST).id

    def book(number: int) -> What:
        together.wait(60)
        with replicas[number % 2].begin() as unit:
            facts = use_cases.book(SqlOfficeHours(unit), where, PEOPLE[number], "", NOON, slot=slot)
        return facts[0].what

    began = time.perf_counter()
    heard = list(pool.map(book, range(len(PEOPLE))))
    took = time.perf_counter() - began
    assert heard.count(What.BOOKED) == _places(made)
    assert heard.count(What.PUT_ON_LIST) == len(PEOPLE) - _places(made)
    return took


def _check(database: Database, made: OfficeHours) -> None:
    standing = _standing(database, made)
    assert [each.number for each in standing] == list(range(1, len(PEOPLE) + 1))
    assert {each.person_id for each in standing} == {person.id for person in PEOPLE}
    seated, waiting = standing[: _places(made)], standing[_places(made) :]
    assert all(each.state is BookingState.BOOKED for each in seated)
    assert len({(each.slot, each.seat) for each in seated}) == _places(made)
    assert all(each.state is BookingState.WAITING and each.seat is None for each in waiting)


def _give_back(database: Database, made: OfficeHours) -> None:
    for _ in range(GIVEN_BACK):
        standing = _standing(database, made)
        seated = next(each for each in standing if each.state is BookingState.BOOKED)
        first = next(each for each in standing if each.state is BookingState.WAITING)
        person = next(each for each in PEOPLE if each.id == seated.person_id)
        with database.begin() as unit:
            facts = use_cases.cancel(SqlOfficeHours(unit), seated.id, person, NOON)
        assert [(each.what, each.booking.id) for each in facts] == [
            (What.CANCELLED, seated.id),
            (What.MOVED_UP, first.id),
        ]
        assert (facts[1].booking.slot, facts[1].booking.seat) == (seated.slot, seated.seat)
    with database.begin() as unit:  # a host holds so many and no more
        hosting.close_series(SqlOfficeHours(unit), made.id, SAM, "", NOON)


def _standing(database: Database, made: OfficeHours) -> Sequence[Booking]:
    with database.reading() as unit:
        return SqlOfficeHours(unit).bookings(session(made.id, FIRST).id)


def _places(made: OfficeHours) -> int:
    length = made.slot_length
    return made.capacity if length is None else made.schedule.duration // length
