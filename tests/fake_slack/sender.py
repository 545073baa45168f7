"""Requests as Slack sends them: signed, over HTTP."""

import hashlib
import hmac
import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import urlencode

from aiohttp import ClientSession

from tests.fake_slack.world import APP_ID, BOT_USER, TEAM

SIGNING_KEY = "8f742231b10e8888abcd99yyyzzz85a5"


def signature(key: str, body: bytes, at: float | None = None) -> dict[str, str]:
    """The headers that prove where `body` comes from."""
    timestamp = str(int(time.time() if at is None else at))
    digest = hmac.new(key.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={digest}"}


@dataclass
class Answered:
    status: int
    text: str

    def json(self) -> dict[str, object]:
        parsed = json.loads(self.text)
        return parsed if isinstance(parsed, dict) else {}


@dataclass
class Sender:
    """`url` is the app's request URL."""

    url: str
    key: str = SIGNING_KEY
    team: str = TEAM
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def signed(self, body: bytes) -> dict[str, str]:
        return signature(self.key, body)

    def event_body(self, event: dict[str, object], event_id: str = "") -> dict[str, object]:
        return {
            "token": "unused",
            "team_id": self.team,
            "api_app_id": APP_ID,
            "event": event,
            "type": "event_callback",
            "event_id": event_id or f"Ev{next(self.numbers)}",
            "event_time": int(time.time()),
            "authorizations": [{"enterprise_id": None, "team_id": self.team, "user_id": BOT_USER, "is_bot": True}],
            "is_ext_shared_channel": False,
        }

    async def event(self, event: dict[str, object], event_id: str = "") -> Answered:
        return await self.post(json.dumps(self.event_body(event, event_id)).encode(), "application/json")

    async def interaction(self, payload: dict[str, object]) -> Answered:
        """block_actions, view_submission, message_action, ... with what the documentation puts into each."""
        usual: dict[str, object] = {
            "team": {"id": self.team, "domain": "example"},
            "user": {"id": "U1", "username": "dana", "team_id": self.team},
            "api_app_id": APP_ID,
            "token": "unused",
            "trigger_id": f"trigger.{next(self.numbers)}",
        }
        body = urlencode({"payload": json.dumps(usual | payload)}).encode()
        return await self.post(body, "application/x-www-form-urlencoded")

    async def post(self, body: bytes, content_type: str, more: Mapping[str, str] | None = None) -> Answered:
        headers = {"Content-Type": content_type, **self.signed(body), **(more or {})}
        async with ClientSession() as session, session.post(self.url, data=body, headers=headers) as response:
            return Answered(response.status, await response.text())
