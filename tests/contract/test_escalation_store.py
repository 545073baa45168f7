"""What is asked of the store of escalations, on both databases."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.chat.turn import Place
from bot.features.escalations.model import (
    Answer,
    Card,
    CardKind,
    Entry,
    Escalation,
    Impact,
    Link,
    Load,
    Offer,
    OfferState,
    State,
    Step,
)
from bot.features.escalations.store import SqlEscalations
from bot.features.escalations.tables import PERSON_COLUMNS
from bot.storage.merging import follow
from bot.storage.unit_of_work import Database, UnitOfWork
from tests.builders import DANA, NOON, SAM, minutes
from tests.escalated import escalation, follower

FULL = escalation(
    "full",
    asker_name="",
    url="https://chat.example/1",
    language="de",
    hubs=frozenset({"emea", "sales"}),
    topics=("Größe", "pricing"),
    cited=("a.md", "b.md"),
    draft=Answer("Vielleicht so.", (Link("Plan", "https://docs.example/plan"),)),
    state=State.ASKED_BACK,
    owner_id=SAM.id,
    owner_name=SAM.name,
    claimed_at=NOON,
    offered_to=SAM.id,
    offered_at=NOON,
    due_at=NOON + minutes(1),
    time_left=timedelta(hours=7, seconds=1),
    snoozed_until=NOON + minutes(2),
    lead_told_at=NOON + minutes(3),
    answer=Answer("So."),
    answers=2,
    answered_at=NOON + minutes(4),
    closed_at=NOON + minutes(5),
    is_confirmed=True,
    asker_left=True,
    is_draft_approved=False,
)


@pytest.fixture
def unit(database: Database) -> Iterator[UnitOfWork]:
    with database.begin() as opened:
        yield opened


@pytest.fixture
def store(unit: UnitOfWork) -> SqlEscalations:
    return SqlEscalations(unit)


def test_an_escalation_comes_back_as_it_was_kept(store: SqlEscalations) -> None:
    for each in (FULL, escalation("plain")):
        assert store.get(each.id) is None
        assert store.add(each)
        assert store.get(each.id) == each
        assert store.take(each.id) == each
        assert not store.add(replace(each, text="again"))
        assert store.get(each.id) == each


def test_a_change_is_made_to_the_revision_that_was_read_or_not_at_all(store: SqlEscalations) -> None:
    store.add(escalation())
    first = replace(escalation(), state=State.CLAIMED, owner_id=SAM.id, revision=2)
    assert store.change(first)
    assert not store.change(replace(first, owner_id=DANA.id))
    assert not store.change(replace(first, owner_id=DANA.id, revision=4))
    assert store.get("e1") == first
    assert not store.change(replace(first, id="unknown"))


def test_a_question_is_an_escalation_or_follows_one(store: SqlEscalations) -> None:
    store.add(escalation("e1"))
    store.add(escalation("e2", state=State.WITHDRAWN))
    store.follow(follower("e1", "q1"))
    store.follow(follower("e1", "e2"))  # asked again after it was taken back
    found = store.of_questions(["e1", "e2", "q1", "other"])
    assert {name: each.id for name, each in found.items()} == {"e1": "e1", "e2": "e1", "q1": "e1"}
    assert store.of_questions([]) == {}
    store.unfollow("e2")
    taken_back = store.of_question("e2")
    assert taken_back is not None and taken_back.state is State.WITHDRAWN
    store.add(escalation("q1"))
    own = store.of_question("q1")
    assert own is not None and own.id == "q1"


def test_lists_hold_what_they_say_in_their_order(store: SqlEscalations) -> None:
    made = [
        escalation("late", opened_at=NOON + minutes(2), offered_to=SAM.id),
        escalation("early", opened_at=NOON, lead_told_at=NOON),
        escalation("due", state=State.CLAIMED, owner_id=SAM.id, due_at=NOON + minutes(1)),
        escalation("due first", state=State.CLAIMED, owner_id=SAM.id, due_at=NOON),
        escalation("back", state=State.ASKED_BACK, owner_id=SAM.id, offered_to=SAM.id),
        escalation("done", state=State.ANSWERED, owner_id=SAM.id, answered_at=NOON),
        escalation("closed", state=State.CLOSED, owner_id=SAM.id, answered_at=NOON + minutes(1), lead_told_at=NOON),
    ]
    for each in made:
        store.add(each)
    assert _ids(store.in_state(State.OPEN)) == ["early", "late"]
    assert store.count(State.OPEN, State.CLAIMED) == 4
    assert store.count() == 0
    assert _ids(store.owned_by(SAM.id)) == ["due first", "due", "back"]
    assert _ids(store.answered_by(SAM.id, 9)) == ["closed", "done"]
    assert _ids(store.answered_by(SAM.id, 1)) == ["closed"]
    assert _ids(store.offered_to(SAM.id)) == ["late"]
    assert _ids(store.waiting_for_lead()) == ["early"]


def test_what_somebody_asked_or_follows_comes_newest_first(store: SqlEscalations) -> None:
    store.add(escalation("e1", opened_at=NOON))
    store.add(escalation("e2", asker_id=SAM.id, opened_at=NOON + minutes(1)))
    store.add(escalation("e3", asker_id=SAM.id, opened_at=NOON + minutes(2)))
    store.follow(follower("e2", "q2", person_id=DANA.id))
    store.follow(follower("e2", "q3", person_id=DANA.id))
    assert _ids(store.asked_by(DANA.id, 9)) == ["e2", "e1"]
    assert _ids(store.asked_by(DANA.id, 1)) == ["e2"]


def test_a_thread_knows_what_was_asked_in_it(store: SqlEscalations) -> None:
    thread, other = Place("slack", "C1", "1.1", is_shared=True), Place("slack", "C1", "1.2", is_shared=True)
    store.add(escalation("e1", place=thread))
    store.add(escalation("e2", place=thread, opened_at=NOON + minutes(1)))
    store.add(escalation("gone", place=thread, state=State.WITHDRAWN))
    store.add(escalation("other", place=other))
    assert _ids(store.in_thread(thread)) == ["e2", "e1"]


def test_confirmed_ones_are_found_since_a_moment(store: SqlEscalations) -> None:
    closed = {"state": State.CLOSED, "is_confirmed": True}
    store.add(escalation("before", **closed, closed_at=NOON - minutes(1)))
    store.add(escalation("later", **closed, closed_at=NOON + minutes(1)))
    store.add(escalation("then", **closed, closed_at=NOON))
    store.add(escalation("unheard", state=State.CLOSED, closed_at=NOON + minutes(2)))
    assert _ids(store.confirmed_since(NOON)) == ["then", "later"]


def test_judged_drafts_are_counted_by_channel(store: SqlEscalations) -> None:
    assert store.drafts_judged("slack", "C1", NOON) == (0, 0)
    here, there = Place("slack", "C1", "1", is_shared=True), Place("slack", "C2", "1", is_shared=True)
    for number, judged in enumerate((True, True, False, None)):
        store.add(escalation(f"e{number}", place=here, is_draft_approved=judged))
    store.add(escalation("there", place=there, is_draft_approved=True))
    store.add(escalation("old", place=here, is_draft_approved=True, opened_at=NOON - minutes(1)))
    assert store.drafts_judged("slack", "C1", NOON) == (2, 3)


def test_offers_are_one_for_each_person(store: SqlEscalations) -> None:
    first = Offer("e1", SAM.id, NOON + minutes(1), why="owns the playbook")
    second = Offer("e1", DANA.id, NOON, OfferState.DECLINED, word="no time", by=SAM.id)
    for each in (first, second, Offer("other", SAM.id, NOON)):
        store.put_offer(each)
    assert store.offers("e1") == [second, first]
    passed = replace(first, state=OfferState.PASSED, at=NOON - minutes(1))
    store.put_offer(passed)
    assert store.offers("e1") == [passed, second]


def test_load_is_what_somebody_has_in_hand_and_was_asked_of_late(store: SqlEscalations) -> None:
    store.add(escalation("e1", state=State.CLAIMED, owner_id=SAM.id))
    store.add(escalation("e2", offered_to=SAM.id))
    store.add(escalation("e3", state=State.ANSWERED, owner_id=SAM.id))
    store.add(escalation("e4", state=State.CLAIMED, owner_id=SAM.id, offered_to=DANA.id))
    for number in range(1, 5):
        store.put_offer(Offer(f"e{number}", SAM.id, NOON + minutes(number)))
    store.put_offer(Offer("e1", DANA.id, NOON))
    assert store.loads(NOON + minutes(3)) == {SAM.id: Load(3, 2)}
    assert store.loads(NOON)[DANA.id] == Load(0, 1)


def test_followers_come_in_the_order_in_which_they_joined(store: SqlEscalations) -> None:
    late = follower("e1", "q2", at=NOON + minutes(1))
    early = follower("e1", "q1", person_name="", text="Wie?")
    for each in (late, early, follower("e2", "q3")):
        assert store.follow(each)
    assert not store.follow(replace(early, escalation_id="e2"))
    assert store.followers("e1") == [early, late]
    store.set_helped("q2")
    store.unfollow("q1")
    assert store.followers("e1") == [replace(late, is_confirmed=True)]


def test_the_log_keeps_its_order_whatever_the_clock_says(store: SqlEscalations) -> None:
    said = [
        Entry("e1", Step.OPENED, NOON, DANA.id, "", "Wie groß?"),
        Entry("e1", Step.ANSWERED, NOON, SAM.id, SAM.name, "So.", (Link("Plan", "https://docs.example"),)),
        Entry("e1", Step.TOLD_LEAD, NOON - minutes(1)),
    ]
    for each in (*said, Entry("e2", Step.OPENED, NOON)):
        store.note(each)
    assert store.log("e1") == said


def test_impact_counts_each_person_once_an_answer(store: SqlEscalations) -> None:
    mine = {"owner_id": SAM.id, "answered_at": NOON}
    store.add(escalation("confirmed", **mine, state=State.CLOSED, is_confirmed=True))
    store.add(escalation("by a follower", **mine, state=State.CLOSED, is_confirmed=True, asker_left=True))
    store.add(escalation("waits", **mine, state=State.ANSWERED))
    store.add(escalation("again", **mine, state=State.CLAIMED))
    store.add(escalation("old", owner_id=SAM.id, answered_at=NOON - minutes(1), state=State.CLOSED, is_confirmed=True))
    for question, where, person in (
        ("q1", "confirmed", DANA.id),  # who asked it, too
        ("q2", "confirmed", "web:kim"),
        ("q3", "by a follower", "web:kim"),
        ("q4", "by a follower", "web:kim"),
    ):
        store.follow(follower(where, question, person_id=person))
        store.set_helped(question)
    store.follow(follower("waits", "q5"))
    for where in ("confirmed", "waits", "old"):
        store.note(Entry(where, Step.THANKED, NOON, DANA.id))
    assert store.impact(SAM.id, NOON) == Impact(answers=3, helped=3, thanks=2)
    assert store.impact(DANA.id, NOON) == Impact()


def test_a_card_is_one_message(store: SqlEscalations) -> None:
    channel = Card("e1", CardKind.CHANNEL, Place("slack", "C1", is_shared=True), "escalation-e1")
    private = Card("e1", CardKind.EXPERT, Place("slack", "D1"), "escalation-e1", SAM.id)
    assert store.put_card(channel)
    assert store.put_card(private)
    assert not store.put_card(private)
    assert store.cards("e1") == [channel, private]
    assert store.card_at("slack/D1/", "escalation-e1") == private
    assert store.card_at("slack/D1/", "escalation-e2") is None


def test_two_people_who_prove_to_be_one_are_one_here_too(unit: UnitOfWork, store: SqlEscalations) -> None:
    store.add(escalation("e1", owner_id="younger", offered_to="younger"))
    store.put_offer(Offer("e1", "younger", NOON, why="the younger's"))
    store.put_offer(Offer("e1", SAM.id, NOON, why="the older's"))
    store.put_offer(Offer("e1", "other", NOON, by="younger"))
    store.follow(follower("e1", "q1", person_id="younger"))
    store.note(Entry("e1", Step.CLAIMED, NOON, "younger"))
    store.put_card(Card("e1", CardKind.EXPERT, Place("web", "x"), "escalation-e1", "younger"))
    follow(unit, PERSON_COLUMNS, "younger", SAM.id)
    found = store.get("e1")
    assert found is not None and (found.owner_id, found.offered_to) == (SAM.id, SAM.id)
    assert {each.person_id: (each.why, each.by) for each in store.offers("e1")} == {
        SAM.id: ("the older's", ""),
        "other": ("", SAM.id),
    }
    people = [*store.followers("e1"), *store.log("e1"), *store.cards("e1")]
    assert {each.person_id for each in people} == {SAM.id}


def _ids(found: object) -> list[str]:
    assert isinstance(found, list)
    return [each.id for each in found if isinstance(each, Escalation)]
