"""From an answer to an expert: what they read, with whose consent, and what the answer's card says then."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.form import TextField
from bot.chat.turn import Place, Pressed, Said
from bot.features.channels.model import Listening, Policy
from bot.features.escalations.model import State
from bot.features.questions.model import NONE_OF_THESE
from knowledge.answer import Outcome
from tests.builders import DANA, NOON, SAM, answer, minutes, source, turn
from tests.desk import Desk, labels, only, words


def test_an_expert_reads_what_the_asker_lets_out_and_whose_it_is_if_they_say_so() -> None:
    desk = Desk()
    desk.requests.who = "Sam Lee, who owns “Renewals”"
    desk.say("Who knows?")
    form = desk.press("Ask an expert").form
    assert form is not None
    words_field, who = form.fields
    assert isinstance(words_field, TextField)
    assert words_field.initial == desk.question.understood
    assert form.intro.startswith("It goes to Sam Lee, who owns “Renewals”. Experts read these words and nothing else")
    assert who.name == "name"
    message = only(desk.ask_expert("Who knows about Q3?", "withheld"))
    (asked,) = desk.requests.kept.values()
    assert (asked.id, asked.text, asked.asker_id, asked.asker_name) == (
        desk.question.id, "Who knows about Q3?", DANA.id, "",
    )  # fmt: skip
    assert "An expert was asked" in words(message)
    assert labels(message) == []


def test_an_answer_that_did_not_help_goes_along_with_its_source() -> None:
    desk = Desk(answer())
    desk.say("How?")
    desk.press("Not helpful")
    desk.submit(desk.question.id, {"reason": "outdated", "comment": ""})
    desk.ask_expert("How?")
    (asked,) = desk.requests.kept.values()
    assert asked.cited == ("starter/renewals.md",)
    assert asked.asker_name == DANA.name


def test_what_only_came_near_says_nothing_about_the_question() -> None:
    desk = Desk(replace(answer(Outcome.UNKNOWN, source(topics=("renewals",))), confidence=0.2))
    desk.say("Where do I park?")
    assert desk.question.sources
    desk.ask_expert("Where do I park?")
    (asked,) = desk.requests.kept.values()
    assert (asked.topics, asked.cited) == ((), ())


def test_an_answer_to_something_else_is_not_contradicted_by_the_experts() -> None:
    desk = Desk(answer(Outcome.ANSWER, source(topics=("renewals",))))
    desk.say("How?")
    desk.submit(desk.question.id, {"reason": "off-topic", "comment": ""})
    desk.ask_expert("How?")
    (asked,) = desk.requests.kept.values()
    assert (asked.topics, asked.cited) == ((), ())


def test_a_question_goes_to_experts_once_and_after_it_was_taken_back_again() -> None:
    desk = Desk()
    desk.say("Who knows?")
    form = desk.press("Ask an expert").form
    assert form is not None
    desk.ask_expert()
    with pytest.raises(UserFacingError, match="with an expert already"):
        desk.submit(form.state, {"text": "Who?", "name": "shown"}, form=form.id)
    desk.requests.stands(desk.question.id, state=State.WITHDRAWN)
    assert labels(desk.card()) == ["Ask an expert"]


def test_what_has_no_words_is_not_sent_to_experts() -> None:
    desk = Desk()
    desk.say("Who knows?")
    with pytest.raises(FormRejected, match="Words are needed"):
        desk.ask_expert("?!")
    assert desk.requests.kept == {}


def test_only_the_asker_asks_an_expert() -> None:
    desk = Desk()
    desk.say("Who knows?")
    with pytest.raises(UserFacingError, match="Only the person who asked"):
        desk.ask_expert(person=SAM)


def test_the_card_says_that_an_expert_answered() -> None:
    desk = Desk()
    desk.say("Who knows?")
    desk.ask_expert()
    desk.requests.stands(desk.question.id, state=State.ANSWERED)
    assert "An expert answered this" in words(desk.card())


def test_expert_said_by_itself_asks_for_consent_to_the_newest_question_here() -> None:
    desk = Desk(answer())
    desk.say("First?")
    desk.say("Second?", at=NOON + minutes(1))
    desk.say("Elsewhere?", at=NOON + minutes(2), place=Place("slack", "T1:D1", "1.0"))
    (consent,) = desk.command("expert", at=NOON + minutes(30)).posts
    (second,) = [each for each in desk.store.kept.values() if each.text == "Second?"]
    assert (consent.key, consent.place) == (f"request-{second.id}", second.place)
    assert labels(consent.message) == ["Ask with my name", "Ask without my name", "Change the words"]
    assert desk.requests.kept == {}
    for label, name in (("Ask without my name", ""), ("Ask with my name", DANA.name)):
        desk.requests.kept.clear()
        card = only(desk.press_on(consent, label))
        assert desk.requests.kept[second.id].asker_name == name
        assert labels(card) == ["Helpful", "Not helpful"]


def test_consent_given_aside_says_where_it_goes_on() -> None:
    desk = Desk()
    in_channel = Place("slack", "T1:C1", "17.2", is_shared=True)
    desk.say("Who knows?", place=in_channel)
    (consent,) = desk.command("expert", place=in_channel).posts
    assert consent.place == Place("slack", DANA.id)
    card, told = desk.press_on(consent, "Ask with my name").posts
    assert card.place == in_channel
    assert (told.key, told.place) == (consent.key, consent.place)
    assert labels(told.message) == []
    (asked,) = desk.requests.kept.values()
    assert (asked.place, asked.private) == (in_channel, consent.place)


def test_the_buttons_label_said_is_as_good_as_its_word() -> None:
    desk = Desk(answer())
    desk.say("How?")
    assert desk.feature.message is not None
    message = only(desk.feature.message(turn(" ask an Expert ", at=NOON + minutes(1)), desk.unit()))
    assert "Ask with my name" in labels(message)


def test_expert_is_said_where_the_answer_stands() -> None:
    desk = Desk(answer())
    asked_in = Place("slack", "T1:C1", "17.2", is_shared=True, members=frozenset())
    desk.say("What do partners pay?", place=asked_in)
    with pytest.raises(UserFacingError, match="nothing here"):
        desk.command("expert", place=asked_in)
    assert desk.command("expert", place=desk.question.stands_in).posts


def test_expert_without_a_question_asks_nobody() -> None:
    desk = Desk(answer())
    with pytest.raises(UserFacingError, match="nobody was asked"):
        desk.command("expert")
    desk.say("How?")
    with pytest.raises(UserFacingError, match="nobody was asked"):
        desk.command("expert", person=SAM)
    with pytest.raises(UserFacingError, match="nobody was asked"):
        desk.command("expert", at=NOON + timedelta(days=8))


def test_expert_said_twice_passes_no_older_question_on() -> None:
    desk = Desk(answer())
    desk.say("First?")
    desk.say("Second?", at=NOON + minutes(1))
    desk.ask_expert()
    with pytest.raises(UserFacingError, match="“Second\\?” is with an expert already"):
        desk.command("expert", at=NOON + minutes(3))


def test_expert_said_to_an_open_choice_means_none_of_these() -> None:
    desk = Desk(answer(Outcome.CANDIDATES))
    desk.say("What about money?")
    card, consent = desk.command("expert", at=NOON + minutes(1)).posts
    assert desk.question.choice == NONE_OF_THESE
    assert labels(card.message) == ["Ask an expert", "Back to the choice"]
    assert "Ask with my name" in labels(consent.message)


@pytest.mark.parametrize("outcome", Outcome)
def test_where_the_channel_agreed_what_is_not_answered_goes_by_itself(outcome: Outcome) -> None:
    desk = Desk(answer(outcome))
    desk.channels.kept = Policy(asks_first=False)
    message = desk.say("Who knows?", place=Place("slack", "T1:C1", "17.2", is_shared=True))
    assert [each.text for each in desk.requests.kept.values()] == ["how do renewals work"][: outcome is Outcome.UNKNOWN]
    assert ("so I asked an expert" in words(message)) == (outcome is Outcome.UNKNOWN)


def test_nothing_goes_by_itself_where_outsiders_read_along_or_from_a_private_chat() -> None:
    for place in (Place("slack", "T1:C1", "17.2", is_shared=True, members=frozenset()), Place("slack", "T1:D1")):
        desk = Desk()
        desk.channels.kept = Policy(asks_first=False)
        desk.say("Who knows?", place=place)
        assert desk.requests.kept == {}


def test_the_answers_card_follows_what_the_asker_presses_at_the_request() -> None:
    desk = Desk()
    desk.say("Who knows?")
    desk.ask_expert()
    assert desk.feature.acted is not None
    desk.requests.stands(desk.question.id, state=State.WITHDRAWN)
    pressed = turn(Pressed("escalations.take_back", desk.question.id, "n"))
    assert labels(only(desk.feature.acted(pressed, desk.unit()))) == ["Ask an expert"]
    assert desk.feature.acted(replace(pressed, person=SAM), desk.unit()).posts == ()


SHARED = Place("slack", "T1:C1", "17.2", is_shared=True)
SHADOW = Policy(shadow=True)


def test_in_a_shadow_channel_experts_get_the_answer_as_a_draft_and_nobody_else_sees_it() -> None:
    desk = Desk(answer(Outcome.ANSWER, source(url="https://wiki.example/renewals")))
    desk.channels.kept = SHADOW
    message = desk.say("How do renewals work?", place=SHARED)
    assert "ninety days" not in str(message)
    assert labels(message) == []
    (asked,) = desk.requests.kept.values()
    assert asked.draft is not None
    assert asked.draft.text.startswith("Renewals start ninety days before the end.")
    assert asked.draft.links[0].url == "https://wiki.example/renewals"
    assert desk.question.sources == ()


def test_a_source_without_an_address_is_named_in_the_draft() -> None:
    desk = Desk(answer())
    desk.channels.kept = SHADOW
    desk.say("How do renewals work?", place=SHARED)
    (asked,) = desk.requests.kept.values()
    assert asked.draft is not None
    assert (asked.draft.text.rpartition("\n\n")[2], asked.draft.links) == ("Source: Renewals", ())


def test_in_a_shadow_channel_what_is_not_answered_is_offered_as_ever_and_nothing_is_said_unasked() -> None:
    desk = Desk()
    desk.channels.kept = SHADOW
    assert labels(desk.say("Who knows?", place=SHARED)) == ["Ask an expert"]
    desk.knowledge.answer = answer()
    desk.channels.kept = replace(SHADOW, listening=Listening.EVERY)
    assert desk.do(Said("How do renewals work?", addressed=False), place=SHARED).posts == ()
    assert desk.requests.kept == {}
