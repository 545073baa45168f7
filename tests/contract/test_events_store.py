"""What is asked of the store of events, on both databases."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.chat.turn import Place
from bot.features.events.model import (
    Announcement,
    EventState,
    Kind,
    Organiser,
    Question,
    SignUp,
    SignUpState,
)
from bot.features.events.store import SqlEvents
from bot.features.events.tables import PERSON_COLUMNS
from bot.storage.merging import follow
from bot.storage.unit_of_work import Database, UnitOfWork
from tests.builders import NOON
from tests.chat_house import DANA, KIM, SAM
from tests.events_house import STARTS, campaign, event

DAY = timedelta(days=1)
ALL = frozenset({"everyone"})
FULL = event(
    "full",
    kind=Kind.LAUNCH,
    title="Größen",
    organisers=(Organiser(SAM.id, SAM.name), Organiser(DANA.id, DANA.name)),
    about="Alles über Größen.",
    topics=("Größe",),
    hub="emea",
    readers=frozenset({"emea", "sales"}),
    capacity=3,
    state=EventState.OVER,
    asked_at=NOON,
    announced_at=NOON,
    announced_by="Cleo",
    sequence=3,
    word="weil",
    recording="https://rec.example/1",
    notes="Notiz",
    came=4,
    taken=9,
    revision=7,
)


def sign_up(number: int, person_id: str, **values: object) -> SignUp:
    made = SignUp(f"e1-{number}", "e1", number, person_id, person_id.title(), NOON, SignUpState.COMING, number)
    return replace(made, **values)


@pytest.fixture
def unit(database: Database) -> Iterator[UnitOfWork]:
    with database.begin() as opened:
        yield opened


@pytest.fixture
def store(unit: UnitOfWork) -> SqlEvents:
    return SqlEvents(unit)


def test_an_event_comes_back_as_it_was_kept(store: SqlEvents) -> None:
    for each in (FULL, event("plain"), campaign()):
        assert store.get(each.id) is None
        assert store.add(each)
        assert store.get(each.id) == store.take(each.id) == each
        assert not store.add(replace(each, title="again"))
        assert store.get(each.id) == each


def test_an_event_is_changed_in_the_revision_that_was_read_or_not_at_all(store: SqlEvents) -> None:
    store.add(event())
    new = replace(event(), title="Other", organisers=(Organiser(KIM.id, KIM.name),), revision=2)
    assert store.change(new)
    assert not store.change(replace(new, title="Late"))
    assert store.get("e1") == new


def test_sign_ups_are_counted_beside_the_changes(store: SqlEvents) -> None:
    store.add(event())
    assert store.count_sign_up(event())
    assert not store.count_sign_up(event())
    assert store.change(replace(event(), title="Other", revision=2))
    assert store.get("e1") == replace(event(), title="Other", taken=1, revision=2)


def test_only_what_was_announced_is_public_and_only_to_its_readers(store: SqlEvents) -> None:
    shown = {"state": EventState.ANNOUNCED, "announced_at": NOON}
    store.add(event("draft"))
    store.add(event("all", **shown))
    store.add(event("sales", readers=frozenset({"sales"}), **shown))
    store.add(event("later", starts=STARTS + DAY, ends=STARTS + 2 * DAY, **shown))
    store.add(event("gone", **{**shown, "state": EventState.CANCELLED}))
    found = store.public(ALL, STARTS - DAY, STARTS + DAY)
    assert [each.id for each in found] == ["all"]
    assert [each.id for each in store.public(ALL | {"sales"}, STARTS, STARTS + 3 * DAY)] == ["all", "sales", "later"]
    assert store.public(ALL, STARTS + 5 * DAY, STARTS + 6 * DAY) == []
    assert [each.id for each in store.public(ALL, NOON, STARTS + DAY, (EventState.CANCELLED,))] == ["gone"]
    assert [each.id for each in store.drafts(NOON)] == ["draft"]
    assert len(store.organised_by(SAM.id, NOON)) == 5
    assert store.organised_by(KIM.id, NOON) == []


def test_nobody_has_two_places_and_no_place_has_two_people(store: SqlEvents) -> None:
    store.add(event())
    assert store.add_sign_up(sign_up(1, DANA.id))
    assert not store.add_sign_up(sign_up(2, DANA.id))
    assert not store.add_sign_up(sign_up(3, KIM.id, seat=1))
    assert store.add_sign_up(sign_up(4, KIM.id, seat=None, state=SignUpState.WAITING))
    left = sign_up(1, DANA.id, seat=None, state=SignUpState.LEFT, revision=2)
    assert store.change_sign_up(left)
    assert not store.change_sign_up(left)
    assert store.add_sign_up(sign_up(5, DANA.id))
    assert [each.number for each in store.sign_ups("e1")] == [4, 5]
    assert store.sign_up_of("e1", DANA.id) == sign_up(5, DANA.id)
    assert store.sign_up_of("e1", SAM.id) is None
    assert store.counts(["e1"]) == {("e1", SignUpState.COMING): 1, ("e1", SignUpState.WAITING): 1}
    assert store.of_person(DANA.id, NOON) == [(store.get("e1"), sign_up(5, DANA.id))]
    assert store.of_person(DANA.id, STARTS + DAY) == []


def test_questions_are_counted_answered_and_taken_away(store: SqlEvents) -> None:
    first, second = (Question(name * 32, "e1", DANA.id, "", f"{name}?", NOON) for name in "ab")
    for each in (first, second):
        store.add_question(each)
    assert store.vote(second.id, KIM.id)
    assert not store.vote(second.id, KIM.id)
    assert store.voters(second.id) == [KIM.id]
    answered = replace(second, votes=1, answer="Yes", answered_by=SAM.id, answered_by_name="Sam", answered_at=NOON)
    assert store.answer(answered)
    assert store.questions("e1") == [first, answered]
    assert store.question(second.id) == answered
    store.remove_question(second.id)
    assert not store.answer(answered)
    assert store.questions("e1") == [first]
    assert store.voters(second.id) == []


def test_it_is_announced_in_each_channel_once(store: SqlEvents) -> None:
    where = Announcement("slack", "T1:C1", outsiders=True)
    assert store.add_announcement("e1", where, NOON)
    assert not store.add_announcement("e1", where, NOON)
    assert store.add_announcement("e2", where, NOON)
    assert store.announcements("e1") == [where]


def test_of_each_person_the_newest_card_is_known(store: SqlEvents) -> None:
    for place, key in ((Place("slack", "D1"), "a"), (Place("teams", "D2"), "b")):
        store.put_card("e1", DANA.id, place, key)
    store.put_card("e1", KIM.id, Place("slack", "D3"), "c")
    assert store.cards("e1", DANA.id) == [(DANA.id, Place("teams", "D2"), "b")]
    assert [person for person, _, _ in store.cards("e1")] == [DANA.id, KIM.id]


def test_what_is_over_counts_its_changes(store: SqlEvents) -> None:
    assert store.changes_of_over() == 0
    store.add(FULL)
    store.add(event())
    assert store.changes_of_over() == 7
    assert store.over() == [FULL]


def test_when_two_people_are_one_they_have_one_place(store: SqlEvents, unit: UnitOfWork) -> None:
    store.add(replace(FULL, id="e1"))
    store.add_sign_up(sign_up(1, DANA.id))
    store.add_sign_up(sign_up(2, KIM.id))
    store.add_question(Question("q", "e1", KIM.id, "Kim", "Why?", NOON))
    store.vote("q", KIM.id)
    store.put_card("e1", KIM.id, Place("slack", "D3"), "c")
    follow(unit, PERSON_COLUMNS, KIM.id, DANA.id)
    assert [each.person_id for each in store.sign_ups("e1")] == [DANA.id]
    assert [each.person_id for each in store.questions("e1")] == [DANA.id]
    assert store.voters("q") == [DANA.id]
    assert store.cards("e1")[0][0] == DANA.id
