"""What the chat vocabulary holds its users to, so that no platform has to refuse what a feature made."""

from itertools import product

import pytest

from bot.chat.form import OPTION_LIMIT, OPTION_VALUE_LIMIT, STATE_LIMIT, TITLE_LIMIT, ChoiceField, Form
from bot.chat.reply import BUTTON_LIMIT, VALUE_LIMIT, Actions, Button
from bot.features.escalations.model import State
from bot.features.questions.answer_card import OFFERS, cited_sources
from bot.features.questions.model import NONE_OF_THESE, Feedback, Reason, Verdict
from bot.features.questions.question_card import question_post
from bot.features.questions.unhelpful_form import unhelpful_form
from knowledge.answer import Outcome
from tests.builders import NOON, answer, question, source
from tests.escalated import escalation


def options(number: int) -> tuple[tuple[str, str], ...]:
    return tuple((str(each), f"Option {each}") for each in range(number))


def test_a_value_is_as_long_as_every_platform_can_carry() -> None:
    assert Button("Go", "x.go", "v" * VALUE_LIMIT).value
    with pytest.raises(ValueError, match="at most 1500 characters"):
        Button("Go", "x.go", "v" * (VALUE_LIMIT + 1))


def test_no_more_than_four_buttons_stand_together() -> None:
    assert Actions((Button("Go", "x.go"),) * BUTTON_LIMIT).buttons
    with pytest.raises(ValueError, match="At most 4 buttons stand together, not 5"):
        Actions((Button("Go", "x.go"),) * (BUTTON_LIMIT + 1))


def test_a_choice_has_no_more_options_than_a_menu_can_show() -> None:
    assert ChoiceField("hub", "Hub", options(OPTION_LIMIT)).options
    with pytest.raises(ValueError, match="at most 100 options, not 101: hub"):
        ChoiceField("hub", "Hub", options(OPTION_LIMIT + 1))


def test_an_option_has_a_value_that_a_menu_can_carry() -> None:
    assert ChoiceField("hub", "Hub", (("v" * OPTION_VALUE_LIMIT, "Sales"),)).options
    with pytest.raises(ValueError, match="at most 74 characters: hub"):
        ChoiceField("hub", "Hub", (("v" * (OPTION_VALUE_LIMIT + 1), "Sales"),))


def test_a_form_has_a_short_title_and_state() -> None:
    assert Form("x", "t" * TITLE_LIMIT, (), state="s" * STATE_LIMIT).id
    with pytest.raises(ValueError, match="title"):
        Form("x", "t" * (TITLE_LIMIT + 1), ())
    with pytest.raises(ValueError, match="state"):
        Form("x", "Title", (), state="s" * (STATE_LIMIT + 1))


def test_a_question_keeps_to_the_limits_whatever_became_of_it() -> None:
    found = [source(f"document-{number}") for number in range(OFFERS + 5)]
    judged = (None, Feedback(Verdict.HELPFUL, NOON), Feedback(Verdict.UNHELPFUL, NOON, Reason.WRONG))
    counted: set[int] = set()
    requests = (None, *(escalation(state=state) for state in State))
    for outcome, choice, feedback, request in product(Outcome, (None, 0, NONE_OF_THESE), judged, requests):
        cited = cited_sources(answer(outcome, *found), pages="")
        made = question("q" * 36, outcome=outcome, sources=cited, choice=choice, feedback=feedback, request=request)
        counted |= {len(block.buttons) for block in question_post(made).message.blocks if isinstance(block, Actions)}
    assert max(counted) == BUTTON_LIMIT


def test_the_form_for_what_did_not_help_keeps_to_the_limits() -> None:
    assert unhelpful_form("q1").fields
