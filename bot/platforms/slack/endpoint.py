"""Slack over HTTP: events, interactivity and commands, all at one address."""

import re
from collections.abc import Sequence

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.platforms.slack.bolt import MALFORMED, dispatch
from bot.platforms.validation import header, parse_form, parse_json, read_text, refused

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
TIMESTAMP_HEADER = "X-Slack-Request-Timestamp"
SIGNATURE_HEADER = "X-Slack-Signature"

_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")


class Endpoint:
    def __init__(self, app: AsyncApp) -> None:
        self._app = app

    async def receive(self, request: web.Request) -> web.Response:
        """Raises 400, 413 and 415 for what Slack never sends; 401 is Bolt's answer to what Slack did not sign."""
        content_type = request.content_type
        text = await read_text(request, {JSON, FORM})
        body: dict[str, object]
        if content_type == JSON:
            body = parse_json(text)
        else:
            fields = parse_form(text)
            if fields.get("ssl_check") == "1":  # from time to time Slack looks whether the certificate is good
                return web.Response()
            body = parse_json(fields["payload"]) if "payload" in fields else dict(fields)
        headers: dict[str, str | Sequence[str]] = {
            "content-type": content_type,
            TIMESTAMP_HEADER: header(request, TIMESTAMP_HEADER, _TIMESTAMP),
            SIGNATURE_HEADER: header(request, SIGNATURE_HEADER, _SIGNATURE),
        }
        try:
            bolt_request = AsyncBoltRequest(body=text, headers=headers)
        except (*MALFORMED, RecursionError) as error:
            raise refused("Slack sends nothing like it") from error
        return await to_aiohttp_response(await dispatch(self._app, bolt_request, body))
