"""What those see who wait for an answer, and are asked before an expert is, in the worst of words: Slack and Teams
take it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.chat.form import Form
from bot.chat.reply import Message
from bot.chat.turn import Place
from bot.features.escalations import asker_forms
from bot.features.escalations.asker_cards import (
    AskersView,
    answer_message,
    asked_back_message,
    request_message,
    taken_back_message,
)
from bot.features.escalations.askers import askers_of
from bot.features.escalations.model import ANSWER_LIMIT, TEXT_LIMIT, Answer, Entry, Link, State, Step
from bot.features.escalations.thanks import private_message, public_message
from bot.features.questions.consent import consent_form, consent_post, consented_post, form_again
from bot.platforms.slack import render as slack
from bot.platforms.slack.render_form import render_form
from bot.platforms.teams.render import View, render_activity, render_card
from bot.platforms.teams.render_form import form_card
from bot.platforms.web.render import render_message
from tests import adaptive_card, block_kit
from tests.builders import DANA, NOON, SAM, THREAD, question
from tests.escalated import escalation, follower

WORST = "<!channel> <@U1> <at>all</at> [x](javascript:alert(1)) https://evil.example/a " + "Käse 界 " * 600
CHANNEL = Place("slack", "T1:C1", "17.2", is_shared=True)
LINKS = tuple(Link(WORST[:200], f"https://wiki.example/{number}") for number in range(10))
ASKED = escalation(
    "e" * 32,
    text=WORST[:TEXT_LIMIT],
    asker_name=WORST[:200],
    owner_id=SAM.id,
    owner_name=WORST[:200],
    due_at=NOON + timedelta(hours=8),
    answer=Answer(WORST[:ANSWER_LIMIT], LINKS),
    answers=1,
)
LOG = tuple(
    Entry("e" * 32, step, NOON, SAM.id, WORST[:200], WORST[:TEXT_LIMIT]) for step in (Step.OFFERED, Step.ASKED_BACK)
)
LOG = (*LOG, Entry("e" * 32, Step.REPLIED, NOON, DANA.id, "", WORST[:TEXT_LIMIT]))
GIVEN = (*LOG, *(Entry("e" * 32, step, NOON, SAM.id, WORST[:200], WORST) for step in (Step.ANSWERED, Step.CORRECTED)))
CONFIRMED = (*GIVEN, Entry("e" * 32, Step.CONFIRMED, NOON, DANA.id))


def seen(state: State, log: tuple[Entry, ...] = LOG, place: Place = CHANNEL, **values: object) -> AskersView:
    stands = replace(ASKED, state=state)
    (first,) = askers_of(_NoFollowers(), stands).waiting
    view = AskersView(stands, first, log, place, lambda at: "1 March 2027, 20:00 UTC", offered_to=WORST[:200])
    return replace(view, why=WORST[:500], **values)


class _NoFollowers:
    def followers(self, escalation_id: str) -> tuple[()]:
        return ()


def posts() -> dict[str, Message]:
    other = follower("e" * 32, "q" * 32, text=WORST[:TEXT_LIMIT])
    asked = question("q" * 32, text=WORST[:TEXT_LIMIT], understood=WORST[:TEXT_LIMIT])
    private = Place("slack", "T1:D1")
    return {
        **{f"request, {state}": request_message(seen(state)) for state in State},
        **{f"joined, {state}": request_message(seen(state, waiter=other, speaks=False)) for state in State},
        "asked back": asked_back_message(seen(State.ASKED_BACK)),
        "answer": answer_message(seen(State.ANSWERED, GIVEN)),
        "answer, privately": answer_message(seen(State.ANSWERED, GIVEN, private, thread="https://x.example/p1")),
        "answer, joined": answer_message(seen(State.ANSWERED, GIVEN, waiter=other, speaks=False)),
        "answer, left": answer_message(seen(State.ANSWERED, GIVEN, waiter=other, has_left=True)),
        "confirmed": answer_message(seen(State.CLOSED, CONFIRMED)),
        "asked on": answer_message(seen(State.CLAIMED, GIVEN)),
        "taken back": taken_back_message(goes_on=True),
        "thanks": private_message(WORST[:200], ASKED, WORST[:500], "Your answers helped 7 people."),
        "thanks, for all": public_message(WORST[:200], ASKED, WORST[:500]),
        "consent": consent_post(asked, f"{WORST[:200]}, who {WORST[:500]}", private).message,
        "consent, to nobody yet": consent_post(asked, "", private).message,
        "consented": consented_post(asked, private).message,
    }


def forms() -> dict[str, Form]:
    state = asker_forms.carried("q" * 32, ASKED)
    asked = question("q" * 32, understood=WORST * 2)
    return {
        "consent": consent_form(asked, f"{WORST[:200]}, who {WORST[:500]}"),
        "reply": asker_forms.reply_form(state),
        "ask on": asker_forms.ask_on_form(state),
        "thanks": asker_forms.thanks_form(state),
    }


@pytest.mark.parametrize("name", posts())
def test_slack_takes_every_message(name: str) -> None:
    payload = slack.render_message(posts()[name], "n" * 24)
    assert block_kit.problems(payload) == []
    assert block_kit.peer_problems(payload) == []


@pytest.mark.parametrize("name", posts())
def test_teams_takes_every_message(name: str) -> None:
    for view in (View("n", "k"), View("n", "k", is_shared=True, viewer=DANA.id, user_ids={DANA.id: "29:1"})):
        assert adaptive_card.problems_of_activity(render_activity(posts()[name], view)) == []
    assert adaptive_card.problems(render_card(posts()[name], View("n", "k"))) == []


@pytest.mark.parametrize("name", posts())
def test_on_the_page_nothing_of_it_is_alive(name: str) -> None:
    html = render_message(posts()[name], "n")
    assert "<at>" not in html
    assert 'href="javascript:' not in html


@pytest.mark.parametrize("name", posts())
def test_a_summary_is_short_enough_for_a_notification(name: str) -> None:
    assert 0 < len(posts()[name].summary) < 700


@pytest.mark.parametrize("name", forms())
def test_both_take_every_form(name: str) -> None:
    form = forms()[name]
    modal = render_form(form, "n" * 24, THREAD)
    assert block_kit.problems(modal) == []
    assert block_kit.peer_problems(modal) == []
    assert adaptive_card.problems(form_card(form, "n")) == []


def test_the_consent_is_built_again_from_its_state() -> None:
    form = forms()["consent"]
    again = form_again(form.state)
    assert (again.intro, [field.name for field in again.fields]) == (form.intro, [field.name for field in form.fields])
