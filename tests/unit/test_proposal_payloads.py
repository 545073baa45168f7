"""What experts said in threads, and drafts, in the worst of words, is what Slack and Teams take."""

import pytest

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.form import missing_or_invalid
from bot.chat.reply import Message
from bot.features.escalations.edit_form import EditState, edit_form, edited
from bot.features.escalations.model import ANSWER_LIMIT, LINK_LIMIT, Answer, Link
from bot.features.escalations.proposal_card import done_message, proposal_message
from bot.features.escalations.proposals import Part
from bot.features.escalations.threads import NOT_SENT, said_form
from bot.platforms.slack import render as slack
from bot.platforms.slack.render_form import render_form
from bot.platforms.teams.render import View, render_activity, render_card
from bot.platforms.teams.render_form import form_card
from bot.platforms.web.render import render_message
from tests import adaptive_card, block_kit
from tests.builders import NOON, SAM, THREAD
from tests.escalated import escalation

WORST = "<!channel> <@U1> <at>all</at> [x](javascript:alert(1)) https://evil.example/a " + "Käse 界 " * 400
LINKS = tuple(Link(WORST[:200], f"https://acme.slack.com/{'%20' * 600}{number}") for number in range(LINK_LIMIT))
WHOLE = Answer((WORST * 3)[:ANSWER_LIMIT], LINKS)


def posts() -> dict[str, Message]:
    asked = escalation(text=WORST[:2_000])
    owned = escalation(text=WORST[:2_000], owner_id=SAM.id)
    part = Part(SAM.id, "1", asked.id, "c" * 32, THREAD, WHOLE.text, LINKS, NOON)
    question = Part(SAM.id, "1", asked.id, "c" * 32, THREAD, "Which region is it?", (), NOON)
    return {
        "proposed": proposal_message(asked, [part]),
        "asks back": proposal_message(owned, [question]),
        "done": done_message(NOT_SENT),
    }


@pytest.mark.parametrize("name", posts())
def test_slack_and_teams_take_every_message(name: str) -> None:
    message = posts()[name]
    payload = slack.render_message(message, "n" * 24)
    assert block_kit.problems(payload) == []
    assert block_kit.peer_problems(payload) == []
    assert adaptive_card.problems_of_activity(render_activity(message, View("n", "k"))) == []
    assert adaptive_card.problems(render_card(message, View("n", "k"))) == []
    html = render_message(message, "n")
    assert "<at>" not in html
    assert "javascript:" not in html.replace("[x](javascript:alert(1))", "")


def test_both_take_the_form_and_it_is_built_again_from_its_state() -> None:
    form = edit_form("escalations.edit_said", EditState.of("c" * 32, WHOLE), WHOLE.text)
    modal = render_form(form, "n" * 24, THREAD)
    assert block_kit.problems(modal) == []
    assert block_kit.peer_problems(modal) == []
    assert adaptive_card.problems(form_card(form, "n")) == []
    assert [field.name for field in said_form(form.state).fields] == [field.name for field in form.fields]
    assert missing_or_invalid(said_form(form.state), {"text": "So.", "links": ("0", "1")}) == {}


def test_a_link_that_the_form_has_no_room_for_stays() -> None:
    links = tuple(Link("ü" * 150, f"https://docs.example/{number}") for number in range(LINK_LIMIT))
    state = EditState.of("e1", Answer("So.", links))
    assert 0 < len(state.titles) <= LINK_LIMIT
    assert EditState.from_text(state.to_text()) == state
    kept = edited({"text": "So.", "links": ("0",)}, state, links)
    assert kept == Answer("So.", (links[0], *links[len(state.titles) :]))


@pytest.mark.parametrize("state", ["", "{}", "7", "[]", "[" * 100_000])
def test_a_forged_state_is_refused_in_words(state: str) -> None:
    with pytest.raises(UserFacingError, match="nothing was sent"):
        EditState.from_text(state)


def test_an_answer_without_words_is_not_sent() -> None:
    with pytest.raises(FormRejected):
        edited({"text": " – "}, EditState("e1"), ())
