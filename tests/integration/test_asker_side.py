"""Those who wait for an answer, with the real desk and tables: what they see, what they do, what is learned from it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.turn import EVERYONE, Place, Pressed, Submitted
from bot.features.escalations import automatic
from bot.features.escalations.model import Answer, Offer, State
from bot.features.escalations.ranking import Ranked
from bot.features.escalations.store import SqlEscalations
from bot.features.experts.model import Expert
from bot.features.experts.store import SqlExperts
from bot.features.faq.store import SqlDrafts
from bot.storage.people import KnownPerson, People, Preferences
from bot.storage.unit_of_work import Database
from tests.askers_house import (
    ANSWER,
    CHANNEL,
    DIRECT,
    FOLLOWS,
    GIVEN,
    KIM,
    KIMS_ANSWER,
    KIMS_REQUEST,
    REQUEST,
    URL,
    House,
)
from tests.builders import DANA, NOON, SAM, minutes, turn
from tests.desk import labels, words
from tests.escalated import escalation


@pytest.fixture
def house(sqlite_database: Database) -> House:
    return House(sqlite_database)


def test_the_request_stands_where_it_was_asked_and_follows_what_happens(house: House) -> None:
    house.ask()
    asked = house.message(*REQUEST)
    assert "looking for the colleague who knows best" in asked.summary
    assert labels(asked) == ["Take it back"]
    assert "Experts read these words and your name." in words(asked)
    house.claim()
    assert house.message(*REQUEST).summary.startswith("Sam Lee has the question and means to answer by ")


def test_who_was_asked_is_said_with_the_reason(house: House) -> None:
    house.ask(offered_to=SAM.id)
    assert house.message(*REQUEST).summary.startswith("Asked Sam Lee. If no answer comes, the next")


def test_where_nobody_is_known_who_could_answer_that_is_said(house: House) -> None:
    house.ask(lead_told_at=NOON)
    assert house.message(*REQUEST).summary.startswith("I know of no expert for this yet. Whoever looks after such")


def test_what_is_withheld_shows_nowhere(house: House) -> None:
    house.ask(asker_name="")
    assert "do not see who asks" in words(house.message(*REQUEST))
    house.answer()
    house.press(ANSWER, "That helped")
    house.press(ANSWER, "Thank Sam", text="")
    for (conversation, _), message in house.shown.items():
        assert DANA.name not in str(message), conversation


def test_taken_back_nobody_is_asked_and_nothing_can_be_pressed(house: House) -> None:
    house.ask()
    house.press(REQUEST, "Take it back")
    assert house.escalation().state is State.WITHDRAWN
    assert house.message(*REQUEST).buttons == ()
    house.ask(opened_at=house.now)
    assert house.escalation().state is State.OPEN
    assert labels(house.message(*REQUEST)) == ["Take it back"]


def test_an_answer_stands_in_the_thread_and_privately_with_its_links(house: House) -> None:
    house.ask()
    house.answer()
    message = house.message(*ANSWER)
    assert message.summary == "Sam Lee answers: Ninety days before. Ask early."
    assert labels(message) == ["That helped", "I still wonder"]
    assert "https://wiki.example/plan" in str(message)
    private = house.message(DIRECT, "answer-d1-1")
    assert labels(private) == ["That helped", "I still wonder"]
    assert URL in str(private)


def test_an_answer_wakes_nobody_and_one_that_arrived_is_changed_at_once(house: House) -> None:
    house.ask()
    with house.database.begin() as unit:
        quiet = Preferences(quiet_from="12:00", quiet_to="15:00", time_zone="UTC")
        People(unit).put(KnownPerson(DANA.id, DANA.name, NOON, preferences=quiet), NOON)
    house.answer()
    assert house.stands(*ANSWER)
    assert not house.stands(DIRECT, "answer-d1-1")
    house.now += timedelta(hours=3)
    assert house.stands(DIRECT, "answer-d1-1")
    house.now = NOON + timedelta(days=1)
    house.press(ANSWER, "That helped")
    assert labels(house.message(DIRECT, "answer-d1-1"))[0] == "Thank Sam"


def test_a_correction_changes_the_answer_in_its_place(house: House) -> None:
    house.ask()
    house.answer()
    house.deliver()
    house.now += minutes(5)
    with house.database.begin() as unit:
        house.desk.correct("d1", SAM, Answer("A hundred days before."), unit, house.now)
    message = house.message(*ANSWER)
    assert "A hundred days before." in words(message)
    assert "Corrected 1 March 2027, 12:05 UTC." in words(message)


def test_asked_back_the_asker_is_told_by_a_message_of_its_own_and_replies(house: House) -> None:
    house.ask()
    house.claim()
    back = (CHANNEL, "asked-back-d1-1")
    with house.database.begin() as unit:
        house.desk.ask_back("d1", SAM, "Which region?", unit, house.now)
    assert house.message(*back).summary == "Sam Lee asks you back: Which region?"
    assert labels(house.message(DIRECT, "asked-back-d1-1")) == ["Reply"]
    with pytest.raises(FormRejected):
        house.press(back, "Reply", text="?!")
    house.press(back, "Reply", text="EMEA.")
    assert house.escalation().state is State.CLAIMED
    assert house.message(*back).buttons == ()
    assert "You replied: “EMEA.”" in words(house.message(*back))


def test_what_helped_is_confirmed_learned_and_drafted_once(house: House) -> None:
    house.ask()
    house.join()
    house.answer()
    house.press(ANSWER, "That helped")
    house.press(KIMS_ANSWER, "That helped", KIM)
    assert house.escalation().is_confirmed
    with house.database.reading() as unit:
        (evidence,) = SqlExperts(unit).evidence([SAM.id])
        draft = SqlDrafts(unit).get("d1")
    assert (evidence.id, evidence.topics, evidence.readers) == ("d1", ("renewals",), frozenset({EVERYONE}))
    assert draft is not None
    assert (draft.author_id, draft.source_url, draft.links[0].url) == (SAM.id, URL, "https://wiki.example/plan")
    assert set(draft.people) == {DANA.name, KIM.name, SAM.name}
    assert draft.saved_at == NOON + minutes(1)


def test_what_is_masked_in_a_draft_does_not_tell_who_withheld_their_name(house: House) -> None:
    def people_of(name: str, **values: object) -> set[str]:
        with house.database.begin() as unit:
            house.desk.open(escalation(name, asker_name="", place=DIRECT, private=DIRECT, **values), unit)
            house.desk.claim(name, SAM, unit, house.now)
            house.desk.answer(name, SAM, Answer("Dana, Kim and Ann know."), unit, house.now)
            house.desk.confirm(name, DANA, unit, house.now)
            draft = SqlDrafts(unit).get(name)
        assert draft is not None
        return set(draft.people)

    assert people_of("d1") == {SAM.name}
    assert people_of("d2", text="How do renewals work? This is Dana from sales.") == {DANA.name, SAM.name}


def test_who_still_wonders_gets_a_second_answer_below_the_first(house: House) -> None:
    house.ask()
    house.answer()
    house.press(ANSWER, "I still wonder", text="And for resellers?")
    assert house.message(*ANSWER).buttons == ()
    assert "asked on" in words(house.message(*ANSWER))
    assert house.escalation().state is State.CLAIMED
    with house.database.begin() as unit:
        house.desk.answer("d1", SAM, Answer("The same."), unit, house.now)
    assert labels(house.message(CHANNEL, "answer-d1-2")) == ["That helped", "I still wonder"]


def test_what_was_closed_is_opened_again(house: House) -> None:
    house.ask()
    house.answer()
    house.press(ANSWER, "That helped")
    assert house.escalation().state is State.CLOSED
    house.press(ANSWER, "I still wonder", text="And for resellers?")
    assert house.escalation().state is State.CLAIMED


def test_thanks_reach_the_expert_with_what_their_answers_did_and_the_channel_if_they_agreed(house: House) -> None:
    house.ask()
    house.answer()
    house.press(ANSWER, "That helped")
    house.press(ANSWER, "Thank Sam", text="It saved the deal.")
    told = (Place("slack", f"T1:{SAM.id}"), "thanks-d1-1")
    assert "Your answers helped 1 person and saved about 10 minutes." in words(house.message(*told))
    assert "It saved the deal." in str(house.message(*told))
    assert not house.stands(CHANNEL, "thanks-d1-1")
    assert labels(house.message(*ANSWER)) == ["I still wonder"]
    with house.database.begin() as unit:
        SqlExperts(unit).put(Expert(SAM.id, NOON, is_public=True))
    house.press(ANSWER, "I still wonder", text="And then?")
    with house.database.begin() as unit:
        house.desk.answer("d1", SAM, GIVEN, unit, house.now)
    second = (CHANNEL, "answer-d1-2")
    house.press(second, "That helped")
    house.press(second, "Thank Sam", text="")
    assert house.message(CHANNEL, "thanks-d1-2").summary == "Dana Okafor thanks Sam Lee for this answer."


def test_who_asks_the_same_gets_the_same_answer_where_they_asked(house: House) -> None:
    house.ask()
    house.join()
    joined = house.message(*KIMS_REQUEST)
    assert joined.summary.startswith("Somebody asked the same already, so you get that answer too.")
    assert labels(joined) == ["Mine is different", "Take it back"]
    house.answer()
    assert labels(house.message(*KIMS_ANSWER)) == ["That helped", "Mine is different"]
    house.press(KIMS_ANSWER, "That helped", KIM)
    assert not house.escalation().is_confirmed
    assert labels(house.message(*KIMS_ANSWER)) == ["Thank Sam"]
    assert labels(house.message(*ANSWER)) == ["That helped", "I still wonder"]


def test_what_is_different_goes_its_own_way(house: House) -> None:
    house.ask()
    house.join()
    house.answer()
    house.press(KIMS_ANSWER, "Mine is different", KIM)
    own = house.escalation("k1")
    assert (own.id, own.state, own.text, own.asker_id) == ("k1", State.OPEN, "When do they start?", KIM.id)
    assert labels(house.message(*KIMS_REQUEST)) == ["Take it back"]
    assert house.message(*KIMS_ANSWER).buttons == ()


def test_who_followed_may_stop_and_who_asked_first_leaves_it_to_the_others(house: House) -> None:
    house.ask()
    house.join()
    house.press(REQUEST, "Take it back")
    assert house.escalation().state is State.OPEN
    assert "it goes on for them" in words(house.message(*REQUEST))
    house.press(KIMS_REQUEST, "Take it back", KIM)
    with house.database.reading() as unit:
        (left,) = SqlEscalations(unit).in_state(State.WITHDRAWN)
    assert left.id == "d1"
    assert house.message(*KIMS_REQUEST).buttons == ()


@pytest.mark.parametrize("label", ["That helped", "I still wonder"])
def test_only_who_waits_for_it_says_whether_it_helped(house: House, label: str) -> None:
    house.ask()
    house.answer()
    with pytest.raises(UserFacingError):
        house.press(ANSWER, label, KIM, text="Mine?")
    assert house.escalation().state is State.ANSWERED


def test_a_form_opened_before_a_newer_answer_sends_nothing(house: House) -> None:
    house.ask()
    house.answer()
    made = turn(Pressed("", "d1", "n"), place=CHANNEL)
    with house.database.begin() as unit:
        form = house.chat.on_ask_on(made, unit).form
    assert form is not None
    house.press(ANSWER, "I still wonder", text="And for resellers?")
    with house.database.begin() as unit:
        house.desk.answer("d1", SAM, GIVEN, unit, house.now)
    values: Mapping[str, str | tuple[str, ...]] = {"text": "And?"}
    with house.database.begin() as unit, pytest.raises(UserFacingError, match="a newer answer"):
        house.chat.on_ask_on_sent(replace(made, content=Submitted(form.id, values, form.state, "n")), unit)


def test_nobody_joins_with_a_draft_to_judge(house: House) -> None:
    house.ask()
    house.routing.same = house.escalation()
    with house.database.begin() as unit:
        house.requests.ask(escalation("s1", asker_id=KIM.id, draft=GIVEN), KIM, unit)
    assert house.escalation("s1").id == "s1"


def test_it_is_said_whom_a_question_would_go_to(house: House) -> None:
    with house.database.reading() as unit:
        assert house.requests.preview("How?", DANA, unit, NOON) == "Sam Lee, who owns “Renewals”"
        house.routing.first = Ranked(SAM.id, SAM.name)
        assert house.requests.preview("How?", DANA, unit, NOON) == "Sam Lee"
        house.routing.first = None
        assert house.requests.preview("How?", DANA, unit, NOON) == ""


def test_a_deleted_message_takes_its_request_back_wherever_it_is(house: House) -> None:
    house.ask()
    house.join()
    with house.database.begin() as unit:
        for question_id, person in (("k1", KIM), ("d1", DANA), ("d1", DANA), ("nobody", DANA)):
            house.requests.take_back(question_id, person, unit, NOON)
    assert house.escalation().state is State.WITHDRAWN


def test_a_guest_learns_whom_it_went_to_and_not_what_they_own_or_know(house: House) -> None:
    with house.database.begin() as unit:
        dana = People(unit).account(DANA.id)
        assert dana is not None
        People(unit).put_account(replace(dana, is_guest=True))
    with house.database.begin() as unit:
        asked = escalation("d1", place=DIRECT, private=DIRECT)
        house.desk.open(asked, unit)
        offered = automatic.offer(SqlEscalations(unit), Offer("d1", SAM.id, NOON, why="owns “Renewals”"), SAM.name)
        assert offered is not None
        house.desk.settle(offered, unit, NOON)
    shown = str(house.message(DIRECT, "request-d1"))
    assert "Asked Sam Lee." in shown and "Renewals" not in shown


def test_a_follower_reads_neither_the_replies_of_who_asked_first_nor_a_link_to_their_thread(house: House) -> None:
    house.ask()
    house.join()
    house.claim()
    with house.database.begin() as unit:
        house.desk.ask_back("d1", SAM, "Which customer?", unit, house.now)
        house.desk.reply("d1", DANA, "Acme, two million.", unit, house.now)
    house.press(REQUEST, "Take it back")
    with house.database.begin() as unit:
        house.desk.answer("d1", SAM, GIVEN, unit, house.now)
    house.deliver()
    read = [str(message) for (where, _), message in house.shown.items() if where == FOLLOWS.conversation]
    assert any("Ninety days before" in each for each in read)
    assert not any("Acme" in each or URL in each for each in read)


def test_a_follower_in_a_channel_is_led_to_no_other_thread(house: House) -> None:
    house.ask()
    with house.database.begin() as unit:
        house.routing.same = SqlEscalations(unit).get("d1")
        elsewhere = replace(CHANNEL, channel="T1:C2")
        asked = replace(escalation("k1"), asker_id=KIM.id, asker_name=KIM.name, place=elsewhere, private=FOLLOWS)
        house.requests.ask(asked, KIM, unit)
    house.answer()
    assert URL not in str(house.message(FOLLOWS, "answer-k1-d1-1"))


def test_who_comes_back_without_their_name_has_none_and_no_thread_on_the_cards(house: House) -> None:
    house.ask()
    house.join()
    house.press(REQUEST, "Take it back")
    with house.database.begin() as unit:
        house.desk.open(escalation("d1", asker_name="", place=CHANNEL, private=DIRECT, opened_at=house.now), unit)
    assert (house.escalation().asker_name, house.escalation().url) == ("", "")
