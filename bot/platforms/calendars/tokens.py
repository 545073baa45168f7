"""Access tokens: fetched when they are needed, kept until shortly before they run out."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import aiohttp
import structlog

from bot.platforms.calendars.errors import CalendarFailed, told_to_wait
from bot.platforms.payload import text_at
from bot.platforms.validation import JsonObject
from bot.signing_keys import json_object

EARLY = timedelta(minutes=5)
TIMEOUT = aiohttp.ClientTimeout(total=10, connect=5)

Session = Callable[[], aiohttp.ClientSession]
"""The one session that everything towards a calendar shares, opened on first use."""

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no token, and what to do. `of_person`: of whoever it was for, while others may have theirs."""

    reason: str
    of_person: bool = False


class Grant(Protocol):
    """What tokens are asked for with. `url` is https; `name` is whose tokens they are, for admins."""

    @property
    def url(self) -> str: ...
    @property
    def name(self) -> str: ...

    def whose(self, address: str) -> str:
        """Under what its token is kept: one for everybody, or one for each."""
        ...

    def form(self, address: str, now: datetime) -> Mapping[str, str]: ...

    def refusal(self, answer: JsonObject) -> Refusal: ...


@dataclass(frozen=True, slots=True)
class _Kept:
    token: str
    renew_at: datetime
    ends_at: datetime


class Tokens:
    """One request at a time for each token, however many wait for it. Lives on one event loop."""

    def __init__(self, grant: Grant, session: Session, clock: Callable[[], datetime]) -> None:
        self._grant = grant
        self._session = session
        self._clock = clock
        self._kept: dict[str, _Kept] = {}
        self._fetching: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self.problem = ""

    async def get(self, address: str) -> str:
        """For the calendar of `address`. Raises DeliveryFailed."""
        whose = self._grant.whose(address)
        async with self._fetching[whose]:
            now, kept = self._clock(), self._kept.get(whose)
            if kept is None or now >= kept.renew_at:
                self._forget_old(now)
                kept = self._kept[whose] = await self._fetched(address, now)
            return kept.token

    def refuse(self, address: str, token: str) -> None:
        """It was not accepted: the next is a fresh one."""
        whose = self._grant.whose(address)
        if (kept := self._kept.get(whose)) and kept.token == token:
            del self._kept[whose]

    def _forget_old(self, now: datetime) -> None:
        for whose in [whose for whose, kept in self._kept.items() if now >= kept.ends_at]:
            del self._kept[whose]
            if not self._fetching[whose].locked():
                del self._fetching[whose]

    async def _fetched(self, address: str, now: datetime) -> _Kept:
        token, lifetime = await self._fetch(address, now)
        self.problem = ""
        return _Kept(token, now + max(lifetime - EARLY, lifetime / 2), now + lifetime)

    async def _fetch(self, address: str, now: datetime) -> tuple[str, timedelta]:
        name, form = self._grant.name, dict(self._grant.form(address, now))
        try:
            async with self._session().post(
                self._grant.url, data=form, timeout=TIMEOUT, allow_redirects=False
            ) as response:
                if response.status >= 500 or response.status == 429:
                    raise told_to_wait(name, response.status, response.headers.get("Retry-After", ""))
                answer = await json_object(response)
                if response.status != 200:
                    raise self._refused(answer, response.status)
                return _token_in(name, answer)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise CalendarFailed(f"{name} cannot be reached: {type(error).__name__}.", permanent=False) from error
        except ValueError as error:
            raise CalendarFailed(f"{name}'s answer cannot be read.", permanent=False) from error

    def _refused(self, answer: JsonObject, status: int) -> CalendarFailed:
        refusal, error = self._grant.refusal(answer), text_at(answer, "error")
        if not refusal.of_person:
            self.problem = refusal.reason
            log.error("no token for calendars", name=self._grant.name, status=status, error=error[:100])
        return CalendarFailed(refusal.reason, status=status, permanent=True)


def _token_in(name: str, answer: JsonObject) -> tuple[str, timedelta]:
    token, seconds = text_at(answer, "access_token"), answer.get("expires_in")
    if not token or not token.isascii() or not token.isprintable():
        raise CalendarFailed(f"{name}'s answer holds no token.", permanent=False)
    lifetime = seconds if isinstance(seconds, int) and 0 < seconds < 1_000_000 else 3_600
    return token, timedelta(seconds=lifetime)
