"""Reading a platform's JSON: what is missing, or of another type, reads as empty."""

from collections.abc import Mapping, Sequence

from bot.platforms.validation import JsonObject


def text_at(payload: JsonObject, *path: str) -> str:
    """The string there; empty where there is none."""
    found = _at(payload, path)
    return found if isinstance(found, str) else ""


def object_at(payload: JsonObject, *path: str) -> JsonObject:
    """The object there; empty where there is none."""
    found = _at(payload, path)
    return found if isinstance(found, Mapping) else {}


def objects_at(payload: JsonObject, *path: str) -> Sequence[JsonObject]:
    """The objects of the list there; empty where there is none."""
    found = _at(payload, path)
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []


def _at(payload: JsonObject, path: Sequence[str]) -> object:
    found: object = payload
    for name in path:
        if not isinstance(found, Mapping):
            return None
        found = found.get(name)
    return found
