"""What the pulse says is what Slack and Teams take."""

from datetime import date

import pytest

from bot.chat.reply import Message
from bot.features.pulse import acts, cards
from bot.features.pulse.model import SCORES, Group
from bot.platforms.slack import render as slack
from bot.platforms.slack.render_form import render_form
from bot.platforms.teams.render import View, render_activity, render_card
from bot.platforms.teams.render_form import form_card
from tests import adaptive_card, block_kit
from tests.builders import THREAD

BASE = "https://hall.example"
TREND = [Group(date(2027, at, 1), date(2027, at + at % 2, 1), "", 40 + at, 20, 70 + at, 72 + at) for at in range(1, 9)]


def messages() -> dict[str, Message]:
    return {
        "question": cards.question_message(5, BASE),
        "question where no page is reached": cards.question_message(5, None),
        "thanks": cards.thanks_message(BASE, may_add=True),
        "thanks for a word": cards.thanks_message("", may_add=False),
        "left": cards.left_message(None),
        "back": cards.back_message(BASE),
        "hidden": cards.hidden_message(BASE, is_hidden=True),
        "shown again": cards.hidden_message(BASE, is_hidden=False),
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


def test_each_answer_stands_in_a_line_of_its_own_and_is_cut_nowhere() -> None:
    """In order, whole where a phone shows it, and understood by whoever hears one alone."""
    labels = list(acts.SCALE.values())
    assert [label[:7] for label in labels] == [f"{score} of 5," for score in SCORES]
    assert max(map(len, labels)) <= 30
    message = cards.question_message(5, BASE)
    blocks = slack.render_message(message, "n" * 24)["blocks"]
    rows = [[each["text"]["text"] for each in block["elements"]] for block in blocks if block["type"] == "actions"]
    assert rows == [*([label] for label in labels), ["Do not ask me again"]]
    body = render_card(message, View("n", "k"))["body"]
    sets = [[each["title"] for each in element["actions"]] for element in body if element["type"] == "ActionSet"]
    assert sets == [*([label] for label in labels), ["Do not ask me again"]]


def of(month: int, answers: int, lowest: int, highest: int, until: int = 0) -> Group:
    return Group(date(2027, month, 1), date(2027, until or month, 1), "", 30, answers, lowest, highest)


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        (of(1, 20, 82, 82), "4.1"),
        (of(1, 7, 27, 35), "3.8 or more"),
        (of(1, 7, 7, 15), "2.2 or less"),
        (of(1, 35, 127, 135), "3.6 to 3.9"),
    ],
)
def test_a_mean_is_never_said_to_be_more_exact_than_it_is(group: Group, expected: str) -> None:
    assert cards.mean(group) == expected


def test_of_hubs_one_is_named_where_it_is_certain() -> None:
    low, high, bound = of(4, 5, 15, 15), of(4, 5, 16, 16), of(4, 5, 17, 25)
    assert cards.finding_of_hubs({"Emea": low, "Apac": high}) == "Apac: most helped in April 2027"
    assert cards.finding_of_hubs({"Emea": low, "Apac": bound}) == "Apac: most helped in April 2027"
    for hubs in ({"Emea": bound, "Apac": bound}, {"Emea": low, "Apac": low}):
        assert cards.finding_of_hubs(hubs) == "No hub is clearly helped more than others in April 2027"


def test_the_finding_says_where_it_goes() -> None:
    one, two, bound = of(1, 5, 15, 15), of(2, 10, 40, 40, until=3), of(4, 5, 17, 25)
    assert cards.finding([one]) == "The Center of Excellence helps: 3.0 of 5 in January 2027"
    assert cards.finding([one, two]).endswith("4.0 of 5 in February to March 2027, up from 3.0")
    assert cards.finding([two, one]).endswith("down from 4.0")
    assert cards.finding([one, one]).endswith("as before")
    assert cards.finding([two, bound]).endswith("3.4 or more of 5 in April 2027, after 4.0")
    assert cards.finding([one, bound]).endswith("3.4 or more of 5 in April 2027, up from 3.0")
    assert cards.finding([of(1, 20, 76, 76), of(2, 26, 100, 118)]).endswith(
        "3.8 to 4.6 of 5 in February 2027, after 3.8"
    )
    assert cards.basis(one) == "That is of 5 answers; 30 people were asked in that time."
