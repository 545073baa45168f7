"""A calendar's REST interface, on one session. Nothing here tries again but with a fresh token: only the relay does.
No redirect is followed, for the token goes with every request."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp
from yarl import URL

from bot.platforms.calendars.errors import CalendarFailed
from bot.platforms.calendars.tokens import Session, Tokens
from bot.platforms.validation import JsonObject
from bot.settings import is_loopback

TIMEOUT = aiohttp.ClientTimeout(total=15, connect=5)
BODY_LIMIT = 4 * 1_048_576  # bytes; a full calendar of 60 days stays below


@dataclass(frozen=True, slots=True)
class Answer:
    """`body` is empty where there was no JSON object. `retry_after` is the header as it came."""

    status: int
    body: JsonObject
    retry_after: str = ""

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 300


class Rest:
    """`root` is https, or http on this machine; `name` is what admins read. Raises ValueError for another address."""

    def __init__(self, name: str, root: str, session: Session, tokens: Tokens) -> None:
        if urlsplit(root).scheme != "https" and not is_loopback(root):
            raise ValueError("A token goes nowhere without encryption.")
        self.name = name
        self._root = root.rstrip("/")
        self._session = session
        self._tokens = tokens

    async def call(
        self,
        method: str,
        path: str,
        address: str,
        body: JsonObject | None = None,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """`path` is quoted already. Any answer is an answer; raises DeliveryFailed where there is none."""
        url = URL(f"{self._root}/{path}", encoded=True).with_query(query or {})
        token = await self._tokens.get(address)
        answer = await self._answered(method, url, body, headers or {}, token)
        if answer.status == 401:
            self._tokens.refuse(address, token)
            token = await self._tokens.get(address)
            answer = await self._answered(method, url, body, headers or {}, token)
        return answer

    async def _answered(
        self, method: str, url: URL, body: JsonObject | None, headers: Mapping[str, str], token: str
    ) -> Answer:
        sent = {**headers, "Authorization": f"Bearer {token}"}
        try:
            async with self._session().request(
                method, url, json=body, headers=sent, timeout=TIMEOUT, allow_redirects=False
            ) as response:
                return Answer(response.status, await _read(response), response.headers.get("Retry-After", ""))
        except (aiohttp.ClientError, TimeoutError) as error:
            raise CalendarFailed(f"{self.name} did not answer: {type(error).__name__}.", permanent=False) from error


async def _read(response: aiohttp.ClientResponse) -> JsonObject:
    """What is not an object, or is too long, reads as empty."""
    body = bytearray()
    async for chunk in response.content.iter_chunked(65_536):
        body += chunk
        if len(body) > BODY_LIMIT:
            return {}
    try:
        parsed: object = json.loads(body) if body else {}
    except (ValueError, RecursionError):
        return {}
    return parsed if isinstance(parsed, Mapping) else {}
