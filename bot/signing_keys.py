"""Whose signature is it? An issuer's public keys, fetched without ever blocking the loop, and tokens signed by them.

The keys stand where the issuer's OpenID metadata says (``jwks_uri``).
"""

import asyncio
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import aiohttp
import jwt
import structlog

from bot.settings import LOOPBACK

TIMEOUT = 4.0  # seconds for one document
DOCUMENT_LIMIT = 512 * 1024  # bytes
TOKEN_LIMIT = 16 * 1024  # characters
KID_LIMIT = 300
LIFETIME = timedelta(hours=24)
"""After this long the keys are fetched anew, while those at hand stay in force."""
PAUSE = timedelta(minutes=1)
"""Between two fetches: tokens with made-up key ids cannot make it fetch without end."""
LEEWAY = timedelta(minutes=5)
"""What clocks may differ by."""
LAST_MOMENT = 1e12  # seconds: a number beyond it is no time

ASYMMETRIC = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"})

log = structlog.stdlib.get_logger(__name__)


class TokenRefused(Exception):
    """The token proves nothing. Says why, and never repeats what was sent."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """`endorsements` are the channels that the Bot Framework lets this key speak for; elsewhere there are none."""

    key: jwt.PyJWK = field(repr=False)
    endorsements: frozenset[str] = frozenset()


class SigningKeys:
    """One issuer's keys. Lives on one event loop.

    Raises ValueError for an address that is not https (http only on this machine), or a shared-secret algorithm.
    """

    def __init__(
        self,
        metadata_url: str,
        clock: Callable[[], datetime],
        *,
        algorithms: Sequence[str] = ("RS256",),
        timeout: float = TIMEOUT,
    ) -> None:
        if not is_safe(metadata_url):
            raise ValueError(f"Signing keys come over https, not from {metadata_url!r}.")
        if not algorithms or not set(algorithms) <= ASYMMETRIC:
            raise ValueError(f"Not algorithms for public keys: {sorted(algorithms)}")
        self.algorithms = tuple(algorithms)
        self._metadata_url = metadata_url
        self._clock = clock
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._keys: dict[str, SigningKey] = {}
        self._metadata: Mapping[str, object] = {}
        self._fetched_at: datetime | None = None
        self._tried_at: datetime | None = None
        self._fetching: asyncio.Task[None] | None = None

    async def key(self, kid: str) -> SigningKey | None:
        """None where the issuer has no such key, or cannot be reached."""
        known = self._keys.get(kid)
        if known is None:
            await self._fetched()
            return self._keys.get(kid)
        if self._fetched_at is None or self._clock() - self._fetched_at > LIFETIME:
            self._start_fetching()  # and do not wait for it: this key is still good
        return known

    async def metadata(self) -> Mapping[str, object]:
        """The issuer's OpenID document; empty where it could not be fetched yet."""
        if not self._metadata:
            await self._fetched()
        return self._metadata

    async def close(self) -> None:
        if self._fetching is not None:
            self._fetching.cancel()
            with suppress(asyncio.CancelledError):
                await self._fetching

    async def _fetched(self) -> None:
        self._start_fetching()
        if self._fetching is not None:
            await asyncio.shield(self._fetching)

    def _start_fetching(self) -> None:
        """Unless somebody does already, or did a moment ago."""
        now = self._clock()
        if self._fetching is not None or (self._tried_at is not None and now - self._tried_at < PAUSE):
            return
        self._tried_at = now
        self._fetching = asyncio.create_task(self._fetch(now))

    async def _fetch(self, now: datetime) -> None:
        try:
            async with aiohttp.ClientSession(timeout=self._timeout, trust_env=True) as session:
                metadata = await _document(session, self._metadata_url)
                keys = _keys_in(await _document(session, str(metadata.get("jwks_uri", ""))), self.algorithms)
            if not keys:
                raise ValueError("no usable keys in the document")
            self._keys, self._metadata, self._fetched_at = keys, metadata, now
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            log.warning(
                "signing keys could not be fetched",
                url=self._metadata_url,
                reason=str(error) or type(error).__name__,
                kept=len(self._keys),
            )
        finally:
            self._fetching = None


