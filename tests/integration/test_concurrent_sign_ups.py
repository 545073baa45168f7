"""50 people sign up for the last place of an event at the same moment: one has it, the others wait in the order in
which they came, and nobody gets an error."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.chat.turn import Person
from bot.features.events import organising, use_cases
from bot.features.events.model import SignUpState, What
from bot.features.events.store import SqlEvents
from bot.storage.unit_of_work import Database
from tests.builders import NOON
from tests.chat_house import CLEO, DANA, SAM
from tests.conftest import KINDS
from tests.events_house import event

PEOPLE = [Person(f"web:person-{number}", f"Person {number}") for number in range(50)]


@pytest.mark.parametrize("kind", KINDS)
def test_the_last_place_is_one_persons_and_the_others_wait_in_order(
    kind: str, new_database: Callable[[str], Database]
) -> None:
    replicas = [new_database(kind) for _ in range(2)]
    with replicas[0].begin() as unit:
        store = SqlEvents(unit)
        organising.draft(store, event(capacity=2), SAM, NOON)
        organising.announce(store, "e1", CLEO, [], (), NOON)
        use_cases.sign_up(store, "e1", DANA, NOON)
    together = threading.Barrier(len(PEOPLE))

    def sign_up(number: int) -> What:
        together.wait(60)
        with replicas[number % 2].begin() as unit:
            return use_cases.sign_up(SqlEvents(unit), "e1", PEOPLE[number], NOON)[1][0].what

    with ThreadPoolExecutor(len(PEOPLE)) as pool:
        done = list(pool.map(sign_up, range(len(PEOPLE))))
    assert sorted(done) == sorted([What.SIGNED_UP, *[What.PUT_ON_LIST] * 49])
    with replicas[1].reading() as unit:
        standing = SqlEvents(unit).sign_ups("e1")
    assert [each.number for each in standing] == list(range(1, 52))
    assert [each.state for each in standing] == [SignUpState.COMING] * 2 + [SignUpState.WAITING] * 49
    assert [each.seat for each in standing[:2]] == [0, 1]
    first_in_line = standing[2].person_id
    with replicas[0].begin() as unit:
        facts = use_cases.leave(SqlEvents(unit), "e1", DANA, NOON)[1]
    assert [(each.what, each.sign_up.person_id) for each in facts[1:]] == [(What.MOVED_UP, first_in_line)]
