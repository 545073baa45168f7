"""What travels through Slack inside our own messages and views, and comes back with a press or a submission.

A head of JSON and then the text itself, as it is: JSON's escapes could double a text that only just fits.
Whoever reads gets typed values or WireError, whatever was sent.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from bot.chat.turn import EVERYONE, Place, storable

PLATFORM = "slack"
ID_LIMIT = 255  # characters of action_id, block_id and callback_id
VALUE_LIMIT = 2_000  # characters of a button's value
METADATA_LIMIT = 3_000  # characters of a view's private_metadata
OPTION_LIMIT = 75  # characters of an option's value, by Slack's own types; its reference says 150
FIELDS_LIMIT = 100
TEXT_LIMIT = 4_000  # characters of one field; Slack's own inputs take 3,000
INPUT = "value"  # the action_id of every field: the block_id names it


class WireError(ValueError):
    """Not something that we sent."""


@dataclass(frozen=True, slots=True)
class Press:
    """A pressed button, as `chat.turn.Pressed` wants it."""

    action: str
    value: str
    nonce: str


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a view carries: the form's nonce and state, and the place that the form belongs to."""

    nonce: str
    state: str
    place: Place


def encode_action(action: str, index: int) -> str:
    """An action_id; `index` makes it unique in its message. ValueError for an action too long to travel."""
    return _within(f"{action}#{index}", ID_LIMIT)


def encode_value(nonce: str, value: str, action: str = "") -> str:
    """A button's value. `action` only where the action_id cannot tell which button of several it was."""
    head = {"n": nonce, "a": action} if action else {"n": nonce}
    return _within(_head(head) + value, VALUE_LIMIT)


def decode_press(action_id: object, value: object) -> Press:
    """From an action's `action_id` and `value`. Raises WireError."""
    if not isinstance(action_id, str) or len(action_id) > ID_LIMIT:
        raise WireError("the action_id is not one of ours")
    head, rest = _split(value, VALUE_LIMIT)
    action = head.get("a") or action_id.rpartition("#")[0] or action_id
    return Press(_text(action), rest, _text(head.get("n")))


def encode_metadata(nonce: str, state: str, place: Place) -> str:
    """A view's private_metadata."""
    head: dict[str, object] = {"n": nonce, "c": place.channel}
    if place.thread is not None:
        head["t"] = place.thread
    if place.is_shared:
        head["h"] = 1
    if EVERYONE not in place.members:
        head["x"] = 1
    return _within(_head(head) + state, METADATA_LIMIT)


def decode_metadata(private_metadata: object) -> Metadata:
    """Raises WireError."""
    head, state = _split(private_metadata, METADATA_LIMIT)
    thread = _text(head["t"]) if "t" in head else None
    members: frozenset[str] = frozenset() if "x" in head else frozenset({EVERYONE})
    place = Place(PLATFORM, _text(head.get("c")), thread, is_shared="h" in head, members=members)
    return Metadata(_text(head.get("n")), state, place)


def encode_option(value: str) -> str:
    """An option's value, never empty, as Slack wants it. ValueError for one too long to travel: the view would be
    refused as a whole."""
    return _within(f"={value}", OPTION_LIMIT)


def decode_values(values: object) -> dict[str, str | tuple[str, ...]]:
    """A form's values by field name, from `view.state.values`. Raises WireError."""
    if not isinstance(values, Mapping) or len(values) > FIELDS_LIMIT:
        raise WireError("the fields cannot be read")
    decoded: dict[str, str | tuple[str, ...]] = {}
    for name, inputs in values.items():
        if not isinstance(inputs, Mapping) or not isinstance(inputs.get(INPUT), Mapping):
            raise WireError("a field is not one of ours")
        decoded[_text(name)] = _field(inputs[INPUT])
    return decoded


def join_id(channel: str, ts: str) -> str:
    """A message's id as the rest of Guildhall knows it."""
    return f"{channel}:{ts}"


def split_id(message_id: str) -> tuple[str, str]:
    """Channel and ts. Raises WireError."""
    channel, separator, ts = message_id.partition(":")
    if not (channel and separator and ts):
        raise WireError("not the id of a message")
    return channel, ts


def _field(field: Mapping[object, object]) -> str | tuple[str, ...]:
    match field.get("type"):
        case "plain_text_input":
            return _text(field.get("value") or "", TEXT_LIMIT)
        case "datepicker":
            return _text(field.get("selected_date") or "")
        case "static_select" | "radio_buttons":
            option = field.get("selected_option")
            return "" if option is None else _option(option)
        case "multi_static_select" | "checkboxes":
            options = field.get("selected_options") or []
            if not isinstance(options, list) or len(options) > FIELDS_LIMIT:
                raise WireError("the options of a field cannot be read")
            return tuple(_option(option) for option in options)
        case _:
            raise WireError("a field has a kind that we never ask for")


def _option(option: object) -> str:
    if not isinstance(option, Mapping):
        raise WireError("an option is not one of ours")
    return _text(option.get("value")).removeprefix("=")


def _head(head: Mapping[str, object]) -> str:
    return json.dumps(head, ensure_ascii=False, separators=(",", ":"))


def _split(text: object, limit: int) -> tuple[dict[str, object], str]:
    if not isinstance(text, str) or len(text) > limit:
        raise WireError("it carries nothing of ours")
    try:
        head, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError) as error:
        raise WireError("it carries nothing of ours") from error
    if not isinstance(head, dict):
        raise WireError("it carries nothing of ours")
    return head, _text(text[end:], limit)


def _text(value: object, limit: int = ID_LIMIT) -> str:
    if not isinstance(value, str) or len(value) > limit:
        raise WireError("a part of it is not text, or too long")
    return storable(value)


def _within(text: str, limit: int) -> str:
    if len(text) > limit:
        raise ValueError(f"At most {limit} characters travel through Slack here, not {len(text)}.")
    return text
