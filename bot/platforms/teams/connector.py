"""The Bot Connector's REST interface, on one session. Nothing here tries again but with a fresh token: only the relay
does. No redirect is followed, for the token goes with every request."""

import json
from collections.abc import Callable, Mapping
from urllib.parse import quote, urlsplit

import aiohttp
from yarl import URL

from bot.chat.errors import OutcomeUnknown
from bot.platforms.payload import text_at
from bot.platforms.teams.errors import TeamsFailed, failure
from bot.platforms.teams.token import NoToken, Token
from bot.platforms.validation import JsonObject
from bot.settings import LOOPBACK

TIMEOUT = aiohttp.ClientTimeout(total=15, connect=5)
BODY_LIMIT = 1_048_576  # bytes

# Teams' own in the public cloud; below the domains are those of GCC, GCC High and DoD.
HOSTS = frozenset({"smba.trafficmanager.net"})
DOMAINS = (".teams.microsoft.com", ".teams.microsoft.us")


def is_service_url(url: str, *, on_loopback: bool = False) -> bool:
    """Whether messages, and with them the bot's token, may go there. `on_loopback`: to the Playground on this machine
    and nowhere else."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    host = (parts.hostname or "").lower()
    if parts.username or parts.password or parts.query or parts.fragment or not url.isascii():
        return False
    if on_loopback:
        return parts.scheme in ("http", "https") and host in LOOPBACK
    return parts.scheme == "https" and port in (None, 443) and (host in HOSTS or host.endswith(DOMAINS))


class Connector:
    """`session` opens the shared one. Without a real token it speaks to this machine only."""

    def __init__(self, session: Callable[[], aiohttp.ClientSession], token: Token, *, on_loopback: bool) -> None:
        if on_loopback and not isinstance(token, NoToken):
            raise ValueError("A real token is not sent to programs on this machine.")
        self._session = session
        self._token = token
        self._on_loopback = on_loopback

    async def send(self, service_url: str, conversation: str, activity: JsonObject) -> str:
        """The new activity's id, empty where Teams names none. Raises DeliveryFailed, or OutcomeUnknown."""
        path = f"v3/conversations/{_part(conversation)}/activities"
        return text_at(await self._call("POST", service_url, path, activity), "id")

    async def update(self, service_url: str, conversation: str, activity_id: str, activity: JsonObject) -> None:
        """Safe to repeat. Raises DeliveryFailed."""
        path = f"v3/conversations/{_part(conversation)}/activities/{_part(activity_id)}"
        await self._call("PUT", service_url, path, {**activity, "id": activity_id}, repeats=True)

    async def create(self, service_url: str, *, bot_id: str, user_id: str, tenant: str) -> str:
        """The id of the chat with one person: the one that there is, or a new one. Raises DeliveryFailed."""
        asked = {
            "isGroup": False,
            "bot": {"id": bot_id},
            "members": [{"id": user_id}],
            "tenantId": tenant,
            "channelData": {"tenant": {"id": tenant}},
        }
        created = text_at(await self._call("POST", service_url, "v3/conversations", asked, repeats=True), "id")
        if not created:
            raise TeamsFailed("Teams opened no chat with this person.", permanent=False)
        return created

    async def typing(self, service_url: str, conversation: str) -> None:
        """Shows that an answer is on its way. Raises DeliveryFailed."""
        path = f"v3/conversations/{_part(conversation)}/activities"
        await self._call("POST", service_url, path, {"type": "typing"}, repeats=True)

    async def member(self, service_url: str, conversation: str, user_id: str) -> JsonObject:
        """Raises DeliveryFailed."""
        path = f"v3/conversations/{_part(conversation)}/members/{_part(user_id)}"
        return await self._call("GET", service_url, path, repeats=True)

    async def _call(
        self, method: str, service_url: str, path: str, body: JsonObject | None = None, *, repeats: bool = False
    ) -> JsonObject:
        if not is_service_url(service_url, on_loopback=self._on_loopback):
            raise TeamsFailed("This is not an address of Teams, so nothing was sent there.", permanent=True)
        url = f"{service_url.rstrip('/')}/{path}"
        sent = None if body is None else json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        token = await self._token.get()
        status, answer, retry_after = await self._answered(method, url, sent, token, repeats=repeats)
        if status == 401 and token is not None:
            self._token.refuse(token)
            token = await self._token.get()
            status, answer, retry_after = await self._answered(method, url, sent, token, repeats=repeats)
        if not 200 <= status < 300:
            raise failure(status, answer, retry_after, repeats=repeats)
        return _parsed(answer)

    async def _answered(
        self, method: str, url: str, body: bytes | None, token: str | None, *, repeats: bool
    ) -> tuple[int, str, str | None]:
        headers = {"Content-Type": "application/json; charset=utf-8"} if body is not None else {}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        try:
            async with self._session().request(
                method, URL(url, encoded=True), data=body, headers=headers, timeout=TIMEOUT, allow_redirects=False
            ) as response:
                return response.status, await _text(response), response.headers.get("Retry-After")
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            # Nothing was sent yet.
            raise TeamsFailed(f"Teams cannot be reached: {type(error).__name__}.", permanent=False) from error
        except (aiohttp.ClientError, TimeoutError) as error:
            if repeats:
                raise TeamsFailed(f"Teams did not answer: {type(error).__name__}.", permanent=False) from error
            raise OutcomeUnknown(f"Teams did not answer: {type(error).__name__}.") from error


async def _text(response: aiohttp.ClientResponse) -> str:
    """Of a body longer than BODY_LIMIT only the beginning."""
    body = bytearray()
    async for chunk in response.content.iter_chunked(BODY_LIMIT):
        body += chunk
        if len(body) >= BODY_LIMIT:
            break
    return body[:BODY_LIMIT].decode("utf-8", "replace")


def _part(text: str) -> str:
    return quote(text, safe="")


def _parsed(answer: str) -> JsonObject:
    """What is not an object reads as empty: it was done all the same."""
    try:
        parsed: object = json.loads(answer) if answer else {}
    except (ValueError, RecursionError):
        return {}
    return parsed if isinstance(parsed, Mapping) else {}
