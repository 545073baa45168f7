"""What is asked of the store of introductions, on both databases."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

import pytest

from bot.features.introductions.model import Answer, Buddy, Participant, Round
from bot.features.introductions.pairing import TRIOS
from bot.features.introductions.store import SqlIntroductions
from bot.features.introductions.tables import NAME_LENGTH, PERSON_COLUMNS
from bot.storage.merging import follow
from bot.storage.unit_of_work import Database, UnitOfWork
from tests.builders import DANA, SAM
from tests.introduced import DAY, FIRST, MONDAYS, SUNDAY, circle, meeting, member, week

ROUND = Round("coffee-270301", "coffee", date(2027, 3, 1), FIRST, 2)
FULL = circle(
    "full",
    title="Größe",
    about="For everybody.",
    schedule=replace(
        MONDAYS,
        skipped=frozenset({date(2027, 3, 8)}),
        moved={date(2027, 3, 15): datetime.fromisoformat("2027-03-16 10:00")},
        holidays=frozenset({date(2027, 3, 29)}),
    ),
    size=TRIOS,
    readers=frozenset({"hub:emea", "group:sales"}),
    closed_at=FIRST,
)


@pytest.fixture
def unit(database: Database) -> Iterator[UnitOfWork]:
    with database.begin() as unit:
        yield unit


@pytest.fixture
def store(unit: UnitOfWork) -> SqlIntroductions:
    return SqlIntroductions(unit)


def test_a_circle_comes_back_as_it_was_kept(store: SqlIntroductions) -> None:
    assert store.add_circle(FULL)
    assert store.circle("full") == store.take_circle("full") == FULL
    assert store.circle("other") is None
    assert not store.add_circle(replace(FULL, title="Another"))


def test_a_circle_is_changed_in_the_revision_that_was_read(store: SqlIntroductions) -> None:
    store.add_circle(circle())
    assert store.change_circle(circle(title="Tea", revision=2))
    assert not store.change_circle(circle(title="Water", revision=2))
    assert store.circle("coffee") == circle(title="Tea", revision=2)


def test_open_circles_are_shown_to_their_readers_by_title(store: SqlIntroductions) -> None:
    for each in (circle("b", title="Tea"), circle("a"), circle("c", readers=frozenset({"hub:emea"})), FULL):
        store.add_circle(each)
    assert [each.id for each in store.open_circles(frozenset({"everyone"}))] == ["a", "b"]
    assert [each.id for each in store.open_circles(frozenset({"hub:emea"}))] == ["c"]


def test_who_joins_again_has_joined_when_they_first_did(store: SqlIntroductions) -> None:
    store.put_member(member("sam", joined_at=FIRST))
    store.put_member(member("dana", person_name="D" * 300))
    changed = member("sam", joined_at=FIRST + DAY, office="Köln", function="Sales", paused_until=date(2027, 4, 1))
    store.put_member(changed)
    store.put_member(member("sam", "tea"))
    assert store.member("coffee", "sam") == replace(changed, joined_at=FIRST)
    assert [each.person_id for each in store.members("coffee")] == ["dana", "sam"]
    assert store.members("coffee")[0].person_name == "D" * NAME_LENGTH
    assert [each.circle_id for each in store.memberships("sam")] == ["tea", "coffee"]


def test_who_leaves_is_gone(store: SqlIntroductions) -> None:
    store.put_member(member("sam"))
    assert store.drop_member("coffee", "sam")
    assert not store.drop_member("coffee", "sam")
    assert store.member("coffee", "sam") is None


def test_a_round_is_made_once(store: SqlIntroductions) -> None:
    first = [meeting("m1", "dana", "sam")]
    assert store.add_round(ROUND, first)
    assert not store.add_round(ROUND, [meeting("m2", "dana", "sam")])
    assert not store.add_round(replace(ROUND, id="another name"), [meeting("m2", "dana", "sam")])
    assert store.round(ROUND.id) == ROUND
    assert store.meetings_of_round(ROUND.id) == first
    assert store.meeting("m2") is None


def test_a_round_of_nobody_is_known_too(store: SqlIntroductions) -> None:
    later = replace(ROUND, id="coffee-270308", original=date(2027, 3, 8), made_at=FIRST + 7 * DAY, people=1)
    assert store.add_round(ROUND, [])
    assert store.add_round(later, [])
    assert store.rounds("coffee") == [later, ROUND]
    assert store.rounds("tea") == []


def test_what_members_have_met_counts_in_whichever_circle_it_was(store: SqlIntroductions) -> None:
    store.put_member(member("dana"))
    before = meeting("m0", "dana", "kim", made_at=FIRST - 9 * DAY)
    here, there, others = meeting("m1", "dana", "sam"), meeting("m2", "dana", "lou", "max"), meeting("m3", "kim", "lou")
    store.add_round(ROUND, [before, here, others])
    tea = replace(ROUND, id="tea-270301", circle_id="tea")
    store.add_round(tea, [replace(there, round_id=tea.id)])
    found = store.meetings_among("coffee", FIRST - DAY)
    assert [each.person_ids for each in found] == [("dana", "sam"), ("dana", "lou", "max")]
    assert [each.id for each in store.meetings_of("dana")] == ["m2", "m1", "m0"]


def test_whoever_was_introduced_says_whether_they_met(store: SqlIntroductions) -> None:
    store.add_round(ROUND, [meeting("m1", "dana", "sam")])
    assert store.set_answer("m1", "sam", Answer.PLANNED, FIRST)
    assert store.set_answer("m1", "sam", Answer.MET, FIRST + DAY)
    assert not store.set_answer("m1", "kim", Answer.MET, FIRST)
    found = store.meeting("m1")
    assert found is not None
    assert found.participants == (Participant("dana", "Dana"), Participant("sam", "Sam", Answer.MET, FIRST + DAY))


def test_buddies_are_known_until_they_withdraw(store: SqlIntroductions) -> None:
    store.put_buddy(Buddy("sam", "Sam", FIRST, "Berlin", "Sales"))
    store.put_buddy(Buddy("dana", "Dana", SUNDAY))
    store.put_buddy(Buddy("sam", "Sam Lee", FIRST + DAY, "Austin"))
    assert store.buddies() == [Buddy("dana", "Dana", SUNDAY), Buddy("sam", "Sam Lee", FIRST, "Austin")]
    assert store.drop_buddy("sam")
    assert not store.drop_buddy("sam")
    assert [each.person_id for each in store.buddies()] == ["dana"]


def test_nobody_is_new_twice(store: SqlIntroductions) -> None:
    full = week("kim", buddy_id="sam", buddy_name="Sam", steps=3, not_again=("lou",), ended_at=FIRST, office="Köln")
    assert store.add_week(full)
    assert not store.add_week(week("kim"))
    assert store.week("kim") == full
    assert store.week("lou") is None


def test_a_week_is_changed_in_the_revision_that_was_read(store: SqlIntroductions) -> None:
    store.add_week(week("kim"))
    assert store.change_week(week("kim", steps=1, revision=2))
    assert not store.change_week(week("kim", steps=2, revision=2))
    assert store.week("kim") == week("kim", steps=1, revision=2)


def test_a_buddys_newcomers_are_those_whose_week_still_runs(store: SqlIntroductions) -> None:
    store.add_week(week("kim", buddy_id="sam"))
    store.add_week(week("lou", buddy_id="sam", began_at=FIRST))
    store.add_week(week("max", buddy_id="sam", ended_at=FIRST))
    store.add_week(week("ida"))
    assert store.newcomers() == {"sam": 2}
    assert [each.person_id for each in store.weeks_with("sam")] == ["kim", "lou"]


def test_what_is_somebodys_follows_them_when_two_prove_to_be_one(store: SqlIntroductions, unit: UnitOfWork) -> None:
    store.add_circle(circle(opened_by=DANA.id))
    for person in (DANA, SAM):
        store.put_member(member(person.id))
    store.add_round(ROUND, [meeting("m1", DANA.id, SAM.id), meeting("m2", DANA.id, "kim")])
    store.put_buddy(Buddy(DANA.id, "Dana", SUNDAY))
    store.add_week(week("kim", buddy_id=DANA.id))
    store.add_week(week(DANA.id))
    follow(unit, PERSON_COLUMNS, DANA.id, SAM.id)
    found = store.circle("coffee")
    assert found is not None
    assert found.opened_by == SAM.id
    assert [each.person_id for each in store.members("coffee")] == [SAM.id]
    assert {each.person_ids for each in store.meetings_of(SAM.id)} == {(SAM.id,), ("kim", SAM.id)}
    assert [each.person_id for each in store.buddies()] == [SAM.id]
    assert store.newcomers() == {SAM.id: 1}
    assert store.week(SAM.id) is not None
