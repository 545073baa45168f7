"""What is asked of the store of requests and ideas, on both databases."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.chat.errors import UserFacingError
from bot.chat.turn import Person, Place
from bot.features.ideas import deciding, use_cases
from bot.features.ideas.gap_store import KnownGap, SqlGaps
from bot.features.ideas.model import Approval, Colleague, Role, State, Unit, Value
from bot.features.ideas.searches import SqlSearches
from bot.features.ideas.store import SqlIdeas
from bot.features.ideas.tables import PERSON_COLUMNS
from bot.storage.merging import follow
from bot.storage.unit_of_work import Database, UnitOfWork
from tests.builders import NOON
from tests.ideas_house import ANA, CLEO, KIM, LEE, SAM, idea

DAY = timedelta(days=1)
FULL = idea(
    "full",
    title="Größen",
    given={"problem": "weil “alles” klemmt"},
    missing=("Sag mehr.",),
    needed=(Role.SPONSOR, Role.CURATOR),
    sponsor=Colleague(KIM.id, KIM.name),
    value=Value(2_000_000_000, Unit.MONEY),
    effort=5_000,
    owner=Colleague(SAM.id, SAM.name),
    starts_on=date(2027, 3, 1),
    ends_on=date(2027, 3, 12),
    state=State.DONE,
    word="darum",
    decided_by="Cleo",
    changed_at=NOON,
    finished_at=NOON + DAY,
    reached=Value(0, Unit.HOURS),
    lesson="gelernt",
    revision=7,
)


@pytest.fixture
def unit(database: Database) -> Iterator[UnitOfWork]:
    with database.begin() as opened:
        yield opened


@pytest.fixture
def store(unit: UnitOfWork) -> SqlIdeas:
    return SqlIdeas(unit)


def test_an_idea_comes_back_as_it_was_kept(store: SqlIdeas) -> None:
    for each in (FULL, idea("plain")):
        assert store.get(each.id) is None
        assert store.add(each)
        assert store.get(each.id) == store.take(each.id) == each
        assert not store.add(replace(each, title="again"))
        assert store.get(each.id) == each


def test_an_idea_is_changed_in_the_revision_that_was_read_or_not_at_all(store: SqlIdeas) -> None:
    store.add(idea())
    new = replace(FULL, id="i1", revision=2)
    assert store.change(new)
    assert not store.change(replace(new, title="Late"))
    assert store.get("i1") == new


def test_what_is_over_stands_behind_what_is_open_however_new(store: SqlIdeas) -> None:
    for name, state, days in (("done", State.DONE, 0), ("old", State.NEW, 9), ("older", State.UNDER_WAY, 99)):
        store.add(idea(name, state=state, asked_at=NOON - days * DAY))
    store.add(idea("help", kind="help", asked_at=NOON))
    every = frozenset(State)
    assert [each.id for each in store.in_states(every, 9)] == ["help", "old", "older", "done"]
    assert [each.id for each in store.in_states(every, 2, "improvement")] == ["old", "older"]


def test_what_changed_is_found_however_long_ago_it_was_asked_for(store: SqlIdeas) -> None:
    for name, days in (("late", 1), ("later", 0), ("before", 3)):
        store.add(idea(name, asked_at=NOON - 300 * DAY, changed_at=NOON - days * DAY))
    store.add(idea("secret", state=State.INCOMPLETE, changed_at=NOON))
    store.add(idea("untouched", asked_at=NOON - DAY))
    assert [each.id for each in store.changed(NOON - 3 * DAY, NOON)] == ["later", "untouched", "late"]


def test_those_that_somebody_voted_for_are_found_as_long_as_everybody_may_see_them(store: SqlIdeas) -> None:
    for name, state in (("open", State.NEW), ("done", State.DONE), ("secret", State.INCOMPLETE)):
        store.add(idea(name, state=state))
        store.vote(name, LEE.id)
    store.add(idea("other"))
    assert [each.id for each in store.of_voter(LEE.id, 9)] == ["done", "open"]


def test_they_are_found_by_state_by_person_and_by_their_days(store: SqlIdeas) -> None:
    store.add(FULL)
    store.add(idea("new"))
    store.add(idea("old", asked_at=NOON - DAY))
    store.add(idea("secret", state=State.INCOMPLETE))
    assert [each.id for each in store.in_states((State.NEW,), 9)] == ["new", "old"]
    assert [each.id for each in store.in_states((State.NEW,), 1)] == ["new"]
    assert [each.id for each in store.of_person(SAM.id, 9)] == ["full"]
    assert len(store.of_person(ANA.id, 9)) == 4
    assert store.titles(9) == [("full", "Größen"), ("new", "Prices for bundles"), ("old", "Prices for bundles")]
    assert [each.id for each in store.planned(date(2027, 3, 12), date(2027, 4, 1))] == ["full"]
    assert store.planned(date(2027, 3, 13), date(2027, 4, 1)) == []


def test_each_role_approves_once_and_two_roles_are_two_people(store: SqlIdeas) -> None:
    for name in ("i1", "i2"):
        store.add(idea(name))
    by = Approval(Role.CURATOR, CLEO.id, CLEO.name, NOON)
    assert store.approve("i1", by)
    assert not store.approve("i1", replace(by, person_id=KIM.id))
    assert not store.approve("i1", replace(by, role=Role.ADMIN))
    assert store.approve("i1", Approval(Role.SPONSOR, KIM.id, KIM.name, NOON + DAY))
    assert store.approve("i2", by)
    assert [each.role for each in store.approvals("i1")] == [Role.CURATOR, Role.SPONSOR]
    assert store.approvals_of(["i2", "i3"]) == {"i2": [by]}
    store.clear_approvals("i1")
    assert store.approvals("i1") == ()


def test_everybody_has_one_vote_and_takes_it_back_once(store: SqlIdeas) -> None:
    for name in ("i1", "i2"):
        store.add(idea(name))
    assert store.vote("i1", LEE.id)
    assert not store.vote("i1", LEE.id)
    assert store.vote("i1", KIM.id)
    assert store.vote("i2", KIM.id)
    assert store.votes(["i1", "i2", "i3"]) == {"i1": 2, "i2": 1}
    assert store.voted_for(KIM.id) == {"i1", "i2"}
    assert store.voters("i1") == [KIM.id, LEE.id]
    assert store.unvote("i1", LEE.id)
    assert not store.unvote("i1", LEE.id)
    assert store.votes(["i1"]) == {"i1": 1}


def test_votes_of_many_at_once_are_counted_once_each(database: Database) -> None:
    with database.begin() as unit:
        SqlIdeas(unit).add(idea())

    def vote(number: int) -> bool:
        with database.begin() as unit:
            try:
                use_cases.vote(SqlIdeas(unit), "i1", Person(f"p{number % 10}", "P"))
            except UserFacingError:
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        counted = list(pool.map(vote, range(40)))
    with database.reading() as unit:
        assert SqlIdeas(unit).votes(["i1"]) == {"i1": 10}
    assert sum(counted) == 10


def test_of_many_who_approve_and_decline_at_once_one_decides(database: Database) -> None:
    with database.begin() as unit:
        SqlIdeas(unit).add(idea())

    def decide(number: int) -> bool:
        curator = Person(f"c{number}", "C", is_curator=True)
        with database.begin() as unit:
            try:
                if number % 2:
                    deciding.approve(SqlIdeas(unit), "i1", 1, curator, NOON)
                else:
                    deciding.give_back(SqlIdeas(unit), "i1", curator, "What is it?", NOON)
            except UserFacingError:
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        decided = list(pool.map(decide, range(16)))
    with database.reading() as unit:
        found = SqlIdeas(unit).get("i1")
        approvals = SqlIdeas(unit).approvals("i1")
    assert sum(decided) == 1
    assert found is not None
    assert found.revision == 2
    assert (found.state is State.ACCEPTED) == bool(approvals)


def test_of_each_person_the_newest_card_is_known(store: SqlIdeas) -> None:
    for place, key in ((Place("slack", "D1"), "a"), (Place("teams", "D2"), "b")):
        store.put_card("i1", ANA.id, place, key)
    store.put_card("i1", KIM.id, Place("slack", "D3"), "c")
    assert store.cards("i1") == [(ANA.id, Place("teams", "D2"), "b"), (KIM.id, Place("slack", "D3"), "c")]


def test_when_two_people_are_one_they_have_one_vote_and_one_approval(store: SqlIdeas, unit: UnitOfWork) -> None:
    store.add(FULL)
    for person in (KIM, LEE):
        store.vote("full", person.id)
    store.approve("full", Approval(Role.SPONSOR, KIM.id, KIM.name, NOON))
    store.approve("full", Approval(Role.CURATOR, LEE.id, LEE.name, NOON))
    follow(unit, PERSON_COLUMNS, KIM.id, LEE.id)
    found = store.get("full")
    assert found is not None
    assert found.sponsor == Colleague(LEE.id, KIM.name)
    assert store.voters("full") == [LEE.id]
    assert [each.person_id for each in store.approvals("full")] == [LEE.id]


def test_a_gap_is_told_closed_and_opened_again_once_each(unit: UnitOfWork) -> None:
    store = SqlGaps(unit)
    for name, people in (("few", 3), ("many", 7)):
        store.add(KnownGap(name, f"{name} ask", people, NOON))
    assert [each.id for each in store.open_ones()] == ["many", "few"]
    assert store.told_last() == []
    assert store.tell(["few"], NOON)
    assert not store.tell(["few", "many"], NOON + DAY)
    assert store.close("few", "Cleo", NOON)
    assert not store.close("few", "Kim", NOON)
    assert [each.id for each in store.open_ones()] == ["many"]
    assert store.reopen("few")
    assert not store.reopen("few")
    assert store.close("few", "Cleo", NOON, "i1")
    assert not store.reopen("few")
    store.none_stands()
    assert store.open_ones() == []
    store.found(KnownGap("many", "other words", 9, NOON + DAY))
    (again,) = store.open_ones()
    assert (again.text, again.people) == ("many ask", 9)
    store.forget(NOON + DAY)
    assert [each.id for each in store.all()] == ["many"]


def test_searches_are_kept_by_seeker_and_words(unit: UnitOfWork) -> None:
    store = SqlSearches(unit)
    for at in (NOON, NOON + DAY):
        store.note("a", "leave", at)
    store.note("a", "lea", NOON)
    store.note("b", "leave", NOON)
    assert store.since(NOON, 10) == [("a", "leave", NOON + DAY), ("a", "lea", NOON), ("b", "leave", NOON)]
    store.drop("a", ["lea"])
    assert store.of("a", NOON) == ["leave"]
    store.forget(NOON + DAY)
    assert store.since(NOON, 10) == [("a", "leave", NOON + DAY)]


def test_whoever_proves_to_be_its_asker_has_neither_voted_for_it_nor_approved_it(
    store: SqlIdeas, unit: UnitOfWork
) -> None:
    store.add(idea("i1"))
    for person in (KIM, LEE):
        store.vote("i1", person.id)
    store.approve("i1", Approval(Role.CURATOR, KIM.id, KIM.name, NOON))
    follow(unit, PERSON_COLUMNS, KIM.id, ANA.id)
    assert store.votes(["i1"]) == {"i1": 1}
    assert list(store.approvals("i1")) == []
    assert store.approve("i1", Approval(Role.CURATOR, CLEO.id, CLEO.name, NOON))
