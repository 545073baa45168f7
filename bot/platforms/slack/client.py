"""Slack's Web API, one client for each workspace. Nothing here tries again: only the relay does."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.platforms.slack.errors import TOKEN_ERRORS, SlackFailed, answered
from bot.platforms.slack.installations import Installations

TIMEOUT = timedelta(seconds=15)
CONNECT_WITHIN = timedelta(seconds=5)
DELIVERY_WITHIN = timedelta(seconds=30)
QUIET = timedelta(seconds=45)
"""Longer than a delivery can last, and than Slack takes to do what it was asked when the caller is gone already."""


class ReadingApi(Protocol):
    """Slack's Web API by workspace, for those who only look something up."""

    async def read(self, team: str, method: str, arguments: Mapping[str, object]) -> Mapping[str, object]:
        """Raises DeliveryFailed or OutcomeUnknown."""
        ...


class SlackApi:
    """Calls by workspace. A method that Slack limits is held back in that workspace for as long as Slack says."""

    def __init__(self, installations: Installations, base_url: str, clock: Callable[[], datetime]) -> None:
        self._installations = installations
        self._base_url = base_url
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None
        self._held: dict[tuple[str, str], datetime] = {}
        self._refused: dict[str, str] = {}

    @property
    def problem(self) -> str:
        """Why a workspace does not take its token, until it does again; empty when all is well."""
        return next(iter(self._refused.values()), "")

    def bearing(self, token: str | None) -> AsyncWebClient:
        return web_client(token, self._base_url, self._open_session())

    async def call(self, team: str, method: str, arguments: Mapping[str, object]) -> Mapping[str, object]:
        """POST with JSON. Raises DeliveryFailed or OutcomeUnknown."""
        return await self._answered(team, method, lambda client: client.api_call(method, json=dict(arguments)))

    async def read(self, team: str, method: str, arguments: Mapping[str, object]) -> Mapping[str, object]:
        """POST with a form, for methods that take no JSON. Raises DeliveryFailed or OutcomeUnknown."""
        form = {
            name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in arguments.items()
        }
        return await self._answered(team, method, lambda client: client.api_call(method, data=form))

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _answered(
        self, team: str, method: str, request: Callable[[AsyncWebClient], Awaitable[AsyncSlackResponse]]
    ) -> Mapping[str, object]:
        held_until = self._held.get((team, method))
        if held_until is not None:
            left = (held_until - self._clock()).total_seconds()
            if left > 0:
                raise SlackFailed("ratelimited", "Slack asks to wait.", permanent=False, retry_after=left)
            del self._held[team, method]
        client = self.bearing(await self._installations.token(team))
        try:
            said = await answered(method, request(client))
        except SlackFailed as failed:
            if failed.retry_after is not None:
                self._hold(team, method, failed.retry_after)
            elif failed.code in TOKEN_ERRORS:
                self._refused[team] = str(failed)
                await self._installations.refused(team)
            raise
        self._refused.pop(team, None)
        return said

    def _hold(self, team: str, method: str, seconds: float) -> None:
        until = self._clock() + timedelta(seconds=seconds)
        self._held[team, method] = max(until, self._held.get((team, method), until))

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = open_session()
        return self._session


def open_session() -> aiohttp.ClientSession:
    """Connections that are used again; made inside the running loop."""
    timeout = aiohttp.ClientTimeout(total=TIMEOUT.total_seconds(), sock_connect=CONNECT_WITHIN.total_seconds())
    return aiohttp.ClientSession(timeout=timeout)


def web_client(token: str | None, base_url: str, session: aiohttp.ClientSession) -> AsyncWebClient:
    """Its logger stays above debug: there the SDK writes down what it sends, refresh tokens included."""
    quiet = logging.getLogger(f"{__name__}.web")
    quiet.setLevel(logging.WARNING)
    return AsyncWebClient(token=token, base_url=base_url, session=session, retry_handlers=[], logger=quiet)
