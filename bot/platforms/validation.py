"""What another server may send at all: checked before an SDK sees it. Everything else ends in a 4xx."""

import json
import re
from collections.abc import Collection, Mapping
from math import isfinite
from urllib.parse import parse_qsl

from aiohttp import web
from aiohttp.http import HttpProcessingError

from bot.chat.turn import storable

BODY_LIMIT = 1024 * 1024  # bytes; Slack's and Teams' largest requests stay well below
DEPTH_LIMIT = 32
VALUES_LIMIT = 50_000  # strings, numbers, objects and lists in one body
KEY_LIMIT = 1_024  # characters of a field's name
DIGITS_LIMIT = 32  # of a number; from 4,300 on Python refuses to read it
FORM_FIELDS_LIMIT = 64

JsonObject = Mapping[str, object]


async def read_text(request: web.Request, content_types: Collection[str]) -> str:
    """All of the body, however it is transferred, as strict UTF-8. Raises 400, 413 or 415."""
    if request.content_type not in content_types:
        raise web.HTTPUnsupportedMediaType(text=f"This takes {' or '.join(sorted(content_types))}.")
    try:
        return (await request.clone(client_max_size=BODY_LIMIT).read()).decode("utf-8")
    except UnicodeDecodeError as error:
        raise refused("it is not UTF-8") from error
    except (ValueError, HttpProcessingError, web.RequestPayloadError) as error:
        raise refused("its body cannot be read") from error


def header(request: web.Request, name: str, shape: re.Pattern[str]) -> str:
    """The one value of a header, of that `shape`. Raises 400."""
    values = request.headers.getall(name, [])
    if len(values) != 1 or not shape.fullmatch(values[0]):
        raise refused(f"its {name} is missing or malformed")
    return values[0]


def parse_json(text: str) -> dict[str, object]:
    """A JSON object, without what a database refuses (see `storable`). Raises 400."""
    try:
        parsed: object = json.loads(text, parse_int=_integer, parse_float=_number, parse_constant=_constant)
    except (ValueError, RecursionError) as error:
        raise refused("it is not JSON") from error
    if not isinstance(parsed, dict):
        raise refused("it is not a JSON object")
    return checked(parsed)


def parse_form(text: str) -> dict[str, str]:
    """Fields of an ``application/x-www-form-urlencoded`` body, each at most once. Raises 400."""
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=FORM_FIELDS_LIMIT, errors="strict")
    except ValueError as error:
        raise refused("it is not a form") from error
    fields = {storable(name): storable(value) for name, value in pairs}
    if len(fields) != len(pairs) or any(len(name) > KEY_LIMIT for name in fields):
        raise refused("its fields are not clear")
    return fields


def checked(parsed: JsonObject) -> dict[str, object]:
    """A copy within the limits of depth, number and names, and without what a database refuses. Raises 400."""
    budget = [VALUES_LIMIT]
    return {_key(name): _checked(value, 1, budget) for name, value in parsed.items()}


def refused(why: str) -> web.HTTPBadRequest:
    return web.HTTPBadRequest(text=f"Nothing was done: {why}.")


def _checked(value: object, depth: int, budget: list[int]) -> object:
    budget[0] -= 1
    if depth > DEPTH_LIMIT or budget[0] < 0:
        raise refused("it is nested too deeply or has too many parts")
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, Mapping):
        return {_key(name): _checked(inner, depth + 1, budget) for name, inner in value.items()}
    if isinstance(value, list):
        return [_checked(inner, depth + 1, budget) for inner in value]
    return value


def _key(name: object) -> str:
    if not isinstance(name, str) or len(name) > KEY_LIMIT:
        raise refused("the name of a field is too long")
    return storable(name)


def _integer(digits: str) -> int:
    if len(digits) > DIGITS_LIMIT:
        raise ValueError("a number with too many digits")
    return int(digits)


def _number(digits: str) -> float:
    number = float(digits) if len(digits) <= DIGITS_LIMIT else float("inf")
    if not isfinite(number):
        raise ValueError("a number out of range")
    return number


def _constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")
