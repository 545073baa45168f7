"""Requests that nobody sends in earnest: recorded payloads with something wrong, and noise. Signed and not."""

import json
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from random import Random
from urllib.parse import urlencode

from tests.fake_slack.sender import signature
from tests.recorded import recorded, recordings

ODD: tuple[object, ...] = (
    None, True, -1, 0, 1e308, 10**30, "", "x", "\0", "\ud800", "\uffff", "a" * 10_000, [], [[]], {}, {"": ""},
    [None] * 50,
    "<!channel>", "{'", "../..", "١٢٣", "2099-99-99", {"id": []}, "9" * 5_000, "xoxb-", "slack:T:U", "U" * 300,
)  # fmt: skip
PATHS = (
    *("/slack/events",) * 20, *("/api/messages",) * 20,
    "/slack/install", "/slack/oauth_redirect", "/slack/oauth_redirect?code=x&state=y", "/teams/tab", "/teams/sign-in",
    "/teams/configure", "/", "/library", "/t/thread-12345/turns", "/sign-in", "/home", "/settings", "/deliveries",
    "/deliveries/1/again", "/audit", "/channels/slack/x", "/faq/drafts/x", "/healthz",
)  # fmt: skip
HEADERS = ("Authorization", "X-Slack-Signature", "X-Slack-Request-Timestamp", "X-Slack-Retry-Num", "Content-Type",
           "Origin", "Cookie", "Content-Encoding", "Transfer-Encoding", "Host", "Content-Length")  # fmt: skip
VALUES = (b"", b"\xff", b"v0=", b"v0=" + b"0" * 64, b"Bearer x.y.z", b"9" * 5_000, b"1,2", b"gzip", b"null",
          b"application/json", b"\xd9\xa1", b"-1", b"chunked")  # fmt: skip
METHODS = (*("POST",) * 16, "GET", "GET", "PUT", "HEAD", "OPTIONS")

Request = tuple[str, str, dict[str, bytes], bytes]
"""Method, path, headers and body."""


@dataclass(frozen=True)
class Proofs:
    """`secret` signs what claims to come from Slack. Of the tokens of Teams one is valid, and all others are not."""

    secret: str
    token: str
    refused_tokens: Sequence[str]


class Fuzzer:
    """Endless requests, the same for the same `seed`. `names` are put in place of what was recorded, so that the
    payloads are about the workspace, the tenant and the bot that there are."""

    def __init__(self, seed: int, proofs: Proofs, names: Mapping[str, str]) -> None:
        self._chance = Random(seed)
        self._proofs = proofs
        self._slack = [recorded("slack", each, names) for each in recordings("slack")]
        self._teams = [recorded("teams", each, names) for each in recordings("teams")]

    def requests(self) -> Iterator[Request]:
        while True:
            path = self._chance.choice(PATHS)
            method = self._chance.choice(METHODS)
            body, headers = self._body(path)
            if path in ("/slack/events", "/api/messages"):
                headers |= self._proof(path, body)
            if self._chance.random() < 0.15:
                headers[self._chance.choice(HEADERS)] = self._chance.choice(VALUES)
            yield method, path, headers, body if method in ("POST", "PUT") else b""

    def _body(self, path: str) -> tuple[bytes, dict[str, bytes]]:
        if self._chance.random() < 0.15:
            return self._noise(), {"Content-Type": self._chance.choice((b"application/json", b"text/plain"))}
        if path == "/api/messages":
            return self._as_json(self._mutated(self._chance.choice(self._teams))), {"Content-Type": b"application/json"}
        payload = self._mutated(self._chance.choice(self._slack))
        is_interaction = isinstance(payload, dict) and "event" not in payload
        if path == "/slack/events" and is_interaction:
            written = {"payload": self._as_json(payload)}
            fields = written if self._chance.random() < 0.8 else _flat(payload)
            return urlencode(fields).encode(), {"Content-Type": b"application/x-www-form-urlencoded"}
        return self._as_json(payload), {"Content-Type": b"application/json"}

    def _mutated(self, payload: object) -> object:
        """A copy with up to three parts left out, replaced or repeated."""
        changed: object = json.loads(json.dumps(payload))
        for _ in range(self._chance.randrange(4)):
            holder, key = self._somewhere(changed)
            if isinstance(holder, dict):
                match self._chance.randrange(3):
                    case 0:
                        del holder[key]
                    case 1:
                        holder[key] = self._odd()
                    case _:
                        holder[str(self._odd())[:50]] = deepcopy(holder[key])
            elif isinstance(holder, list):
                holder[int(str(key))] = self._odd()
        return changed

    def _odd(self) -> object:
        return deepcopy(self._chance.choice(ODD))

    def _somewhere(self, payload: object) -> tuple[object, object]:
        """Some dictionary or list in it, and a key of that."""
        places = list(_places(payload))
        return self._chance.choice(places) if places else (None, None)

    def _as_json(self, payload: object) -> bytes:
        text = json.dumps(payload).encode()
        if self._chance.random() < 0.05:
            at = self._chance.randrange(len(text))
            return text[:at] + self._chance.choice(VALUES) + text[at + 1 :]
        return text

    def _noise(self) -> bytes:
        match self._chance.randrange(4):
            case 0:
                return self._chance.randbytes(self._chance.randrange(2_000))
            case 1:
                return b"[" * self._chance.randrange(1, 20_000)
            case 2:
                return b'{"a":' * 200 + b"1" + b"}" * 200
            case _:
                return self._chance.choice(VALUES)

    def _proof(self, path: str, body: bytes) -> dict[str, bytes]:
        """Mostly the right one, sometimes a wrong one or none."""
        chance = self._chance.random()
        if chance < 0.1:
            return {}
        is_right = chance < 0.9
        if path == "/slack/events":
            headers = signature(self._proofs.secret if is_right else "another", body)
        else:
            token = self._proofs.token if is_right else self._chance.choice(self._proofs.refused_tokens)
            headers = {"Authorization": f"Bearer {token}"}
        return {name: value.encode() for name, value in headers.items()}


def _places(payload: object) -> Iterator[tuple[object, object]]:
    if isinstance(payload, dict):
        for key, value in payload.items():
            yield payload, key
            yield from _places(value)
    elif isinstance(payload, list):
        for number, value in enumerate(payload):
            yield payload, number
            yield from _places(value)


def _flat(payload: object) -> dict[str, bytes]:
    pairs = payload.items() if isinstance(payload, dict) else ()
    return {str(key).encode(errors="replace").decode(): str(value).encode(errors="replace") for key, value in pairs}
