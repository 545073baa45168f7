"""Requests that no platform's server sends end in a 4xx before an SDK sees them."""

import re
from io import BytesIO

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.platforms.validation import (
    BODY_LIMIT,
    FORM_FIELDS_LIMIT,
    header,
    parse_form,
    parse_json,
    read_text,
)

JSON = "application/json"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nothing",
        "[]",
        "7",
        '"text"',
        '{"a": 1',
        '{"a": NaN}',
        '{"a": 1e999}',
        '{"a": -Infinity}',
        '{"a": ' + "9" * 5_000 + "}",
        '{"a": 0.' + "9" * 5_000 + "}",
        '{"a": ' + "[" * 100_000 + "]" * 100_000 + "}",
        '{"a": ' + "[" * 40 + "]" * 40 + "}",
        '{"' + "k" * 2_000 + '": 1}',
        '{"a": [' + ",".join(["1"] * 60_000) + "]}",
    ],
)
def test_what_is_not_a_reasonable_json_object_is_refused(text: str) -> None:
    with pytest.raises(web.HTTPBadRequest):
        parse_json(text)


def test_halves_of_characters_and_nul_are_taken_out() -> None:
    assert parse_json(r'{"a\u0000": ["x\ud800y\u0000", {"b": "\udfff"}]}') == {"a": ["x?y", {"b": "?"}]}


@pytest.mark.parametrize(
    "text",
    [
        "a=1&a=2",
        "a=%ff",
        "&".join(f"a{n}=1" for n in range(FORM_FIELDS_LIMIT + 1)),
        "k" * 2_000 + "=1",
        "a=1&a%00=2",
    ],
)
def test_forms_that_could_be_read_in_two_ways_are_refused(text: str) -> None:
    with pytest.raises(web.HTTPBadRequest):
        parse_form(text)


def test_fields_of_a_form_are_decoded() -> None:
    assert parse_form("command=%2Fguildhall&text=a+b%20c&empty=") == {
        "command": "/guildhall",
        "text": "a b c",
        "empty": "",
    }


async def echo(request: web.Request) -> web.Response:
    header(request, "X-Stamp", re.compile(r"[0-9]{1,12}"))
    return web.json_response(parse_json(await read_text(request, {JSON})))


async def status(body: object, **headers: str) -> int:
    app = web.Application()
    app.router.add_post("/", echo)
    async with TestClient(TestServer(app)) as client:
        sent = {"X-Stamp": "1", "Content-Type": JSON} | {name.replace("_", "-"): each for name, each in headers.items()}
        async with client.post("/", data=body, headers=sent) as response:
            return response.status


async def test_a_proper_request_is_read() -> None:
    assert await status(b'{"a": 1}') == 200


async def test_other_content_types_are_refused() -> None:
    assert await status(b'{"a": 1}', Content_Type="text/plain") == 415
    assert await status(b'{"a": 1}', Content_Type="\xff;;=") == 415


async def test_bytes_that_are_not_utf_8_are_refused() -> None:
    assert await status(b'{"a": "\xff\xfe"}') == 400


async def test_a_body_over_the_limit_is_refused_with_and_without_its_length() -> None:
    async def chunks():
        for _ in range(20):
            yield b"x" * (BODY_LIMIT // 10)

    assert await status(BytesIO(b"x" * (BODY_LIMIT + 1))) == 413
    assert await status(chunks()) == 413


async def test_what_is_not_compressed_as_it_says_is_refused() -> None:
    assert await status(b"not gzip", Content_Encoding="gzip") == 400


@pytest.mark.parametrize("stamp", ["", "now", "9" * 5_000, "١", "-1", "1.5"])
async def test_malformed_headers_are_refused(stamp: str) -> None:
    assert await status(b'{"a": 1}', X_Stamp=stamp) == 400
