"""What the pulse says is what Slack and Teams take."""

from datetime import date

import pytest

from bot.chat.reply import Message
from bot.features.pulse import cards
from bot.features.pulse.model import Group
from bot.platforms.slack import render as slack
from bot.platforms.slack.render_form import render_form
from bot.platforms.teams.render import View, render_activity, render_card
from bot.platforms.teams.render_form import form_card
from tests import adaptive_card, block_kit
from tests.builders import THREAD

BASE = "https://hall.example"
TREND = [Group(date(2027, at, 1), date(2027, at + at % 2, 1), "", (1, 2, 3, 4, at)) for at in range(1, 9)]


def messages() -> dict[str, Message]:
    return {
        "question": cards.question_message(5, BASE),
        "question where no page is reached": cards.question_message(5, None),
        "thanks": cards.thanks_message(BASE, may_add=True),
        "thanks for a word": cards.thanks_message("", may_add=False),
        "left": cards.left_message(None),
        "back": cards.back_message(BASE),
        "overview": cards.overview_message(TREND, 5, BASE, opted_out=False),
        "overview of nothing": cards.overview_message([], 5, None, opted_out=True),
    }


@pytest.mark.parametrize("name", messages())
def test_both_take_every_message(name: str) -> None:
    found = messages()[name]
    assert block_kit.problems(slack.render_message(found, "n" * 24)) == []
    assert adaptive_card.problems_of_activity(render_activity(found, View("n", "k"))) == []
    assert adaptive_card.problems(render_card(found, View("n", "k"))) == []


def test_both_take_its_form() -> None:
    form = cards.word_form("")
    assert block_kit.problems(render_form(form, "n" * 24, THREAD)) == []
    assert adaptive_card.problems(form_card(form, "n")) == []


@block_kit.NEEDS_PEER
def test_slacks_own_types_take_all_of_it() -> None:
    payloads = {name: slack.render_message(message, "n" * 24) for name, message in messages().items()}
    assert {name: found for name, each in payloads.items() if (found := block_kit.peer_problems(each))} == {}


def test_every_summary_is_a_whole_sentence() -> None:
    assert [each.summary for each in messages().values() if not each.summary.endswith((".", "?"))] == []


def test_the_finding_says_where_it_goes() -> None:
    one, two = (
        Group(date(2027, 1, 1), date(2027, 1, 1), "", (0, 0, 5, 0, 0)),
        Group(date(2027, 2, 1), date(2027, 3, 1), "", (0, 0, 0, 5, 0)),
    )
    assert cards.finding([one]) == "The Center of Excellence helps: 3.0 of 5 in January 2027"
    assert cards.finding([one, two]).endswith("4.0 of 5 in February to March 2027, up from 3.0")
    assert cards.finding([two, one]).endswith("down from 4.0")
    assert cards.finding([one, one]).endswith("as before")
