"""What travels inside Slack's messages and views comes back as it was, and nothing else gets through."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.form import OPTION_VALUE_LIMIT, STATE_LIMIT
from bot.chat.reply import VALUE_LIMIT
from bot.chat.turn import Place
from bot.platforms.slack.wire import (
    METADATA_LIMIT,
    Metadata,
    Press,
    WireError,
    decode_metadata,
    decode_press,
    decode_values,
    encode_action,
    encode_metadata,
    encode_option,
    encode_value,
    join_id,
    split_id,
)

NONCE = "n" * 43
storable = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=200)
json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=8,
)
kinds = st.sampled_from(
    ["plain_text_input", "static_select", "multi_static_select", "radio_buttons", "checkboxes", "datepicker", "x", 7]
)
nearly = st.dictionaries(
    st.text(max_size=8),
    st.fixed_dictionaries(
        {
            "value": st.fixed_dictionaries(
                {"type": kinds},
                optional=dict.fromkeys(("value", "selected_date", "selected_option", "selected_options"), json_values),
            )
        }
    ),
    max_size=3,
)
places = st.builds(
    Place,
    st.just("slack"),
    storable,
    st.one_of(st.none(), storable),
    st.booleans(),
    st.sampled_from([frozenset({"everyone"}), frozenset()]),
)


@given(storable, st.sampled_from(["", "questions.helpful"]), st.integers(0, 200))
def test_a_press_comes_back_as_it_was(value: str, action: str, index: int) -> None:
    press = decode_press(encode_action("x.go", index), encode_value(NONCE, value, action))
    assert press == Press(action or "x.go", value, NONCE)


@given(storable, places)
def test_a_view_comes_back_with_its_state_and_place(state: str, place: Place) -> None:
    assert decode_metadata(encode_metadata(NONCE, state, place)) == Metadata(NONCE, state, place)


def test_the_longest_state_value_and_option_fit() -> None:
    place = Place("slack", "T01234567890:C01234567890", "1700000000.000100", is_shared=True, members=frozenset())
    assert len(encode_metadata("n" * 64, '"' * STATE_LIMIT, place)) <= METADATA_LIMIT
    assert len(encode_value("n" * 64, '"' * VALUE_LIMIT, "questions.unhelpful")) <= 2_000
    assert 1 <= len(encode_option("")) < len(encode_option("x" * OPTION_VALUE_LIMIT)) == 75


def test_what_is_too_long_to_travel_is_refused_before_it_leaves() -> None:
    with pytest.raises(ValueError, match="At most 255 characters"):
        encode_action("a" * 255, 0)


def test_fields_come_back_by_name() -> None:
    chosen = {"text": {"type": "plain_text", "text": "Old"}, "value": encode_option("old")}
    values = {
        "note": {"value": {"type": "plain_text_input", "value": "a\nb\x00"}},
        "empty": {"value": {"type": "plain_text_input", "value": None}},
        "reason": {"value": {"type": "radio_buttons", "selected_option": chosen}},
        "hub": {"value": {"type": "static_select", "selected_option": None}},
        "kinds": {"value": {"type": "checkboxes", "selected_options": [chosen]}},
        "topics": {"value": {"type": "multi_static_select", "selected_options": []}},
        "due": {"value": {"type": "datepicker", "selected_date": "2027-03-31"}},
    }
    assert decode_values(json.loads(json.dumps(values))) == {
        "note": "a\nb",
        "empty": "",
        "reason": "old",
        "hub": "",
        "kinds": ("old",),
        "topics": (),
        "due": "2027-03-31",
    }


@given(st.one_of(json_values, nearly, st.binary(max_size=20)))
def test_hostile_fields_are_values_or_an_error(values: object) -> None:
    try:
        decoded = decode_values(values)
    except WireError:
        return
    for name, value in decoded.items():
        assert isinstance(name, str)
        assert all(isinstance(each, str) for each in ((value,) if isinstance(value, str) else value))


@given(json_values, st.one_of(json_values, st.text(), json_values.map(json.dumps)))
def test_a_hostile_press_or_view_is_an_error(action_id: object, value: object) -> None:
    for decode in (lambda: decode_press(action_id, value), lambda: decode_metadata(value)):
        try:
            decoded = decode()
        except WireError:
            continue
        assert isinstance(decoded.nonce, str)


@pytest.mark.parametrize(
    "sent",
    ["", "{}", "[]", "null", '{"n":7,"c":"T1:C1"}', '{"n":"x"}', "[" * 2_900, '{"n":' + "9" * 2_900 + "}", "\ud800"],
)
def test_what_is_not_ours_is_refused(sent: str) -> None:
    with pytest.raises(WireError):
        decode_metadata(sent)
    with pytest.raises(WireError):
        decode_press(None, sent)


def test_the_id_of_a_message_names_its_channel() -> None:
    assert split_id(join_id("D024BE91L", "1700000000.000100")) == ("D024BE91L", "1700000000.000100")
    for wrong in ("", "home", ":1", "C1:"):
        with pytest.raises(WireError):
            split_id(wrong)


def test_an_options_value_that_is_too_long_makes_no_view() -> None:
    assert len(encode_option("x" * 74)) == 75
    with pytest.raises(ValueError, match="75 characters"):
        encode_option("x" * 75)
