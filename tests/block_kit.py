"""What Slack would refuse, by its documentation: slack_sdk's own checks, and the limits that those miss.

The numbers are written down again here, so that a wrong one in the renderer does not excuse itself.
"""

import importlib.util
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

PEER = Path(__file__).parents[2] / "shared" / "peers" / "slack" / "check_blocks.py"
NEEDS_PEER = pytest.mark.skipif(not PEER.exists(), reason="needs ../shared")

Json = Mapping[str, object]

TOTAL = 13_200  # slackapi/bolt-js#2509
MESSAGE_ONLY = {"context_actions"}
KNOWN = {"header", "section", "context", "actions", "input", "rich_text", "table"} | MESSAGE_ONLY
LENGTHS = {  # of a text object, by where it stands
    ("header", "text"): 150,
    ("button", "text"): 75,
    ("confirm", "title"): 100,
    ("confirm", "text"): 300,
    ("confirm", "confirm"): 30,
    ("confirm", "deny"): 30,
    ("positive_button", "text"): 75,
    ("negative_button", "text"): 75,
    ("modal", "title"): 24,
    ("modal", "submit"): 24,
    ("modal", "close"): 24,
    ("input", "label"): 2_000,
    ("input", "hint"): 2_000,
    ("option", "text"): 75,
    ("section", "fields"): 2_000,
}
COUNTS = {
    ("section", "fields"): 10,
    ("context", "elements"): 10,
    ("actions", "elements"): 25,
    ("context_actions", "elements"): 5,
    ("radio_buttons", "options"): 10,
    ("checkboxes", "options"): 10,
    ("static_select", "options"): 100,
    ("multi_static_select", "options"): 100,
    ("table", "rows"): 100,
    ("table", "column_settings"): 20,
}
SIZES = {"action_id": 255, "block_id": 255, "callback_id": 255, "url": 3_000, "private_metadata": 3_000}


def problems(payload: Json) -> list[str]:
    """Everything that is wrong with a message (``blocks``) or a view; empty when Slack would take it."""
    kind = payload.get("type", "message")
    blocks = payload["blocks"]
    assert isinstance(blocks, list)
    found = list(_walk(payload, str(kind), ""))
    found += _whole(payload, blocks, str(kind))
    found += [problem for block in blocks for problem in _by_sdk(block)]
    if kind != "message":
        try:
            View(**{**payload}).validate_json()
        except SlackObjectFormationError as error:
            found.append(str(error))
    return found


def peer_problems(payload: Json) -> list[str]:
    """What the schemas generated from Slack's own types say."""
    is_view = payload.get("type") in ("modal", "home")
    peer, validators = _peer()
    if validators[is_view].is_valid({"view": payload} if is_view else {"blocks": payload["blocks"]}):
        return []
    return list(peer.errors(payload))


def nodes(value: object, kind: str = "", key: str = "") -> Iterator[tuple[Json, str, str]]:
    """Every object in a payload, with the type of what holds it and under which name."""
    if isinstance(value, Mapping):
        yield value, kind, key
        inner = str(value.get("type") or (key if key in ("confirm", "positive_button", "negative_button") else kind))
        for name, child in value.items():
            yield from nodes(child, "option" if key in ("options", "initial_option") else inner, name)
    elif isinstance(value, list):
        for child in value:
            yield from nodes(child, kind, key)


def shown(payload: Json) -> str:
    """All words that people see in it."""
    words = []
    for node, _, _ in nodes(payload["blocks"]):
        text = node.get("text")
        if isinstance(text, str):
            unescaped = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
            words.append(unescaped if node.get("type") == "mrkdwn" else text)
    return "\n".join(words)


def _walk(payload: Json, kind: str, key: str) -> Iterator[str]:
    for node, holder, name in nodes(payload, kind, key):
        own = str(node.get("type", ""))
        if own in ("plain_text", "mrkdwn"):
            yield from _text(node, holder, name)
        if own in ("text", "raw_text") and not node["text"]:
            yield f"empty {own} in {holder}"
        if own == "link":
            yield from _link(node)
        if own.startswith("rich_text") and not node["elements"]:
            yield f"empty {own}"
        for field, value in node.items():
            yield from _value(own or name, field, value)


