"""Requests as Slack sends them: signed, over HTTP."""

import hashlib
import hmac
import json
import time
from collections.abc import Iterator
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

    async def event(self, event: dict[str, object], event_id: str = "", retry: int = 0) -> Answered:
        more = {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": "http_timeout"} if retry else {}
        return await self.post_json(self.event_body(event, event_id), more)

    async def command(self, text: str, user: str = "U1", channel: str = "C1", **more: str) -> Answered:
        fields = {
            "token": "unused",
            "team_id": self.team,
            "team_domain": "example",
            "channel_id": channel,
            "channel_name": "general",
            "user_id": user,
            "user_name": "dana",
            "command": "/guildhall",
            "text": text,
            "api_app_id": APP_ID,
            "is_enterprise_install": "false",
            "response_url": "http://127.0.0.1:9/unused",
            "trigger_id": f"trigger.{next(self.numbers)}",
        }
        return await self._form(urlencode(fields | more))

    async def interaction(self, payload: dict[str, object]) -> Answered:
        """block_actions, view_submission, message_action, ... with what the documentation puts into each."""
        usual: dict[str, object] = {
            "team": {"id": self.team, "domain": "example"},
            "user": {"id": "U1", "username": "dana", "team_id": self.team},
            "api_app_id": APP_ID,
            "token": "unused",
            "trigger_id": f"trigger.{next(self.numbers)}",
        }
        return await self._form(urlencode({"payload": json.dumps(usual | payload)}))

    async def post_json(self, body: dict[str, object], more: dict[str, str] | None = None) -> Answered:
        return await self.post(json.dumps(body).encode(), "application/json", more)

    async def post(self, body: bytes, content_type: str, more: dict[str, str] | None = None) -> Answered:
        headers = {"Content-Type": content_type, **self.signed(body), **(more or {})}
        async with ClientSession() as session, session.post(self.url, data=body, headers=headers) as response:
            return Answered(response.status, await response.text())

    async def _form(self, body: str) -> Answered:
        return await self.post(body.encode(), "application/x-www-form-urlencoded")
