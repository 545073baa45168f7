"""What experts and askers see of a question and are asked about it, in the worst of words, is what Slack and Teams
take; and nobody reads there who asked without a name."""

from dataclasses import replace
from datetime import datetime

import pytest

from bot.chat.form import Form
from bot.chat.reply import Message
from bot.chat.turn import Place
from bot.features.escalations import asker_forms, expert_forms
from bot.features.escalations.asker_cards import AskersView, answer_message, request_message
from bot.features.escalations.expert_cards import CORRECT, ExpertsView, earlier_message, expert_message
from bot.features.escalations.model import (
    ANSWER_LIMIT,
    LINK_LIMIT,
    TEXT_LIMIT,
    WORD_LIMIT,
    Answer,
    Entry,
    Escalation,
    Link,
    Offer,
    OfferState,
    State,
    Step,
)
from bot.features.escalations.requests_card import requests_message, requests_section
from bot.features.escalations.shadow import draft_buttons
from bot.platforms.slack import render as slack
from bot.platforms.slack.render_form import render_form
from bot.platforms.teams.render import View, render_activity, render_card
from bot.platforms.teams.render_form import form_card
from tests import adaptive_card, block_kit
from tests.builders import DANA, NOON, SAM, turn
from tests.escalated import escalation, follower

WORST = "<!channel> <@U1> <at>all</at> [x](javascript:alert(1)) https://evil.example/a " + "Käse 界 " * 500
CHANNEL = Place("slack", "T1:C1", "17.2", is_shared=True, title=WORST[:200])
ANSWER = Answer(
    WORST[:ANSWER_LIMIT],
    tuple(Link(WORST[:300], f"https://guide.example/{'a' * 400}{number}") for number in range(LINK_LIMIT)),
)
LOG = tuple(
    Entry("e1", step, NOON, SAM.id, "" if step in (Step.REPLIED, Step.THANKED) else WORST[:200], WORST[:TEXT_LIMIT])
    for step in Step
)
READERS = {"owner": SAM.id, "next": "slack:T1:next", "channel": ""}


def moment(at: datetime) -> str:
    return "Wednesday, 12:00 your time"


def asked(state: State, **values: object) -> Escalation:
    made = escalation(
        "e" * 32,
        text=WORST[:TEXT_LIMIT],
        asker_name=WORST[:200],
        state=state,
        url=f"https://chat.example/{'a' * 900}",
        place=CHANNEL,
        topics=(WORST[:100],) * 9,
        draft=ANSWER,
        owner_id="" if state is State.OPEN else SAM.id,
        owner_name="" if state is State.OPEN else WORST[:200],
        offered_to=READERS["next"] if state is State.OPEN else "",
        due_at=NOON if state is State.CLAIMED else None,
        snoozed_until=NOON,
        answer=ANSWER,
        answers=1,
    )
    return replace(made, **values)


def seen(each: Escalation, reader_id: str = "", **values: object) -> ExpertsView:
    waiting = [follower(person_name=WORST[:200], is_confirmed=True)] * 30
    offer = Offer(each.id, reader_id, NOON, OfferState.OFFERED, WORST[:400], WORST[:WORD_LIMIT], SAM.id)
    drafted = draft_buttons(each, reader_id)
    made = ExpertsView(each, LOG, waiting, moment, reader_id, offer if reader_id else None, WORST[:200], drafted)
    return replace(made, **values)


def messages() -> dict[str, Message]:
    many = [asked(State.CLAIMED)] * 30
    found = {
        f"{state}, {name}": expert_message(seen(asked(state), reader_id))
        for state in State
        for name, reader_id in READERS.items()
    }
    for state in State:
        for place in (CHANNEL, Place("slack", "T1:U1")):
            view = AskersView(asked(state), follower(person_name=WORST[:200]), LOG, place, moment, why=WORST[:300])
            found[f"request, {state}, {place.is_shared}"] = request_message(view)
            found[f"answer, {state}, {place.is_shared}"] = answer_message(view)
    section = requests_section(many, turn("requests", person=SAM), None)
    assert section is not None
    return found | {
        "earlier": earlier_message(seen(asked(State.CLAIMED), SAM.id)),
        "led": expert_message(seen(asked(State.OPEN, lead_told_at=NOON, offered_to=""), SAM.id, offer=None)),
        "requests": requests_message(many, turn("requests", person=SAM)),
        "no requests": requests_message([], turn("requests", person=SAM)),
        "home": Message("Your home.", section.blocks),
    }


def forms() -> dict[str, Form]:
    state = expert_forms.carrying("e" * 32, [("slack:" + "x" * 190, WORST[:200])] * 9).text
    asker = asker_forms.carried("q" * 32, asked(State.ANSWERED))
    return {
        "answer": expert_forms.answer_form(state, question=WORST),
        "correct": expert_forms.answer_form(state, CORRECT, Answer(WORST[:ANSWER_LIMIT], ANSWER.links[:4]), WORST),
        "hand on": expert_forms.hand_on_form(state),
        "hand on to nobody known": expert_forms.hand_on_form(expert_forms.carrying("e" * 32).text),
        "decline": expert_forms.decline_form(state),
        "give back": expert_forms.give_back_form(state),
        "ask back": expert_forms.ask_back_form(state),
        "snooze": expert_forms.snooze_form(state),
        "reply": asker_forms.reply_form(asker),
        "ask on": asker_forms.ask_on_form(asker),
        "thanks": asker_forms.thanks_form(asker),
    }


@pytest.mark.parametrize("name", messages())
def test_slack_takes_every_message(name: str) -> None:
    assert block_kit.problems(slack.render_message(messages()[name], "n" * 24)) == []


@pytest.mark.parametrize("name", messages())
def test_teams_takes_every_message(name: str) -> None:
    for view in (View("n", "k"), View("n", "k", is_shared=True, viewer=DANA.id, user_ids={DANA.id: "29:1"})):
        assert adaptive_card.problems_of_activity(render_activity(messages()[name], view)) == []
    assert adaptive_card.problems(render_card(messages()[name], View("n", "k"))) == []


@pytest.mark.parametrize("name", forms())
def test_both_take_every_form(name: str) -> None:
    assert block_kit.problems(render_form(forms()[name], "n" * 24, CHANNEL)) == []
    assert adaptive_card.problems(form_card(forms()[name], "n")) == []


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("reader_id", READERS.values(), ids=READERS)
def test_whoever_asks_without_a_name_is_a_colleague(state: State, reader_id: str) -> None:
    unnamed = asked(state, asker_name="", text="How?", owner_name="Sam Lee", asker_id="slack:T1:secret")
    waiting = [follower(person_id="slack:T1:secret", person_name="")]
    log = [replace(each, person_id="slack:T1:secret", person_name="", text="Words.") for each in LOG]
    shown = expert_message(seen(unnamed, reader_id, waiting=waiting, log=log, handed_by="Kim Park"))
    assert "secret" not in str(shown)
    if unnamed.is_running:
        assert "A colleague" in str(shown)


@pytest.mark.parametrize("state", State)
def test_whoever_cannot_act_on_it_sees_no_button(state: State) -> None:
    shown = expert_message(seen(asked(state, draft=None), "slack:T1:other"))
    assert [each.label for each in shown.buttons] == (["Claim", "Hand on"] if state is State.OPEN else [])
