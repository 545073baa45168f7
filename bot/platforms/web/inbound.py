"""What a browser sends, to turns. Nothing that is sent makes more than a 4xx."""

import json
import re
from collections.abc import Mapping
from datetime import datetime

from aiohttp import web
from aiohttp.http import HttpProcessingError

from bot.chat.turn import Content, Person, Place, Pressed, Said, Submitted, Turn

PLATFORM = "web"
BODY_LIMIT = 65_536  # bytes
TEXT_LIMIT = 2_000  # characters of a question
VALUE_LIMIT = 4_000  # characters of a button's value, a form's state or one field
FIELDS_LIMIT = 50

_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")
_ROUTE = re.compile(r"[a-z0-9_]+(?:\.[a-z0-9_]+)+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


async def read_json(request: web.Request) -> Mapping[str, object]:
    """The request's JSON object. Raises 400, 413 or 415."""
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType(text="Nothing was sent: this takes JSON.")
    if (request.content_length or 0) > BODY_LIMIT:
        raise web.HTTPRequestEntityTooLarge(BODY_LIMIT, text="That is too long, so nothing was sent. Make it shorter.")
    body = bytearray()
    try:
        async for part in request.content.iter_chunked(BODY_LIMIT):
            body += part
            if len(body) > BODY_LIMIT:
                raise web.HTTPRequestEntityTooLarge(
                    BODY_LIMIT, text="That is too long, so nothing was sent. Make it shorter."
                )
        parsed = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError, HttpProcessingError, web.RequestPayloadError) as error:
        raise refused("it is not JSON in UTF-8") from error
    if not isinstance(parsed, dict):
        raise refused("it is not a JSON object")
    return parsed


def turn_from(body: Mapping[str, object], person: Person, thread: str, at: datetime) -> Turn:
    """A turn of `person` in their own thread. Raises 400 for what our page never sends."""
    key = _text(body, "key", 64)
    if not _KEY.fullmatch(key):
        raise refused("its key is not one of ours")
    return Turn(f"{person.id}/{key}", person, place_of(person, thread), at, _content(body))


def place_of(person: Person, thread: str) -> Place:
    """Each person has a channel of their own, so nobody reaches another one's threads. Raises 404."""
    if not _KEY.fullmatch(thread):
        raise web.HTTPNotFound
    return Place(PLATFORM, person.id, thread)


def refused(why: str) -> web.HTTPBadRequest:
    return web.HTTPBadRequest(text=f"Nothing was sent: {why}. Reload the page and try again.")


def _content(body: Mapping[str, object]) -> Content:
    match body.get("kind"):
        case "said":
            return _said(body)
        case "pressed":
            message = _text(body, "message", 300) or None
            return Pressed(_route(body, "action"), _text(body, "value"), _text(body, "nonce", 200), message)
        case "submitted":
            return Submitted(_route(body, "form"), _values(body), _text(body, "state"), _text(body, "nonce", 200))
        case _:
            raise refused("nobody knows what kind of thing it is")


def _said(body: Mapping[str, object]) -> Said:
    text = _text(body, "text", BODY_LIMIT).strip()
    if not text:
        raise refused("there are no words in it")
    if len(text) > TEXT_LIMIT:
        raise web.HTTPRequestEntityTooLarge(
            TEXT_LIMIT,
            text=f"Your question has {len(text):,} characters; up to {TEXT_LIMIT:,} can be read. "
            "Nothing was sent. Make it shorter.",
        )
    return Said(text)


def _route(body: Mapping[str, object], name: str) -> str:
    route = _text(body, name, 100)
    if not _ROUTE.fullmatch(route):
        raise refused(f"its {name} is not one of ours")
    return route


def _values(body: Mapping[str, object]) -> dict[str, str | tuple[str, ...]]:
    values = body.get("values")
    if not isinstance(values, dict) or len(values) > FIELDS_LIMIT:
        raise refused("its fields cannot be read")
    return {_clean(name, 100): _value(value) for name, value in values.items()}


def _value(value: object) -> str | tuple[str, ...]:
    if isinstance(value, list) and len(value) <= 2 * FIELDS_LIMIT:
        return tuple(_clean(item, VALUE_LIMIT) for item in value)
    return _clean(value, VALUE_LIMIT)


def _text(body: Mapping[str, object], name: str, limit: int = VALUE_LIMIT) -> str:
    return _clean(body.get(name) or "", limit)


def _clean(value: object, limit: int) -> str:
    """A string that every database takes: no control characters, no halves of characters."""
    if not isinstance(value, str) or len(value) > limit:
        raise refused("a part of it is not text, or too long")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise refused("it holds half a character") from error
    return _CONTROL.sub("", value)
