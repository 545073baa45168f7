"""200 people claim one question at the same moment: one has it, the others hear who, nobody gets an error.

A reduced count; ``GUILDHALL_CLAIMS=100 python -m pytest tests/integration/test_concurrent_claims.py -s`` is the
promise.
"""

import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.bootstrap.escalations import open_escalations
from bot.chat.errors import UserFacingError
from bot.chat.turn import Person
from bot.features.escalations import alarms
from bot.features.escalations.automatic import offer
from bot.features.escalations.model import Offer, OfferState, State, Step
from bot.features.escalations.store import SqlEscalations
from bot.settings import Settings
from bot.storage.people import Account, KnownPerson, People
from bot.storage.timers import Timers
from bot.storage.unit_of_work import Database
from tests.builders import NOON
from tests.conftest import KINDS
from tests.escalated import escalation
from tests.fakes import FakeKnowledge
from tests.requests_house import Roster

ROUNDS = int(os.environ.get("GUILDHALL_CLAIMS", "3"))
PEOPLE = [Person(f"web:person-{number}", f"Person {number}") for number in range(200)]


@pytest.mark.promise
@pytest.mark.parametrize("kind", KINDS)
def test_of_200_claims_at_once_one_wins_and_none_fails(kind: str, new_database: Callable[[str], Database]) -> None:
    replicas = [new_database(kind) for _ in range(2)]
    desk = open_escalations(Settings(), Roster(), FakeKnowledge(), "https://guild.example").desk
    with replicas[0].begin() as unit:
        for person in PEOPLE:
            People(unit).add(KnownPerson(person.id, person.name, NOON))
            People(unit).add_account(Account(person.id, person.id, "web", NOON))
    took: list[float] = []
    with ThreadPoolExecutor(len(PEOPLE)) as pool:
        for round_ in range(ROUNDS):
            asked = f"e{round_}"
            with replicas[0].begin() as unit:
                desk.open(escalation(asked), unit)
                offer(SqlEscalations(unit), Offer(asked, PEOPLE[0].id, NOON), PEOPLE[0].name)
            together = threading.Barrier(len(PEOPLE))

            def claim(number: int, asked: str = asked, together: threading.Barrier = together) -> str:
                together.wait(60)
                try:
                    with replicas[number % 2].begin() as unit:
                        desk.claim(asked, PEOPLE[number], unit, NOON)
                except UserFacingError as refused:
                    return str(refused)
                return ""

            began = time.perf_counter()
            heard = list(pool.map(claim, range(len(PEOPLE))))
            took.append(time.perf_counter() - began)
            _check(replicas[1], asked, heard)
    usual = sorted(took)[len(took) // 2]
    sys.stdout.write(f"{kind}: {ROUNDS} rounds of {len(PEOPLE)} claims, 1 winner each, 0 errors; ")
    sys.stdout.write(f"a round took {usual:.2f} s at the median, {max(took):.2f} s at most\n")


def _check(database: Database, asked: str, heard: Sequence[str]) -> None:
    winner = PEOPLE[heard.index("")]
    refusal = f"{winner.name} has claimed this, so nothing was changed. You need not do anything."
    assert Counter(heard) == {"": 1, refusal: len(PEOPLE) - 1}
    with database.reading() as unit:
        store, timers = SqlEscalations(unit), Timers(unit)
        found = store.get(asked)
        assert found is not None and (found.state, found.owner_id) == (State.CLAIMED, winner.id)
        assert [each.person_id for each in store.log(asked) if each.step is Step.CLAIMED] == [winner.id]
        offers = {each.person_id: each.state for each in store.offers(asked)}
        assert offers == {PEOPLE[0].id: OfferState.GONE, winner.id: OfferState.CLAIMED}
        assert timers.due_at(alarms.OVERDUE, asked) == found.due_at
        assert timers.due_at(alarms.OFFER, asked) is None
