"""Who sent it? The Bot Framework's signed token, or, for trying out, a program on this machine."""

import ipaddress
import re
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

import structlog
from aiohttp import web

from bot.chat.turn import storable
from bot.platforms.payload import text_at
from bot.platforms.teams.settings import TeamsSettings
from bot.platforms.validation import JsonObject, header
from bot.settings import FORWARDED, is_loopback
from bot.signing_keys import SigningKeys, TokenRefused, verified_claims

CHANNEL = "msteams"

_BEARER = re.compile(r"Bearer [A-Za-z0-9_=.-]{1,16000}")

log = structlog.stdlib.get_logger(__name__)

Sender = Callable[[JsonObject], None]
"""Checks an activity against whoever sent it. Raises 403."""


class Verification(Protocol):
    async def sender(self, request: web.Request) -> Sender:
        """Who sends this, before its body is read. Raises 401 or 403."""
        ...


class SignedByTeams:
    """A token of the Bot Framework for our app, and activities of the one tenant."""

    def __init__(self, settings: TeamsSettings, keys: SigningKeys, clock: Callable[[], datetime]) -> None:
        self._settings = settings
        self._keys = keys
        self._clock = clock

    async def sender(self, request: web.Request) -> Sender:
        try:
            token = header(request, "Authorization", _BEARER).removeprefix("Bearer ")
        except web.HTTPBadRequest as error:
            raise _unauthorized("no token") from error
        try:
            claims = await verified_claims(
                token,
                keys=self._keys,
                issuers=[self._settings.cloud.issuer],
                audience=self._settings.app_id.lower(),
                now=self._clock(),
                endorsement=CHANNEL,
            )
        except TokenRefused as error:
            raise _unauthorized(str(error)) from error
        service_url = text_at(claims, "serviceurl")

        def check(activity: JsonObject) -> None:
            if not service_url or text_at(activity, "serviceUrl") != service_url:
                raise _forbidden("the token is for another service address")
            if text_at(activity, "channelId") != CHANNEL:
                raise _forbidden("not from Teams")
            if not self._settings.tenant_id or tenant_of(activity).lower() != self._settings.tenant_id.lower():
                raise _forbidden("another tenant")

        return check


class FromThisMachine:
    """For the Agents Playground, which signs nothing. A page in a browser does not get in: it sends its origin, cannot
    send JSON unasked, and comes under the name of its own host."""

    async def sender(self, request: web.Request) -> Sender:
        if not _is_loopback_peer(request) or not is_loopback(f"//{request.host}"):
            raise _forbidden("without an app id only this machine is let in")
        if any(name in request.headers for name in FORWARDED):
            raise _forbidden("forwarded from elsewhere")
        if "Origin" in request.headers or "Sec-Fetch-Site" in request.headers:
            raise _forbidden("a page in a browser")
        return self._check

    @staticmethod
    def _check(activity: JsonObject) -> None:
        if not is_loopback(text_at(activity, "serviceUrl")):
            raise _forbidden("without an app id answers stay on this machine")


def tenant_of(activity: JsonObject) -> str:
    return text_at(activity, "conversation", "tenantId") or text_at(activity, "channelData", "tenant", "id")


def _is_loopback_peer(request: web.Request) -> bool:
    try:
        return ipaddress.ip_address(request.remote or "").is_loopback
    except ValueError:
        return False


def _unauthorized(why: str) -> web.HTTPUnauthorized:
    log.info("request to the bot refused", why=storable(why))
    return web.HTTPUnauthorized(text="This takes requests of the Bot Framework only.")


def _forbidden(why: str) -> web.HTTPForbidden:
    log.info("request to the bot refused", why=why)
    return web.HTTPForbidden(text="This takes requests of the Bot Framework only.")
