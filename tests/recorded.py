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
    """The same payload with `values` by path, e.g. ``event.text``. Raises KeyError for what was not recorded."""
    for path, value in values.items():
        *outer, last = path.split(".")
        inner = payload
        for part in outer:
            inside = inner[part]
            assert isinstance(inside, dict)
            inner = inside
        if last not in inner:
            raise KeyError(path)
        inner[last] = value
    return payload
