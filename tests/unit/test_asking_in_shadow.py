"""Where experts see answers first, and what is said to them: not to the library."""

from dataclasses import replace

import pytest

from bot.chat.reply import Post, Reply
from bot.chat.turn import Place, Pressed, Reworded, Said, Withdrawn
from bot.features.channels.model import Listening, Policy
from bot.features.escalations.model import ANSWER_LIMIT, Link
from knowledge.answer import Outcome
from tests.builders import answer, source, turn
from tests.desk import Desk, labels, words

CHANNEL = Place("slack", "T1:C1", "17.2", is_shared=True)
SHADOW = Policy(shadow=True)


@pytest.fixture
def desk() -> Desk:
    made = Desk(answer())
    made.channels.kept = SHADOW
    return made


def ask(desk: Desk, place: Place = CHANNEL, *, addressed: bool = True) -> list[Post]:
    said = replace(turn(Said("How do renewals work?", "C1:17.2", addressed), place=place), direct="T1:U1")
    assert desk.feature.message is not None
    return list(desk.feature.message(said, desk.unit()).posts)


def test_an_answer_goes_to_the_experts_as_a_draft_and_is_not_shown(desk: Desk) -> None:
    (post,) = ask(desk)
    assert "Ninety" not in str(post.message) and "ninety days" not in str(post.message)
    assert "an expert looks at it before you read it" in words(post.message)
    assert "Ask an expert" not in labels(post.message)
    (request,) = desk.requests.kept.values()
    assert request.draft is not None
    assert request.draft.text.startswith("Renewals start ninety days before the end.")
    assert "Renewals" in request.draft.text.partition("Source: ")[2]
    assert desk.question.sources == ()


def test_sources_on_the_web_are_links_of_the_draft() -> None:
    desk = Desk(answer(Outcome.ANSWER, source(text="Days. " * 2_000, url="https://docs.example/renewals")))
    desk.channels.kept = SHADOW
    ask(desk)
    (request,) = desk.requests.kept.values()
    assert request.draft is not None
    assert request.draft.links == (Link("Renewals", "https://docs.example/renewals"),)
    assert len(request.draft.text) == ANSWER_LIMIT


@pytest.mark.parametrize(
    ("place", "policy"),
    [
        (Place("slack", "T1:D1"), SHADOW),
        (replace(CHANNEL, members=frozenset()), SHADOW),
        (CHANNEL, Policy()),
    ],
    ids=["direct", "outsiders", "no shadow"],
)
def test_elsewhere_guildhall_answers_by_itself(desk: Desk, place: Place, policy: Policy) -> None:
    desk.channels.kept = policy
    (post,) = ask(desk, place)
    assert "Renewals start ninety days" in str(post.message)
    assert desk.requests.kept == {}


@pytest.mark.parametrize("outcome", [Outcome.UNKNOWN, Outcome.CANDIDATES])
def test_what_is_no_answer_is_no_draft(outcome: Outcome) -> None:
    desk = Desk(answer(outcome))
    desk.channels.kept = SHADOW
    ask(desk)
    assert desk.requests.kept == {}


def test_a_chosen_candidate_is_an_answer_that_experts_see_first() -> None:
    desk = Desk(answer(Outcome.CANDIDATES, source("renewals"), source("pricing", "Prices rise in May.")))
    desk.channels.kept = SHADOW
    (post,) = ask(desk)
    button = next(each for each in post.message.buttons if each.label.startswith("2."))
    pressed = turn(Pressed(button.action, button.value, "n", post.key), place=CHANNEL)
    (shown,) = desk.feature.buttons[button.action](replace(pressed, direct="T1:U1"), desk.unit()).posts
    assert shown.key == post.key
    assert "Prices rise in May" not in str(shown.message)
    assert "an expert looks at it before you read it" in words(shown.message)
    assert labels(shown.message) == []
    drafts = [each.draft.text for each in desk.requests.kept.values() if each.draft is not None]
    assert [("Prices rise in May" in text, "Renewals" in text) for text in drafts] == [(True, False)]
    assert desk.question.sources == ()


def test_nobody_is_asked_about_what_was_only_overheard(desk: Desk) -> None:
    desk.channels.kept = replace(SHADOW, listening=Listening.EVERY)
    assert ask(desk, addressed=False) == []
    assert desk.requests.kept == {}


def test_a_question_that_is_reworded_brings_no_answer_past_the_experts() -> None:
    desk = Desk(answer(Outcome.UNKNOWN))
    desk.channels.kept = SHADOW
    ask(desk)
    desk.knowledge.answer = answer()
    reworded = Reworded("C1:17.2", "When do renewals start?")
    assert desk.do(reworded, place=CHANNEL) == Reply()


def test_what_is_said_to_an_expert_is_no_question(desk: Desk) -> None:
    desk.channels.kept = Policy()
    desk.requests.takes_all = True
    assert ask(desk) == []
    assert desk.store.kept == {}


def test_what_was_deleted_before_it_came_is_nobodys_answer(desk: Desk) -> None:
    desk.do(Withdrawn("C1:17.2"), place=CHANNEL)
    desk.requests.takes_all = True
    ask(desk)
    assert desk.requests.taken == []


def test_asking_for_an_expert_is_no_word_for_one(desk: Desk) -> None:
    desk.channels.kept = Policy()
    ask(desk)
    desk.requests.takes_all = True
    reply = desk.do(Said("Ask an expert"), place=CHANNEL)
    assert len(reply.posts) == 1
    assert desk.requests.taken == []
