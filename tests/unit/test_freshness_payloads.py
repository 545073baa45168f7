"""What freshness says and asks, in the worst of words, is what Slack and Teams take, and nothing in it is a link of
anybody's making."""

from dataclasses import replace

import pytest

from bot.chat.form import Form
from bot.chat.reply import Message
from bot.features.escalations.model import Answer, Escalation
from bot.features.faq.entry import Entry, as_document
from bot.features.freshness import card
from bot.features.freshness.card import Editing, Standing
from bot.features.freshness.model import REMARK_LENGTH, Check, Reason, State
from bot.platforms.slack import render as slack
from bot.platforms.slack.render_form import render_form
from bot.platforms.teams.render import View, render_activity, render_card
from bot.platforms.teams.render_form import form_card
from bot.platforms.web.render import render_message
from tests import adaptive_card, block_kit
from tests.builders import ADMIN, DANA, NOON, SAM, THREAD, document

WORST = "<!channel> <@U1> <at>all</at> [x](javascript:alert(1)) https://evil.example/a " + "Käse 界 " * 400
BASE = "https://guild.example"
CHECK = Check(
    *("k" * 32, "starter/x.md", WORST[:500], Reason.CONTRADICTED, NOON, WORST[:500]),
    remarks=(WORST[:REMARK_LENGTH],) * 3,
    escalation_id="e1",
    due_on=NOON.date(),
    person_id=DANA.id,
)
ANSWERED = Escalation(
    *("e1", WORST[:2_000], SAM.id, "", THREAD, THREAD, NOON, frozenset({"everyone"})),
    owner_name=WORST[:200],
    answer=Answer(WORST[:3_000]),
    answered_at=NOON,
)
ENTRY = Entry("e" * 32, WORST[:300], WORST[:3_000], ADMIN.id, WORST[:200], NOON, owner=WORST[:200])
DOCUMENT = document("x", WORST, title=WORST[:300], owner=WORST[:200], changed_on=NOON.date(), url=f"{BASE}/original")
OF_DOCUMENT = Standing((DOCUMENT,), None, ANSWERED, WORST[:200], BASE)
OF_ENTRY = Standing((as_document(ENTRY),), ENTRY, ANSWERED, WORST[:200], BASE)


def messages() -> dict[str, Message]:
    found = {
        f"{state.value} for {reader}": card.check_message(
            replace(CHECK, state=state, decided_by=decider, decided_by_name=WORST[:200], decided_at=NOON),
            OF_ENTRY,
            reader,
        )
        for state in State
        for reader, decider in ((DANA.id, DANA.id), (SAM.id, DANA.id), (ADMIN.id, SAM.id))
    }
    for reason in Reason:
        found[f"document {reason.value}"] = card.check_message(replace(CHECK, reason=reason), OF_DOCUMENT, DANA.id)
    return found | {
        "no page": card.check_message(CHECK, replace(OF_DOCUMENT, pages=None), DANA.id),
        "gone": card.check_message(CHECK, Standing(), DANA.id),
        "asked again": card.asked_again_message(CHECK),
        "list": card.list_message([CHECK] * 40, 7, BASE),
        "no list": card.list_message([], 0, None),
    }


def forms() -> dict[str, Form]:
    return {
        "edit": card.edit_form(Editing("k" * 32, 7).text, WORST[:300], WORST[:3_000]),
        "hand on": card.hand_on_form("k" * 32),
    }


@pytest.mark.parametrize("name", messages())
def test_slack_takes_every_message(name: str) -> None:
    assert block_kit.problems(slack.render_message(messages()[name], "n" * 24)) == []


@pytest.mark.parametrize("name", messages())
def test_teams_takes_every_message(name: str) -> None:
    assert adaptive_card.problems_of_activity(render_activity(messages()[name], View("n", "k"))) == []
    assert adaptive_card.problems(render_card(messages()[name], View("n", "k"))) == []


@pytest.mark.parametrize("name", messages())
def test_nothing_that_people_wrote_is_a_link(name: str) -> None:
    assert 'href="https://evil' not in render_message(messages()[name], "n")
    assert "javascript:" not in render_message(messages()[name], "n").replace("javascript:alert(1))", "")


@pytest.mark.parametrize("name", forms())
def test_both_take_every_form(name: str) -> None:
    assert block_kit.problems(render_form(forms()[name], "n" * 24, THREAD)) == []
    assert adaptive_card.problems(form_card(forms()[name], "n")) == []


@block_kit.NEEDS_PEER
def test_slacks_own_types_take_all_of_it() -> None:
    payloads = {name: slack.render_message(message, "n" * 24) for name, message in messages().items()}
    payloads |= {f"{name} (form)": render_form(form, "n" * 24, THREAD) for name, form in forms().items()}
    assert {name: found for name, each in payloads.items() if (found := block_kit.peer_problems(each))} == {}


def test_every_summary_is_a_whole_sentence() -> None:
    assert all(each.summary.endswith((".", "?")) for each in messages().values())
