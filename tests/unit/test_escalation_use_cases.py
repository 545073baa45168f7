"""A question's life, step by step: who may do what, and what comes of it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.chat.errors import UserFacingError
from bot.chat.turn import Person
from bot.features.escalations import automatic, use_cases
from bot.features.escalations.askers import askers_of
from bot.features.escalations.model import Answer, Escalation, Link, Offer, OfferState, State, Step
from bot.features.escalations.store import SqlEscalations
from bot.storage.unit_of_work import Database
from tests.builders import DANA, NOON, SAM, minutes
from tests.escalated import escalation, follower

KIM = Person("web:kim", "Kim Novak")
EVA = Person("web:eva", "Eva Ortiz")
GUEST = Person("web:guest", "Gus Guest", is_guest=True)
DUE = NOON + minutes(60)
ANSWER = Answer("Ninety days before.", (Link("Playbook", "https://docs.example/playbook"),))


@pytest.fixture
def store(sqlite_database: Database) -> Iterator[SqlEscalations]:
    with sqlite_database.begin() as unit:
        yield SqlEscalations(unit)


def test_a_claim_gives_it_to_one_and_tells_the_others_whose_it_is(store: SqlEscalations) -> None:
    use_cases.open_(store, escalation())
    automatic.offer(store, Offer("e1", KIM.id, NOON, why="owns the playbook"), KIM.name)
    claimed = use_cases.claim(store, "e1", SAM, DUE, NOON)
    assert (claimed.state, claimed.owner_name, claimed.due_at) == (State.CLAIMED, SAM.name, DUE)
    assert claimed.offered_to == ""
    with _refused("Sam Lee has claimed this, so nothing was changed"):
        use_cases.claim(store, "e1", KIM, DUE, NOON)
    with _refused("You have claimed this already"):
        use_cases.claim(store, "e1", SAM, DUE, NOON)
    assert store.get("e1") == claimed
    assert _offers(store) == {KIM.id: OfferState.GONE, SAM.id: OfferState.CLAIMED}


def test_whoever_waits_for_an_answer_does_not_give_it(store: SqlEscalations) -> None:
    use_cases.open_(store, escalation())
    use_cases.join(store, follower(), SAM.principals)
    for person in (DANA, SAM):
        with _refused("You wait for this answer yourself"):
            use_cases.claim(store, "e1", person, DUE, NOON)
        with _refused("waits for the answer"):
            use_cases.hand_on(store, "e1", KIM, person.id, person.name, "", NOON)


def test_an_expert_who_asks_the_same_is_asked_no_more(store: SqlEscalations) -> None:
    use_cases.open_(store, escalation())
    automatic.offer(store, Offer("e1", SAM.id, NOON), SAM.name)
    joined = use_cases.join(store, follower(), SAM.principals)
    assert (joined.state, joined.offered_to, _offers(store)) == (State.OPEN, "", {SAM.id: OfferState.PASSED})
    use_cases.claim(store, "e1", KIM, DUE, NOON)
    with _refused("You have claimed the same question yourself"):
        use_cases.join(store, follower(question_id="q2", person_id=KIM.id), KIM.principals)


def test_only_colleagues_who_may_know_of_it_claim_it(store: SqlEscalations) -> None:
    use_cases.open_(store, escalation(readers=frozenset({"board"})))
    with _refused("Only colleagues can answer here"):
        use_cases.claim(store, "e1", GUEST, DUE, NOON)
    with _refused("You may not see that request"):
        use_cases.claim(store, "e1", SAM, DUE, NOON)
    with _refused("You may not see that request"):
        use_cases.seen_by(store, "e1", SAM)
    with _refused("You may not see that request"):
        use_cases.join(store, follower(), SAM.principals)
    automatic.offer(store, Offer("e1", SAM.id, NOON), SAM.name)
    assert use_cases.seen_by(store, "e1", SAM) == store.get("e1")
    assert use_cases.claim(store, "e1", SAM, DUE, NOON).owner_id == SAM.id
    member = replace(KIM, groups=frozenset({"board"}))
    for person in (member, DANA, replace(EVA, is_admin=True)):
        assert use_cases.seen_by(store, "e1", person).id == "e1"
    with _refused("no longer kept"):
        use_cases.seen_by(store, "unknown", SAM)


def test_offers_pass_from_one_to_the_next_and_whoever_was_passed_over_may_still_claim(store: SqlEscalations) -> None:
    use_cases.open_(store, escalation())
    assert automatic.offer(store, Offer("e1", KIM.id, NOON), KIM.name) is not None
    assert automatic.offer(store, Offer("e1", SAM.id, NOON), SAM.name) is None  # it is Kim's turn
    assert automatic.pass_offer(store, "e1", SAM.id) is None
    passed = automatic.pass_offer(store, "e1", KIM.id)
    assert passed is not None and passed.offered_to == ""
    automatic.offer(store, Offer("e1", SAM.id, NOON), SAM.name)
    declined = use_cases.decline(store, "e1", SAM, "not my topic", NOON)
    assert (declined.state, declined.offered_to) == (State.OPEN, "")
    with _refused("This is not offered to you any more"):
        use_cases.decline(store, "e1", SAM, "again", NOON)
    assert {each.person_id: each.word for each in store.offers("e1")} == {KIM.id: "", SAM.id: "not my topic"}
    told = automatic.tell_lead(store, "e1", NOON)
    assert told is not None and store.waiting_for_lead() == [told]
    assert automatic.tell_lead(store, "e1", NOON) is None
    assert use_cases.claim(store, "e1", KIM, DUE, NOON).lead_told_at is None


def test_declining_late_keeps_the_turn_of_the_next_one(store: SqlEscalations) -> None:
    use_cases.open_(store, escalation())
    automatic.offer(store, Offer("e1", KIM.id, NOON), KIM.name)
    automatic.pass_offer(store, "e1", KIM.id)
    automatic.offer(store, Offer("e1", SAM.id, NOON), SAM.name)
    assert use_cases.decline(store, "e1", KIM, "no time", NOON).offered_to == SAM.id


def test_what_is_given_back_is_open_again_and_its_log_stays(store: SqlEscalations) -> None:
    _claimed(store)
    given = use_cases.give_back(store, "e1", SAM, "no time", NOON)
    assert (given.state, given.owner_id, given.due_at, given.claimed_at) == (State.OPEN, "", None, None)
    assert [each.step for each in store.log("e1")] == [Step.OPENED, Step.CLAIMED, Step.GIVEN_BACK]
    with _refused("You have not claimed this"):
        use_cases.give_back(store, "e1", SAM, "", NOON)


def test_handing_on_makes_it_the_turn_of_a_named_colleague(store: SqlEscalations) -> None:
    _claimed(store)
    with _refused("That is you"):
        use_cases.hand_on(store, "e1", SAM, SAM.id, SAM.name, "", NOON)
    handed = use_cases.hand_on(store, "e1", SAM, KIM.id, KIM.name, "You wrote it", DUE)
    assert (handed.state, handed.owner_id, handed.offered_to, handed.offered_at) == (State.OPEN, "", KIM.id, DUE)
    assert store.offers("e1")[-1] == Offer("e1", KIM.id, DUE, word="You wrote it", by=SAM.id)
    again = use_cases.hand_on(store, "e1", KIM, EVA.id, EVA.name, "", DUE)
    assert again.offered_to == EVA.id
    assert _offers(store)[KIM.id] is OfferState.DECLINED
    third = use_cases.hand_on(store, "e1", SAM, KIM.id, KIM.name, "", DUE)  # by whoever sees that it is stuck
    assert (third.offered_to, _offers(store)[EVA.id]) == (KIM.id, OfferState.PASSED)
    use_cases.claim(store, "e1", KIM, DUE, DUE)
    with _refused("Kim Novak has claimed this"):
        use_cases.hand_on(store, "e1", SAM, EVA.id, EVA.name, "", DUE)


def test_nothing_is_due_while_the_asker_has_the_word(store: SqlEscalations) -> None:
    _claimed(store)
    left = timedelta(minutes=45)
    asked = use_cases.ask_back(store, "e1", SAM, "Which product?", left, NOON)
    assert (asked.state, asked.due_at, asked.time_left) == (State.ASKED_BACK, None, left)
    assert use_cases.ask_back(store, "e1", SAM, "And since when?", timedelta(), NOON).time_left == left
    with _refused("Only who asked this"):
        use_cases.reply(store, "e1", SAM, "The old one", DUE, NOON)
    replied = use_cases.reply(store, "e1", DANA, "The old one", DUE, NOON)
    assert (replied.state, replied.due_at, replied.time_left) == (State.CLAIMED, DUE, None)
    more = use_cases.reply(store, "e1", DANA, "Since May", None, NOON)  # nobody asked: it is only noted
    assert (more.state, more.due_at) == (State.CLAIMED, DUE)
    said = [each.text for each in store.log("e1") if each.step is Step.REPLIED]
    assert said == ["The old one", "Since May"]


def test_an_owner_answers_without_waiting_for_the_word_they_asked_for(store: SqlEscalations) -> None:
    _claimed(store)
    use_cases.ask_back(store, "e1", SAM, "Which product?", timedelta(hours=1), NOON)
    answered = use_cases.answer(store, "e1", SAM, ANSWER, NOON)
    assert (answered.state, answered.time_left, answered.answers) == (State.ANSWERED, None, 1)


def test_only_the_owner_answers_once_and_corrects_afterwards(store: SqlEscalations) -> None:
    _claimed(store)
    with _refused("Sam Lee has claimed this"):
        use_cases.answer(store, "e1", KIM, ANSWER, NOON)
    with _refused("no answer of yours to correct"):
        use_cases.correct(store, "e1", SAM, ANSWER, NOON)
    answered = use_cases.answer(store, "e1", SAM, ANSWER, NOON)
    assert (answered.answer, answered.answered_at, answered.due_at) == (ANSWER, NOON, None)
    with _refused("You have answered this already"):
        use_cases.answer(store, "e1", SAM, ANSWER, NOON)
    with _refused("no answer of yours to correct"):
        use_cases.correct(store, "e1", KIM, ANSWER, NOON)
    corrected = use_cases.correct(store, "e1", SAM, Answer("A hundred."), NOON)
    assert (corrected.answer, corrected.answers, corrected.state) == (Answer("A hundred."), 1, State.ANSWERED)
    assert [each.links for each in store.log("e1")][-2:] == [ANSWER.links, ()]


def test_the_asker_closes_it_and_a_follower_speaks_for_themselves(store: SqlEscalations) -> None:
    _claimed(store)
    use_cases.join(store, follower(person_id=KIM.id), KIM.principals)
    with _refused("There is no answer yet"):
        use_cases.confirm(store, "e1", DANA, NOON)
    use_cases.answer(store, "e1", SAM, ANSWER, NOON)
    with _refused("Only who asked this"):
        use_cases.confirm(store, "e1", EVA, NOON)
    helped = use_cases.confirm(store, "e1", KIM, NOON)
    assert (helped.state, helped.is_confirmed) == (State.ANSWERED, False)
    assert [each.is_confirmed for each in store.followers("e1")] == [True]
    closed = use_cases.confirm(store, "e1", DANA, NOON)
    assert (closed.state, closed.is_confirmed, closed.closed_at) == (State.CLOSED, True, NOON)
    for person in (KIM, DANA):
        with _refused("You have said so already"):
            use_cases.confirm(store, "e1", person, NOON)


def test_what_was_closed_unheard_can_still_be_confirmed(store: SqlEscalations) -> None:
    _answered(store)
    closed = automatic.close_unheard(store, "e1", NOON)
    assert closed is not None and (closed.state, closed.is_confirmed) == (State.CLOSED, False)
    assert automatic.close_unheard(store, "e1", NOON) is None
    confirmed = use_cases.confirm(store, "e1", DANA, DUE)
    assert (confirmed.is_confirmed, confirmed.closed_at) == (True, DUE)


@pytest.mark.parametrize("again", [use_cases.ask_on, use_cases.reopen])
def test_it_goes_back_to_its_owner_or_to_anybody_where_they_are_away(
    store: SqlEscalations, again: Callable[..., Escalation]
) -> None:
    _answered(store)
    use_cases.confirm(store, "e1", DANA, NOON)
    back = again(store, "e1", DANA, "And in May?", DUE, NOON)
    assert (back.state, back.owner_id, back.due_at) == (State.CLAIMED, SAM.id, DUE)
    assert (back.is_confirmed, back.closed_at) == (False, None)
    second = use_cases.answer(store, "e1", SAM, Answer("In May too."), NOON)
    assert second.answers == 2
    pool = again(store, "e1", DANA, "And in June?", None, NOON)
    assert (pool.state, pool.owner_id, pool.answer) == (State.OPEN, "", Answer("In May too."))
    assert _offers(store) == {SAM.id: OfferState.PASSED}
    with _refused("There is no answer yet"):
        again(store, "e1", DANA, "And in July?", DUE, NOON)


def test_a_follower_who_still_wonders_asks_their_own(store: SqlEscalations) -> None:
    _claimed(store)
    use_cases.join(store, follower(person_id=KIM.id), KIM.principals)
    use_cases.answer(store, "e1", SAM, ANSWER, NOON)
    with _refused("Ask your own question about what is missing"):
        use_cases.ask_on(store, "e1", KIM, "And in May?", DUE, NOON)
    own = use_cases.open_(store, escalation("q1", asker_id=KIM.id))
    assert store.of_question("q1") == own


def test_each_answer_is_thanked_once_by_each(store: SqlEscalations) -> None:
    _answered(store)
    assert use_cases.thank(store, "e1", DANA, "Great help", NOON).state is State.ANSWERED
    with _refused("Sam Lee has your thanks already"):
        use_cases.thank(store, "e1", DANA, "", NOON)
    use_cases.ask_on(store, "e1", DANA, "And in May?", DUE, NOON)
    use_cases.answer(store, "e1", SAM, ANSWER, NOON)
    use_cases.thank(store, "e1", DANA, "", NOON)
    with _refused("Only who asked this"):
        use_cases.thank(store, "e1", SAM, "", NOON)


def test_what_is_taken_back_is_over_and_can_be_asked_again(store: SqlEscalations) -> None:
    _claimed(store)
    with _refused("Only who asked this"):
        use_cases.withdraw(store, "e1", SAM, NOON)
    gone = use_cases.withdraw(store, "e1", DANA, NOON)
    assert (gone.state, gone.due_at, gone.closed_at) == (State.WITHDRAWN, None, NOON)
    assert _offers(store) == {SAM.id: OfferState.GONE}
    for act in (
        lambda: use_cases.answer(store, "e1", SAM, ANSWER, NOON),
        lambda: use_cases.withdraw(store, "e1", DANA, NOON),
        lambda: use_cases.claim(store, "e1", KIM, DUE, NOON),
        lambda: use_cases.reply(store, "e1", DANA, "But", DUE, NOON),
        lambda: use_cases.join(store, follower(), SAM.principals),
    ):
        with _refused("nothing was changed"):
            act()
    assert store.get("e1") == gone
    again = use_cases.open_(store, escalation(text="How else?", opened_at=DUE))
    assert (again.state, again.owner_id, again.text, again.asker_left) == (State.OPEN, "", "How else?", False)
    assert again.revision > gone.revision
    with _refused("An expert has this question already"):
        use_cases.open_(store, escalation())


def test_it_goes_on_for_who_asked_the_same_when_the_asker_takes_it_back(store: SqlEscalations) -> None:
    _claimed(store)
    use_cases.join(store, follower(person_id=KIM.id, person_name=KIM.name), KIM.principals)
    left = use_cases.withdraw(store, "e1", DANA, NOON)
    assert (left.state, left.owner_id, left.asker_left) == (State.CLAIMED, SAM.id, True)
    assert [each.person_id for each in askers_of(store, left).waiting] == [KIM.id]
    use_cases.ask_back(store, "e1", SAM, "Which product?", None, NOON)
    with _refused("Only who asked this"):
        use_cases.reply(store, "e1", DANA, "Mine", DUE, NOON)
    assert use_cases.reply(store, "e1", KIM, "The old one", DUE, NOON).state is State.CLAIMED
    use_cases.answer(store, "e1", SAM, ANSWER, NOON)
    assert use_cases.confirm(store, "e1", KIM, NOON).state is State.CLOSED


def test_an_asker_who_left_comes_back_to_the_running_one(store: SqlEscalations) -> None:
    _claimed(store)
    use_cases.join(store, follower(person_id=KIM.id), KIM.principals)
    use_cases.withdraw(store, "e1", DANA, NOON)
    back = use_cases.open_(store, escalation())
    assert (back.state, back.owner_id, back.asker_left) == (State.CLAIMED, SAM.id, False)
    assert len(askers_of(store, back).waiting) == 2


def test_when_the_last_one_who_waits_leaves_it_is_over(store: SqlEscalations) -> None:
    _claimed(store)
    use_cases.join(store, follower(person_id=KIM.id), KIM.principals)
    use_cases.withdraw(store, "e1", DANA, NOON)
    with _refused("Only who asked this"):
        use_cases.unjoin(store, "q1", EVA, NOON)
    assert use_cases.unjoin(store, "q1", KIM, NOON).state is State.WITHDRAWN
    with _refused("no longer kept"):
        use_cases.unjoin(store, "q1", KIM, NOON)


def test_a_question_waits_for_one_answer_only(store: SqlEscalations) -> None:
    use_cases.open_(store, escalation("e1"))
    use_cases.open_(store, escalation("e2"))
    use_cases.join(store, follower("e1", "q1"), SAM.principals)
    for ask in (
        lambda: use_cases.join(store, follower("e2", "q1"), SAM.principals),
        lambda: use_cases.join(store, follower("e1", "e2"), SAM.principals),
        lambda: use_cases.open_(store, escalation("q1", asker_id=SAM.id)),
        lambda: use_cases.open_(store, escalation("e1", asker_id=SAM.id)),
    ):
        with pytest.raises(UserFacingError):
            ask()
    use_cases.withdraw(store, "e2", DANA, NOON)
    assert use_cases.join(store, follower("e1", "e2", person_id=DANA.id), DANA.principals).id == "e1"


def test_whoever_withheld_their_name_has_none_in_the_log(store: SqlEscalations) -> None:
    use_cases.open_(store, escalation(asker_name=""))
    use_cases.join(store, follower(person_id=KIM.id, person_name=""), KIM.principals)
    use_cases.claim(store, "e1", SAM, DUE, NOON)
    use_cases.reply(store, "e1", DANA, "It is urgent", DUE, NOON)
    use_cases.answer(store, "e1", SAM, ANSWER, NOON)
    use_cases.confirm(store, "e1", KIM, NOON)
    use_cases.thank(store, "e1", DANA, "", NOON)
    use_cases.unjoin(store, "q1", KIM, NOON)
    use_cases.ask_on(store, "e1", DANA, "And?", DUE, NOON)
    use_cases.withdraw(store, "e1", DANA, NOON)
    assert {each.person_name for each in store.log("e1")} == {"", SAM.name}


def test_what_is_overdue_goes_on_to_the_next_one(store: SqlEscalations) -> None:
    _claimed(store)
    early = DUE - minutes(1)
    assert automatic.overdue(store, "e1", early) is None
    assert automatic.release(store, "e1", early) is None
    late = automatic.overdue(store, "e1", DUE)
    assert late is not None and (late.state, late.owner_id) == (State.CLAIMED, SAM.id)
    released = automatic.release(store, "e1", DUE)
    assert released is not None and (released.state, released.owner_id) == (State.OPEN, "")
    assert _offers(store) == {SAM.id: OfferState.PASSED}
    assert automatic.overdue(store, "e1", DUE) is None
    assert use_cases.claim(store, "e1", SAM, DUE + minutes(1), DUE).owner_id == SAM.id


def test_snoozing_keeps_the_due_time(store: SqlEscalations) -> None:
    _claimed(store)
    snoozed = use_cases.snooze(store, "e1", SAM, NOON + minutes(30), NOON)
    assert (snoozed.snoozed_until, snoozed.due_at) == (NOON + minutes(30), DUE)
    with _refused("Sam Lee has claimed this"):
        use_cases.snooze(store, "e1", KIM, NOON, NOON)


def test_a_draft_is_judged_by_colleagues_with_or_without_an_answer(store: SqlEscalations) -> None:
    use_cases.open_(store, escalation(draft=Answer("Perhaps so.")))
    with _refused("no draft for you to judge"):
        use_cases.judge_draft(store, "e1", DANA, True, NOON)
    assert use_cases.judge_draft(store, "e1", KIM, False, NOON).is_draft_approved is False
    use_cases.claim(store, "e1", SAM, DUE, NOON)
    assert use_cases.answer(store, "e1", SAM, Answer("Perhaps so."), NOON, True).is_draft_approved is True
    use_cases.open_(store, escalation("e2"))
    with _refused("no draft for you to judge"):
        use_cases.judge_draft(store, "e2", KIM, True, NOON)


def _claimed(store: SqlEscalations) -> None:
    use_cases.open_(store, escalation())
    use_cases.claim(store, "e1", SAM, DUE, NOON)


def _answered(store: SqlEscalations) -> None:
    _claimed(store)
    use_cases.answer(store, "e1", SAM, ANSWER, NOON)


def _offers(store: SqlEscalations) -> dict[str, OfferState]:
    return {each.person_id: each.state for each in store.offers("e1")}


def _refused(text: str) -> pytest.RaisesExc[UserFacingError]:
    return pytest.raises(UserFacingError, match=text)
