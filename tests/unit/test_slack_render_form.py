"""Forms as modals on Slack, and what comes back from them."""

import pytest
from hypothesis import HealthCheck, given, settings

from bot.chat.form import ChoiceField, DateField, Field, Form, TextField
from bot.chat.turn import Place
from bot.platforms.slack.limits import Json
from bot.platforms.slack.render_form import render_form, render_notice, render_problems
from tests.block_kit import NEEDS_PEER, peer_problems, problems, shown
from tests.messages import forms, words

NONCE = "n" * 43
PLACE = Place("slack", "T1:C1", "1700000000.000100", is_shared=True)
REASON = ChoiceField("reason", "Why?", (("old", "It is out of date"), ("wrong", "It is wrong")))

moderately = settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))


def modal(*content: Field, intro: str = "") -> Json:
    view = render_form(Form("x.send", "A form", content, intro=intro), NONCE, PLACE)
    assert problems(view) == []
    return view


def elements(view: Json) -> list[Json]:
    return [block["element"] for block in view["blocks"] if block["type"] == "input"]


@given(forms)
@moderately
def test_whatever_the_form_slack_takes_it(form: Form) -> None:
    assert problems(render_form(form, NONCE, PLACE)) == []


@NEEDS_PEER
@given(forms)
@settings(moderately, max_examples=15)
def test_whatever_the_form_slacks_own_types_allow_it(form: Form) -> None:
    assert peer_problems(render_form(form, NONCE, PLACE)) == []


@given(words, words)
@moderately
def test_whatever_the_notice_slack_takes_it(text: str, title: str) -> None:
    assert problems(render_notice(text, title)) == []


def test_the_fields_are_inputs_named_for_them() -> None:
    view = modal(REASON, TextField("note", "What is wrong?", hint="One sentence", required=False, multiline=True))
    reason, note = view["blocks"]
    assert (reason["block_id"], reason["optional"], reason["element"]["type"]) == ("reason", False, "radio_buttons")
    assert (note["block_id"], note["optional"], note["element"]["multiline"]) == ("note", True, True)
    assert note["hint"]["text"] == "One sentence"
    assert view["callback_id"] == "x.send"


@pytest.mark.parametrize(
    ("number", "multiple", "kind"),
    [
        (6, False, "radio_buttons"),
        (7, False, "static_select"),
        (10, True, "checkboxes"),
        (11, True, "multi_static_select"),
        (100, True, "multi_static_select"),
    ],
)
def test_more_options_are_a_menu(number: int, multiple: bool, kind: str) -> None:
    options = tuple((str(each), f"Option {each}") for each in range(number))
    (element,) = elements(modal(ChoiceField("hub", "Hub", options, initial=("3", "4"), multiple=multiple)))
    assert element["type"] == kind
    chosen = element["initial_options"] if multiple else [element["initial_option"]]
    assert [option["text"]["text"] for option in chosen] == ["Option 3", "Option 4"][: 2 if multiple else 1]


def test_what_was_there_before_is_filled_in() -> None:
    text, day, none = elements(
        modal(
            TextField("a", "A", initial="as\nbefore", multiline=True),
            DateField("b", "B", initial="2027-03-31"),
            DateField("c", "C", initial="someday"),
        )
    )
    assert (text["initial_value"], day["initial_date"]) == ("as\nbefore", "2027-03-31")
    assert "initial_date" not in none


def test_a_text_is_no_longer_than_slack_lets_people_type() -> None:
    (element,) = elements(modal(TextField("a", "A", initial="long " * 900, max_length=9_000)))
    assert element["max_length"] == 3_000
    assert len(element["initial_value"]) <= 3_000


def test_the_words_before_the_fields_are_shown() -> None:
    assert shown(modal(REASON, intro="It goes to the owner.")).startswith("It goes to the owner.")


def test_a_form_without_fields_still_asks() -> None:
    assert shown(modal()) == "A form"


def test_a_form_that_no_modal_can_hold_is_refused() -> None:
    many = tuple(TextField(f"field-{number}", "Label") for number in range(101))
    with pytest.raises(ValueError, match=r"x\.send is more than a modal can hold"):
        modal(*many)
    with pytest.raises(ValueError, match="A choice needs options: hub"):
        modal(ChoiceField("hub", "Hub", ()))


def test_problems_stand_at_their_fields() -> None:
    answer = render_problems(
        {"note": "This is needed.", "": "That slot was taken.", "gone": "Two are left."}, ["hub", "note"]
    )
    assert answer == {
        "response_action": "errors",
        "errors": {"note": "This is needed.", "hub": "That slot was taken. Two are left."},
    }


def test_a_rejection_that_names_nothing_still_says_something() -> None:
    assert render_problems({}, ["hub"])["errors"] == {"hub": "Please check this."}
