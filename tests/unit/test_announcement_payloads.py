"""What announcements say, in the worst of words, is what Slack and Teams take, and nothing in it is a link of anybody's
making."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.chat.form import Form
from bot.chat.reply import Message
from bot.features.announcements import cards, forms, messages
from bot.features.announcements.acts import for_curators
from bot.features.announcements.cards import AnnouncementView
from bot.features.announcements.model import (
    TEXT_LIMIT,
    TITLE_LIMIT,
    WORD_LIMIT,
    AnnouncementState,
    Audience,
    Correction,
)
from bot.features.announcements.sending import Outcome
from bot.features.announcements.store import Reads
from bot.features.broadcasts.model import (
    BroadcastState,
    Figures,
    Progress,
    Recipient,
    Target,
    TargetState,
)
from bot.features.channels.model import Channel, Policy
from bot.platforms.slack import render as slack
from bot.platforms.slack.render_form import render_form
from bot.platforms.teams.render import View, render_activity, render_card
from bot.platforms.teams.render_form import form_card
from bot.platforms.web.render import render_message
from tests import adaptive_card, block_kit
from tests.announcements_house import BASE, SAM, announcement
from tests.builders import NOON, THREAD

WORST = "<!channel> <@U1> <at>all</at> [x](javascript:alert(1)) https://evil.example/a " + "Käse 界 " * 400
HOSTILE = announcement(
    title=WORST[:TITLE_LIMIT],
    text=WORST[:TEXT_LIMIT],
    author_name=WORST[:200],
    approved_name=WORST[:200],
    word=WORST[:WORD_LIMIT],
    asks_read=True,
    audience=Audience(("everyone", "hub:" + "h" * 60), (("slack", "T1:C1"),) * 40),
    sent_at=NOON,
    corrected_at=NOON,
)
NEW = Correction(WORST[:TITLE_LIMIT], "\n".join(WORST[:20] for _ in range(110)), "sam", WORST[:200], asks_again=True)
HUBS = [frozenset({f"{number}-{'h' * 50}"}) for number in range(200)]
CHANNELS = [
    Channel("slack", f"T1:C{number:09}", Policy(hubs=hubs), WORST[:200], has_outsiders=number % 2 == 0)
    for number, hubs in enumerate(HUBS)
]
PROBLEMS = tuple(
    Target("b", number, Recipient("slack", f"C{number}"), WORST[:200], reason=WORST[:500]) for number in range(9)
)
FAR = Outcome(
    "on its way, 1 of 2 places have it.",
    Progress({TargetState.FAILED: 9, TargetState.WAITING: 3}, 1),
    BroadcastState.SENDING,
    Figures(3, 2, {WORST[:100]: 3}),
    PROBLEMS,
)


def views() -> Sequence[AnnouncementView]:
    return [
        AnnouncementView(known, reader, curates, BASE, WORST[:900], 9, outcome, Reads(1_200, 9), read, alone)
        for state in AnnouncementState
        for known in (
            replace(HOSTILE, state=state),
            *((replace(HOSTILE, state=state, correction=NEW, edition=2),) if state is AnnouncementState.SENT else ()),
        )
        for reader, read, alone in ((SAM.id, 1, True), (SAM.id, 2, False), ("somebody", 0, False))
        for curates, outcome in ((True, FAR if state is AnnouncementState.SENT else Outcome()), (False, Outcome()))
    ]


def all_messages() -> dict[str, Message]:
    found = {f"card {number}": cards.announcement_message(view) for number, view in enumerate(views())}
    return found | {
        "list": cards.list_message(views()[:5], BASE, may_write=True, total=99),
        "empty": cards.list_message([], None, may_write=False, total=0),
        "earlier": cards.earlier_message(HOSTILE),
        "list of some": cards.list_message(views()[:5], None, may_write=True, total=99, is_chosen=True),
        "none of these": cards.list_message([], BASE, may_write=True, total=0, is_chosen=True),
        "out": messages.going_out(HOSTILE, BASE),
        "out, changed": messages.going_out(replace(HOSTILE, edition=2, approved_by=SAM.id), BASE),
        "outside": messages.going_out(HOSTILE, BASE, outside=True),
        "down": messages.taken_down(HOSTILE),
    }


def all_forms() -> dict[str, Form]:
    return {
        "write": forms.write_form("a" * 16, CHANNELS),
        "change": forms.change_form(HOSTILE, CHANNELS),
        "correct": forms.correct_form(HOSTILE),
        "correct again": forms.correct_form(replace(HOSTILE, correction=NEW)),
        "give back": forms.give_back_form("a" * 16),
        "read": forms.read_form("a" * 16),
    }


@pytest.mark.parametrize("name", all_messages())
def test_slack_takes_every_message(name: str) -> None:
    assert block_kit.problems(slack.render_message(all_messages()[name], "n" * 24)) == []


@pytest.mark.parametrize("name", all_messages())
def test_teams_takes_every_message(name: str) -> None:
    assert adaptive_card.problems_of_activity(render_activity(all_messages()[name], View("n", "k"))) == []
    assert adaptive_card.problems(render_card(all_messages()[name], View("n", "k"))) == []


@pytest.mark.parametrize("name", all_messages())
def test_nothing_that_people_wrote_is_a_link(name: str) -> None:
    drawn = render_message(all_messages()[name], "n")
    assert 'href="https://evil' not in drawn and 'href="javascript' not in drawn
    assert "<!channel>" not in drawn and "<at>" not in drawn


@pytest.mark.parametrize("name", all_forms())
def test_both_take_every_form_and_build_it_again(name: str) -> None:
    form = all_forms()[name]
    assert block_kit.problems(render_form(form, "n" * 24, THREAD)) == []
    assert adaptive_card.problems(form_card(form, "n")) == []


def test_a_form_built_again_offers_the_same() -> None:
    for name, again in (("write", forms.write_form_again), ("change", forms.change_form_again)):
        form = all_forms()[name]
        choices = [[getattr(each, "options", ()) for each in made.fields] for made in (form, again(form.state))]
        assert choices[0] == choices[1]


@block_kit.NEEDS_PEER
def test_slacks_own_types_take_all_of_it() -> None:
    payloads = {name: slack.render_message(message, "n" * 24) for name, message in all_messages().items()}
    payloads |= {f"{name} (form)": render_form(form, "n" * 24, THREAD) for name, form in all_forms().items()}
    assert {name: found for name, each in payloads.items() if (found := block_kit.peer_problems(each))} == {}


def test_every_summary_is_a_whole_sentence() -> None:
    assert [each.summary for each in all_messages().values() if not each.summary.endswith((".", "?"))] == []


def test_people_see_no_button_of_a_curator() -> None:
    for view in views():
        assert len(view.buttons) <= 5
        if not view.curates:
            assert {each.label for each in view.buttons} <= {"I have read it"}
    dropped = replace(HOSTILE, state=AnnouncementState.DROPPED)
    assert for_curators(dropped, Progress(), None, is_own=True, alone=True) == ()