async def verified_claims(
    token: str,
    *,
    keys: SigningKeys,
    issuers: Collection[str],
    audience: str | Collection[str],
    now: datetime,
    endorsement: str = "",
) -> Mapping[str, object]:
    """What a signed token (JWT) says, for `audience` or one of them. With `endorsement` the key must be endorsed for
    that channel.

    Raises TokenRefused, whatever `token` is.
    """
    try:
        header = jwt.get_unverified_header(token if len(token) <= TOKEN_LIMIT else "")
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise TokenRefused("not a signed token") from error
    algorithm, kid = header.get("alg"), header.get("kid")
    if not isinstance(algorithm, str) or algorithm not in keys.algorithms:
        raise TokenRefused("signed in a way that is not taken")
    if not isinstance(kid, str) or not 0 < len(kid) <= KID_LIMIT:
        raise TokenRefused("no key id")
    found = await keys.key(kid)
    if found is None:
        raise TokenRefused("signed with a key that the issuer does not have")
    if endorsement and endorsement not in found.endorsements:
        raise TokenRefused("the key is not endorsed for this channel")
    try:
        claims: Mapping[str, object] = jwt.decode(
            token,
            found.key.key,
            algorithms=keys.algorithms,
            audience=audience,
            issuer=list(issuers),
            # Times are compared below, with the caller's clock.
            options={
                "require": ["exp", "iss", "aud"],
                "verify_exp": False,
                "verify_nbf": False,
                "verify_iat": False,
            },
        )
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as error:
        raise TokenRefused(type(error).__name__) from error
    moment, grace = now.timestamp(), LEEWAY.total_seconds()
    if moment > _seconds(claims, "exp") + grace:
        raise TokenRefused("expired")
    if "nbf" in claims and moment < _seconds(claims, "nbf") - grace:
        raise TokenRefused("not valid yet")
    return claims


def is_safe(url: str) -> bool:
    """https, or http on this machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK))


async def json_object(response: aiohttp.ClientResponse) -> Mapping[str, object]:
    """What an issuer answered. Raises ValueError for anything else, and for more than DOCUMENT_LIMIT."""
    body = bytearray()
    async for part in response.content.iter_chunked(65_536):
        body += part
        if len(body) > DOCUMENT_LIMIT:
            raise ValueError(f"{response.url} is too long")
    try:
        parsed: object = json.loads(body)
    except RecursionError as error:
        raise ValueError(f"{response.url} is nested too deeply") from error
    if not isinstance(parsed, dict):
        raise ValueError(f"{response.url} is not a JSON object")
    return parsed


async def _document(session: aiohttp.ClientSession, url: str) -> Mapping[str, object]:
    if not is_safe(url):
        raise ValueError("the address of the keys is not https")
    async with session.get(url, allow_redirects=False) as response:
        if response.status != 200:
            raise ValueError(f"{url} answered {response.status}")
        return await json_object(response)


def _keys_in(document: Mapping[str, object], algorithms: Sequence[str]) -> dict[str, SigningKey]:
    """A key that cannot be read is passed over: the others are as good as before."""
    keys: dict[str, SigningKey] = {}
    listed = document.get("keys")
    for each in listed if isinstance(listed, list) else []:
        if not isinstance(each, dict) or each.get("use", "sig") != "sig" or each.get("kty") not in ("RSA", "EC"):
            continue
        kid, endorsed = each.get("kid"), each.get("endorsements")
        if not isinstance(kid, str) or each.get("alg", algorithms[0]) not in algorithms:
            continue
        try:
            key = jwt.PyJWK.from_dict(each)
        except (jwt.PyJWTError, ValueError, TypeError) as error:
            log.warning("a signing key cannot be read", kid=kid[:KID_LIMIT], reason=type(error).__name__)
            continue
        names = [name for name in endorsed if isinstance(name, str)] if isinstance(endorsed, list) else []
        keys[kid] = SigningKey(key, frozenset(names))
    return keys


def _seconds(claims: Mapping[str, object], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < LAST_MOMENT:
        raise TokenRefused(f"{name} is not a time")
    return float(value)