def _text(node: Json, holder: str, name: str) -> Iterator[str]:
    text = node["text"]
    assert isinstance(text, str)
    limit = LENGTHS.get((holder, name), 3_000)
    if not text.strip():
        yield f"empty text in {holder}.{name}"
    if _units(text) > limit:
        yield f"{_units(text)} characters in {holder}.{name}, at most {limit}"
    if node["type"] == "mrkdwn" and (name, holder) not in {("fields", "section"), ("elements", "context")}:
        yield f"mrkdwn in {holder}.{name}"


def _link(node: Json) -> Iterator[str]:
    if not str(node["url"]).startswith(("https://", "http://", "mailto:")):
        yield f"a link to {node['url']!r}"
    if not str(node.get("text", "x")).strip():
        yield "a link without words"


def _value(kind: str, field: str, value: object) -> Iterator[str]:
    if isinstance(value, list):
        limit = COUNTS.get((kind, field))
        if limit is not None and not 1 <= len(value) <= limit:
            yield f"{len(value)} {field} in {kind}, at most {limit}"
    if isinstance(value, str):
        limit, size = SIZES.get(field, 100_000), _units(value)
        if field == "value":  # characters by Slack's own types; for options its reference allows twice as many
            limit, size = 2_000 if kind.endswith("button") else 75, len(value)
        if field in {*SIZES, "value"} and not 1 <= size <= limit:
            yield f"{field} of {kind} has {size} characters, at most {limit}"
        if any(0xD800 <= ord(character) <= 0xDFFF for character in value):
            yield f"half a character in {field} of {kind}"


def _whole(payload: Json, blocks: list[Json], kind: str) -> Iterator[str]:
    size = len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"))
    if not 1 <= len(blocks) <= (50 if kind == "message" else 100):
        yield f"{len(blocks)} blocks"
    if size > (TOTAL if kind == "message" else 250_000):
        yield f"{size} bytes"
    kinds = Counter(str(block["type"]) for block in blocks)
    if unknown := kinds.keys() - KNOWN:
        yield f"blocks we never send: {unknown}"
    if kind != "message" and kinds.keys() & MESSAGE_ONLY:
        yield "a block for messages only in a view"
    if kinds["input"] and (kind != "modal" or "submit" not in payload):
        yield "an input without a way to submit it"
    if kinds["table"] > 1:
        yield "more than one table"
    for block in blocks:
        if block["type"] == "table":
            rows = block["rows"]
            assert isinstance(rows, list)
            if len({len(row) for row in rows}) != 1 or not 1 <= len(rows[0]) <= 20:
                yield "a table that is not a grid of at most 20 columns"
    if kind == "message" and not 1 <= _units(str(payload["text"])) <= 4_000:
        yield "no notification, or too long"
    all_nodes = [node for node, _, _ in nodes(blocks)]
    actions = [node["action_id"] for node in all_nodes if "action_id" in node]
    if kind != "modal" and len(actions) != len(set(actions)):
        yield "an action_id twice"
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    if len(ids) != len(set(ids)):
        yield "a block_id twice"
    yield from (problem for node in all_nodes for problem in _initial(node))


def _initial(node: Json) -> Iterator[str]:
    options = node.get("options", [])
    assert isinstance(options, list)
    initial = node.get("initial_options", [node["initial_option"]] if "initial_option" in node else [])
    assert isinstance(initial, list)
    if any(each not in options for each in initial):
        yield "an initial option that is none of the options"
    if node.get("initial_options") == []:
        yield "no initial options, and yet the field"
    if len({option["value"] for option in options}) != len(options):
        yield "an option's value twice"


def _by_sdk(block: Json) -> Iterator[str]:
    parsed = Block.parse(dict(block))
    if parsed is None:
        yield f"slack_sdk knows no {block['type']}"
        return
    try:
        parsed.validate_json()
    except SlackObjectFormationError as error:
        yield str(error)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@cache
def _peer() -> tuple[ModuleType, dict[bool, object]]:
    spec = importlib.util.spec_from_file_location("check_blocks", PEER)
    assert spec is not None
    assert spec.loader is not None
    peer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(peer)
    schemas = {is_view: PEER.with_name(f"{name}.schema.json") for is_view, name in _SCHEMAS.items()}
    return peer, {is_view: peer.Draft7Validator(json.loads(path.read_text())) for is_view, path in schemas.items()}


_SCHEMAS = {False: "message_blocks", True: "view"}
