"""The token that lets the bot speak: fetched for the one tenant, kept until shortly before it runs out."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

import aiohttp

from bot.platforms.teams.errors import TeamsFailed
from bot.platforms.teams.settings import TeamsSettings
from bot.platforms.validation import JsonObject
from bot.signing_keys import json_object

EARLY = timedelta(minutes=5)
TIMEOUT = aiohttp.ClientTimeout(total=10, connect=5)
REFUSED = (
    "Entra ID gives no token for the bot. Check MicrosoftAppId, MicrosoftAppPassword (a secret's value that has not "
    "run out) and MicrosoftAppTenantId (docs/teams.md)."
)

Session = Callable[[], aiohttp.ClientSession]
"""The one session that everything towards Teams shares, opened on first use."""


class Token(Protocol):
    @property
    def problem(self) -> str:
        """Why there is none, empty when all is well."""
        ...

    async def get(self) -> str | None:
        """One that is valid now; None where none is needed. Raises DeliveryFailed."""
        ...

    def refuse(self, token: str) -> None:
        """Teams did not accept this one: the next is a fresh one."""
        ...


class NoToken:
    """For the Agents Playground, which asks for none."""

    problem = ""

    async def get(self) -> str | None:
        return None

    def refuse(self, token: str) -> None:
        """There is nothing to forget."""


class ClientCredentials:
    """One request at a time, however many wait for it."""

    def __init__(self, settings: TeamsSettings, session: Session, clock: Callable[[], datetime]) -> None:
        self._settings = settings
        self._session = session
        self._clock = clock
        self._token = ""
        self._renew_at: datetime | None = None
        self._fetching = asyncio.Lock()
        self.problem = ""

    async def get(self) -> str | None:
        async with self._fetching:
            now = self._clock()
            if self._renew_at is None or now >= self._renew_at:
                self._token, lifetime = await self._fetched()
                self._renew_at = now + max(lifetime - EARLY, lifetime / 2)
            return self._token

    def refuse(self, token: str) -> None:
        if token == self._token:
            self._renew_at = None

    async def _fetched(self) -> tuple[str, timedelta]:
        try:
            fetched = await self._fetch()
        except TeamsFailed as failed:
            self.problem = str(failed)
            raise
        self.problem = ""
        return fetched

    async def _fetch(self) -> tuple[str, timedelta]:
        cloud = self._settings.cloud
        url = f"{cloud.login}/{self._settings.tenant_id}/oauth2/v2.0/token"
        asked = {
            "grant_type": "client_credentials",
            "client_id": self._settings.app_id,
            "client_secret": self._settings.app_password,
            "scope": f"{cloud.issuer}/.default",
        }
        try:
            async with self._session().post(url, data=asked, timeout=TIMEOUT, allow_redirects=False) as response:
                if response.status >= 500 or response.status == 429:
                    raise TeamsFailed(f"Entra ID answered {response.status}.", permanent=False)
                if response.status != 200:
                    raise TeamsFailed(REFUSED, status=response.status, permanent=True)
                return _token_of(await json_object(response))
        except (aiohttp.ClientError, TimeoutError) as error:
            reason = f"Entra ID cannot be reached: {type(error).__name__}."
            raise TeamsFailed(reason, permanent=False) from error
        except ValueError as error:
            raise TeamsFailed("Entra ID's answer cannot be read.", permanent=False) from error


def _token_of(answer: JsonObject) -> tuple[str, timedelta]:
    token, seconds = answer.get("access_token"), answer.get("expires_in")
    if not isinstance(token, str) or not token.isascii() or not token.isprintable() or not token:
        raise TeamsFailed("Entra ID's answer holds no token.", permanent=False)
    lifetime = seconds if isinstance(seconds, int) and 0 < seconds < 1_000_000 else 3_600
    return token, timedelta(seconds=lifetime)
