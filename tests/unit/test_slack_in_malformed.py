"""What Slack never sends is refused with a 4xx, signed or not; it never ends in a fault of ours."""

import json
import time
from io import BytesIO
from urllib.parse import urlencode

import pytest

from bot.platforms.validation import BODY_LIMIT
from tests.slack_requests import calling, payload, payload_names, signed

JSON, FORM = "application/json", "application/x-www-form-urlencoded"


async def test_what_slack_did_not_sign_is_refused() -> None:
    async with calling() as slack:
        body = json.dumps(payload("message_im"))
        for headers in (
            signed(body, JSON, key="another"),
            signed(body, JSON, at=time.time() - 600),
            signed(body + " ", JSON),
        ):
            assert (await slack.post(body, JSON, headers))[0] == 401
        assert not slack.inbound.accepted


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Slack-Request-Timestamp": "now"},
        {"X-Slack-Request-Timestamp": "9" * 5_000},
        {"X-Slack-Request-Timestamp": "-1"},
        {"X-Slack-Request-Timestamp": "١٢٣"},
        {"X-Slack-Signature": "v0=ünïcode"},
        {"X-Slack-Signature": ""},
        {"X-Slack-Signature": "v0=" + "0" * 63},
    ],
)
async def test_malformed_headers_are_refused(headers: dict[str, str]) -> None:
    async with calling() as slack:
        body = json.dumps(payload("message_im"))
        proper = signed(body, JSON) if headers else {"Content-Type": JSON}
        assert (await slack.post(body, JSON, proper | headers))[0] == 400


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"\xff\xfe", JSON, 400),
        (b"", JSON, 400),
        (b"[]", JSON, 400),
        (b'{"type": 1', JSON, 400),
        (b'{"n": ' + b"9" * 5_000 + b"}", JSON, 400),
        (b'{"a": ' + b"[" * 50_000 + b"]" * 50_000 + b"}", JSON, 400),
        (b"{}", "text/plain", 415),
        (b"{}", "multipart/form-data", 415),
        (b'{"type": "event_callback"}', FORM, 200),
        (b"payload=%7B", FORM, 400),
        (b"payload={}&payload={}", FORM, 400),
        (b"a=%ff", FORM, 400),
        (b"payload=[]", FORM, 400),
        (b"payload=7", FORM, 400),
    ],
)
async def test_malformed_bodies_are_refused(body: bytes, content_type: str, status: int) -> None:
    async with calling() as slack:
        headers = signed(body.decode("utf-8", "replace"), content_type)
        assert (await slack.raw(body, headers))[0] == status


async def test_a_body_over_the_limit_is_refused_however_it_is_sent() -> None:
    async def chunks():
        for _ in range(20):
            yield b" " * (BODY_LIMIT // 10)

    async with calling() as slack:
        headers = signed("", JSON)
        assert (await slack.raw(BytesIO(b" " * (BODY_LIMIT + 1)), headers))[0] == 413
        assert (await slack.raw(chunks(), headers))[0] == 413


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD", "PATCH"])
async def test_other_methods_are_refused(method: str) -> None:
    async with calling() as slack:
        assert (await slack.raw(b"", {}, method))[0] == 405


ODD: list[object] = [None, True, 7, -1.5, "", "x", "U" * 600, "\ud800", "a\0b", [], [[]], {}, {"id": []}, {"type": {}}]


def twisted(sent: object, odd: object) -> list[object]:
    """`sent` with each of its parts replaced by `odd`, or left out."""
    twists: list[object] = []
    if isinstance(sent, dict):
        for name, value in sent.items():
            rest = {key: each for key, each in sent.items() if key != name}
            twists += [rest, *({**sent, name: twist} for twist in [odd, *twisted(value, odd)])]
    elif isinstance(sent, list):
        for n, value in enumerate(sent):
            twists += [[*sent[:n], twist, *sent[n + 1 :]] for twist in [odd, *twisted(value, odd)]]
    return twists


@pytest.mark.parametrize("name", payload_names())
async def test_signed_payloads_with_odd_parts_are_never_a_fault(name: str) -> None:
    async with calling() as slack:
        slack.inbound.overhearing = True
        sent = payload(name)
        is_command, is_json = "command" in sent, "event" in sent
        twists = [twist for n, odd in enumerate(ODD) for twist in twisted(sent, odd)[n % 3 :: 3]]
        for twist in twists:
            assert isinstance(twist, dict)
            if is_command:
                fields = {key: str(value).encode("utf-8", "replace").decode() for key, value in twist.items()}
                body, content_type = urlencode(fields), FORM
            elif is_json:
                body, content_type = json.dumps(twist), JSON
            else:
                body, content_type = urlencode({"payload": json.dumps(twist)}), FORM
            status, _ = await slack.post(body, content_type)
            assert status in (200, 400), (status, twist)
