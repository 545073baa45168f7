"""One suite for the in-memory store and for SQL on both databases."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import pytest

from bot.features.experts.model import Evidence, Expert
from bot.features.experts.store import ExpertStore, SqlExperts
from bot.storage.unit_of_work import Database
from tests.builders import DANA, NOON, SAM, minutes
from tests.conftest import KINDS
from tests.fakes_experts import MemoryExperts

EXPERT = Expert(
    DANA.id,
    NOON,
    topics=("Größe", "pricing"),
    languages=("de", "en"),
    hubs=("emea",),
    days=(0, 2),
    works_from="22:00",
    works_to="06:30",
    weekly_limit=0,
    back_on=date(2027, 4, 1),
    stand_in=SAM.id,
    not_mine=("crm",),
)
ANSWERED = Evidence("q1", DANA.id, "Wie groß?", ("pricing",), frozenset({"everyone", "board"}), NOON)


@pytest.fixture(params=["memory", *KINDS])
def store(request: pytest.FixtureRequest, new_database: Callable[[str], Database]) -> Iterator[ExpertStore]:
    if request.param == "memory":
        yield MemoryExperts()
        return
    with new_database(request.param).begin() as unit:
        yield SqlExperts(unit)


def test_an_expert_comes_back_as_they_were_kept(store: ExpertStore) -> None:
    assert store.get(DANA.id) is None
    store.put(EXPERT)
    assert store.get(DANA.id) == EXPERT
    changed = replace(EXPERT, topics=(), back_on=None, stand_in="")
    store.put(changed)
    assert store.all() == [changed]


def test_who_joined_first_stays_first_whatever_they_change(store: ExpertStore) -> None:
    store.put(replace(EXPERT, joined_at=NOON + minutes(1)))
    store.put(Expert(SAM.id, NOON))
    store.put(replace(EXPERT, joined_at=NOON - minutes(1), topics=("new",)))
    assert [each.person_id for each in store.all()] == [SAM.id, DANA.id]


def test_what_was_answered_is_kept_once_and_the_newest_comes_first(store: ExpertStore) -> None:
    store.put(EXPERT)
    store.put(Expert(SAM.id, NOON))
    later = replace(ANSWERED, id="q2", at=NOON + minutes(1), topics=())
    for each in (ANSWERED, later, replace(later, text="again"), replace(ANSWERED, person_id=SAM.id)):
        store.add_evidence(each)
    assert store.evidence([DANA.id]) == [later, ANSWERED]
    assert len(store.evidence([DANA.id, SAM.id])) == 3
    assert store.evidence([]) == []


def test_an_answer_that_was_forgotten_is_not_learned_again(store: ExpertStore) -> None:
    for person in (DANA, SAM):
        store.put(Expert(person.id, NOON))
        store.add_evidence(replace(ANSWERED, person_id=person.id))
    assert store.forget_evidence(DANA.id, ANSWERED.id)
    assert not store.forget_evidence(DANA.id, ANSWERED.id)
    assert not store.forget_evidence(DANA.id, "q9")
    store.add_evidence(ANSWERED)
    assert [each.person_id for each in store.evidence([DANA.id, SAM.id])] == [SAM.id]


def test_of_somebody_who_is_no_expert_nothing_is_learned(store: ExpertStore) -> None:
    store.add_evidence(ANSWERED)
    assert store.evidence([DANA.id]) == []


def test_whoever_leaves_is_forgotten_as_a_stand_in_too(store: ExpertStore) -> None:
    store.put(EXPERT)
    store.put(Expert(SAM.id, NOON))
    store.add_evidence(replace(ANSWERED, person_id=SAM.id))
    store.invite(SAM.id, NOON)
    assert store.forget(SAM.id)
    assert not store.forget(SAM.id)
    assert store.all() == [replace(EXPERT, stand_in="")]
    assert store.evidence([SAM.id]) == []
    assert store.invited() == frozenset()


def test_nobody_is_asked_twice(store: ExpertStore) -> None:
    assert store.invite(DANA.id, NOON)
    assert not store.invite(DANA.id, NOON + minutes(9_999))
    assert store.invited() == {DANA.id}
