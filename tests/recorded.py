"""Payloads of Slack and Teams as they were recorded in tests/payloads, and how this run's ids come into them."""

import json
from collections.abc import Mapping
from pathlib import Path

PAYLOADS = Path(__file__).parent / "payloads"


def recorded(platform: str, name: str, names: Mapping[str, str] | None = None) -> dict[str, object]:
    """With `names` in place of the recorded ones, wherever they stand."""
    text = (PAYLOADS / platform / f"{name}.json").read_text("utf-8")
    for before, after in (names or {}).items():
        text = text.replace(before, after)
    parsed = json.loads(text)
    assert isinstance(parsed, dict)
    return parsed


def recordings(platform: str) -> list[str]:
    return sorted(path.stem for path in (PAYLOADS / platform).glob("*.json"))


def fill(payload: dict[str, object], values: Mapping[str, object]) -> dict[str, object]:
    """The same payload with `values` by path, e.g. ``actions.0.value``. Raises KeyError for what was not recorded."""
    for path, value in values.items():
        *outer, last = path.split(".")
        inner: object = payload
        for part in outer:
            inner = inner[int(part)] if isinstance(inner, list) else _object(inner)[part]
        holder = _object(inner)
        if last not in holder:
            raise KeyError(path)
        holder[last] = value
    return payload


def _object(value: object) -> dict[str, object]:
    assert isinstance(value, dict), value
    return value
