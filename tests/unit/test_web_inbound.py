import json

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.turn import Pressed, Said, Submitted
from bot.platforms.web.inbound import TEXT_LIMIT, place_of, turn_from
from tests.builders import DANA, NOON, SAM

KEY = "0b8e4a52-6a3e-4a7e-9d1b-1c2d3e4f5a6b"
SAID = {"kind": "said", "key": KEY, "text": "When does the clock start?"}

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
fields = st.sampled_from(["kind", "key", "text", "action", "value", "nonce", "message", "form", "values", "state"])


def test_a_question_becomes_a_turn_of_its_asker_in_their_own_thread() -> None:
    turn = turn_from(SAID, DANA, "thread-1", NOON)
    assert turn.content == Said("When does the clock start?")
    assert turn.place.conversation == "web/web:dana/thread-1"
    assert not turn.place.is_shared


def test_a_resend_has_the_same_key_and_another_persons_message_never_has() -> None:
    first, again = turn_from(SAID, DANA, "thread-1", NOON), turn_from(SAID, DANA, "thread-1", NOON)
    assert first.key == again.key
    assert turn_from(SAID, SAM, "thread-1", NOON).key != first.key


def test_a_pressed_button_keeps_its_value_nonce_and_message() -> None:
    body = {"kind": "pressed", "key": KEY, "action": "questions.helpful", "value": "7", "nonce": "n", "message": "m-1"}
    assert turn_from(body, DANA, "thread-1", NOON).content == Pressed("questions.helpful", "7", "n", "m-1")


def test_a_form_keeps_single_and_several_choices() -> None:
    values = {"reason": "wrong", "topics": ["a", "b"]}
    body = {
        "kind": "submitted",
        "key": KEY,
        "form": "questions.unhelpful",
        "values": values,
        "state": "7",
        "nonce": "n",
    }
    content = turn_from(body, DANA, "thread-1", NOON).content
    assert content == Submitted("questions.unhelpful", {"reason": "wrong", "topics": ("a", "b")}, "7", "n")


@pytest.mark.parametrize(
    "change",
    [
        {"key": ""},
        {"key": "short"},
        {"key": "../../etc/passwd"},
        {"key": 12345678},
        {"text": ""},
        {"text": " \n\t "},
        {"text": None},
        {"text": ["x"]},
        {"text": "half a character \ud800"},
        {"kind": "shouted"},
        {"kind": None},
        {"kind": "pressed", "action": "Questions.Helpful"},
        {"kind": "pressed", "action": "questions"},
        {"kind": "submitted", "form": "a.b", "values": "x"},
        {"kind": "submitted", "form": "a.b", "values": {"x": {"deeper": 1}}},
        {"kind": "submitted", "form": "a.b", "values": {str(n): "x" for n in range(60)}},
    ],
)
def test_what_our_page_never_sends_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(web.HTTPBadRequest, match="Bad Request") as refusal:
        turn_from({**SAID, **change}, DANA, "thread-1", NOON)
    assert "Nothing was sent" in str(refusal.value.text)


def test_a_question_that_is_too_long_says_how_long_it_may_be() -> None:
    with pytest.raises(web.HTTPRequestEntityTooLarge) as refusal:
        turn_from({**SAID, "text": "x" * (TEXT_LIMIT + 1)}, DANA, "thread-1", NOON)
    assert "2,000" in str(refusal.value.text)


def test_control_characters_are_dropped_because_not_every_database_keeps_them() -> None:
    assert turn_from({**SAID, "text": "a\x00b\x1bc\nd"}, DANA, "thread-1", NOON).content == Said("abc\nd")


@pytest.mark.parametrize("thread", ["", "x", "a/b/c/d/e/f", "..%2f..%2f", "ö" * 12, "x" * 65])
def test_a_thread_that_cannot_be_ours_is_not_found(thread: str) -> None:
    with pytest.raises(web.HTTPNotFound):
        place_of(DANA, thread)


@given(st.dictionaries(fields, anything))
def test_whatever_is_sent_is_a_turn_or_a_4xx(body: dict[str, object]) -> None:
    try:
        turn_from(body, DANA, "thread-1", NOON)
    except web.HTTPClientError as refusal:
        assert 400 <= refusal.status < 500


@given(fields, anything)
def test_one_odd_field_is_a_turn_or_a_4xx(name: str, value: object) -> None:
    for kind in ("said", "pressed", "submitted"):
        body = {**SAID, "kind": kind, "action": "a.b", "form": "a.b", "values": {}, name: value}
        try:
            turn = turn_from(body, DANA, "thread-1", NOON)
        except web.HTTPClientError:
            continue
        json.dumps(turn.key)
