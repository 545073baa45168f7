import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.form import ChoiceField, DateField, Form, TextField
from bot.chat.reply import Button
from bot.chat.turn import Pressed
from bot.platforms.teams.render_form import form_card
from bot.platforms.teams.responses import form_dialog, message_dialog
from bot.platforms.teams.wire import FORM, NotOurs, button_data, is_form, pressed, refreshed, submit_data, submitted
from tests.adaptive_card import nodes, problems, texts
from tests.messages import forms

REASONS = (("wrong", "It is wrong"), ("a,b%2C", "Old, or incomplete"))
FORM_OF_ALL = Form(
    "questions.unhelpful",
    "What was missing?",
    (
        ChoiceField("reason", "Why?", REASONS),
        ChoiceField("topics", "Topics", REASONS, multiple=True, required=False),
        TextField("comment", "What would have helped?", "A sentence is enough.", multiline=True),
        DateField("by", "By when?", initial="2027-03-31"),
    ),
    intro="This helps whoever owns the source.",
    state="7",
)


def sent_by(card: dict[str, object], filled: dict[str, object]) -> dict[str, object]:
    """What Teams sends when the card's one action is pressed: the inputs beside the action's own data."""
    [action] = card["actions"]
    return {**filled, **action["data"]}


@given(forms, st.booleans())
def test_any_form_is_one_that_teams_takes(form: Form, in_card: bool) -> None:
    card = form_card(form, "nonce-1", in_card=in_card)
    assert [each for each in problems(card) if "empty body" not in each or form.fields] == []


def test_what_is_chosen_and_written_comes_back() -> None:
    card = form_card(FORM_OF_ALL, "nonce-1")
    first, second = (each["value"] for each in nodes(card, "Input.ChoiceSet")[1]["choices"])
    filled = {"reason": second, "topics": f"{first},{second}", "comment": "More, please", "by": "2027-04-01"}
    back = submitted(sent_by(card, filled))
    assert back.values == {
        "reason": "a,b%2C",
        "topics": ("wrong", "a,b%2C"),
        "comment": "More, please",
        "by": "2027-04-01",
    }
    assert (back.form, back.state, back.nonce) == ("questions.unhelpful", "7", "nonce-1")


def test_what_is_left_open_comes_back_empty() -> None:
    back = submitted(sent_by(form_card(FORM_OF_ALL, "nonce-1"), {"comment": ""}))
    assert back.values == {"reason": "", "topics": (), "comment": ""}


def test_a_rejected_form_keeps_what_was_typed_and_says_what_is_wrong() -> None:
    values = {"reason": "a,b%2C", "topics": ("a,b%2C", "wrong"), "comment": "typed", "by": "2027-04-02"}
    card = form_card(FORM_OF_ALL, "n", values=values, problems={"comment": "At most 3 characters.", "": "Try again."})
    one, many = nodes(card, "Input.ChoiceSet")
    assert submitted(sent_by(card, {"reason": one["value"], "topics": many["value"]})).values == {
        "reason": "a,b%2C",
        "topics": ("wrong", "a,b%2C"),
    }
    assert nodes(card, "Input.Text")[0]["value"] == "typed"
    assert nodes(card, "Input.Date")[0]["value"] == "2027-04-02"
    assert {"At most 3 characters.", "Try again."} <= set(texts(card))
    kinds = [each["type"] for each in card["body"]]
    assert kinds[kinds.index("Input.Text") + 1] == "RichTextBlock"


def test_a_dialog_has_a_title_and_fits() -> None:
    task = form_dialog(FORM_OF_ALL, "n")["task"]
    assert (task["type"], task["value"]["title"], task["value"]["height"]) == ("continue", "What was missing?", "large")
    assert message_dialog("<at>x</at>\u202e done")["task"] == {"type": "message", "value": "‹at>x‹/at> done"}


def test_a_form_in_a_card_is_sent_by_its_verb() -> None:
    card = form_card(FORM_OF_ALL, "n", in_card=True)
    [action] = nodes(card, "Action.Execute")
    assert action["verb"] == FORM
    assert is_form(action["data"])
    assert "What was missing?" in texts(card)


def test_a_long_list_is_a_menu() -> None:
    form = Form("x.y", "t", (ChoiceField("hub", "Hub", tuple((str(n), f"Hub {n}") for n in range(9))),))
    assert nodes(form_card(form, "n"), "Input.ChoiceSet")[0]["style"] == "compact"


def test_a_button_is_pressed_whichever_action_the_client_knows() -> None:
    button = Button("Helpful", "questions.helpful", "7")
    expected = Pressed("questions.helpful", "7", "n", "k")
    assert pressed(button_data(button, "n", "k"), "questions.helpful") == expected
    assert pressed(submit_data(button, "n", "k")) == expected


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["g", "v", "n", "k", "a", "f", "s", "one", "many", "x"]), inner, max_size=6)
    ),
    max_leaves=20,
)


@pytest.mark.parametrize("read", [pressed, submitted, refreshed], ids=lambda read: read.__name__)
@given(json_values)
def test_hostile_data_is_read_or_refused(read: object, data: object) -> None:
    try:
        read(data)
    except NotOurs as refused:
        assert str(refused)


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {"g": None},
        {"g": {"a": "nodot"}},
        {"g": {"a": "x.y", "v": 7}},
        {"g": {"a": "x.y", "v": "v" * 5_000}},
        {"g": {"f": "x.y", "many": "abc"}},
        {"g": {"f": "x.y"}, "a b": "x"},
        {"g": {"f": "x.y"}, **{f"f{n}": "x" for n in range(70)}},
        {"g": {"f": "x.y", "many": ["m"]}, "m": "a," * 500},
    ],
    ids=lambda data: json.dumps(data)[:30],
)
def test_what_no_card_of_ours_sends_is_refused(data: object) -> None:
    with pytest.raises(NotOurs):
        submitted(data) if isinstance(data, dict) and "f" in (data.get("g") or {}) else pressed(data)
