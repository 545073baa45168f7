"""An issuer of signed tokens: keys made here, metadata and keys served on this machine."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache

import jwt
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key


@cache
def rsa_key(name: str) -> RSAPrivateKey:
    """The same key for the same name."""
    return generate_private_key(65_537, 2_048)


def public_jwk(key: RSAPrivateKey, kid: str) -> dict[str, object]:
    return {**jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": kid, "use": "sig"}


@dataclass
class TokenIssuer:
    """`failing` answers 500; `before_answer` may hang. `fetched` lists the paths that were asked for."""

    url: str = ""
    kids: list[str] = field(default_factory=lambda: ["key-1"])
    endorsements: Sequence[str] = ("msteams",)
    failing: bool = False
    before_answer: Callable[[], Awaitable[object]] = lambda: asyncio.sleep(0)
    fetched: list[str] = field(default_factory=list)

    @property
    def metadata_url(self) -> str:
        return f"{self.url}/.well-known/openid-configuration"

    async def answer(self, request: web.Request) -> web.Response:
        self.fetched.append(request.path)
        await self.before_answer()
        if self.failing:
            raise web.HTTPInternalServerError
        if request.path == "/keys":
            return web.json_response({"keys": [self.jwk(kid) for kid in self.kids]})
        return web.json_response({"issuer": self.url, "jwks_uri": f"{self.url}/keys"})

    def jwk(self, kid: str) -> dict[str, object]:
        return {**public_jwk(rsa_key(kid), kid), "endorsements": list(self.endorsements)}

    def token(
        self,
        claims: Mapping[str, object],
        *,
        at: datetime,
        kid: str = "key-1",
        algorithm: str = "RS256",
        signed_by: str = "",
        lasts: timedelta = timedelta(hours=1),
    ) -> str:
        times = {"nbf": int(at.timestamp()), "exp": int((at + lasts).timestamp())}
        return jwt.encode({**times, **claims}, rsa_key(signed_by or kid), algorithm=algorithm, headers={"kid": kid})


@asynccontextmanager
async def serving(issuer: TokenIssuer) -> AsyncIterator[TokenIssuer]:
    app = web.Application()
    app.router.add_get("/{path:.*}", issuer.answer)
    async with TestServer(app, host="127.0.0.1") as server:
        issuer.url = str(server.make_url("")).rstrip("/")
        yield issuer


def unsigned(header: Mapping[str, object], claims: Mapping[str, object], signature: bytes = b"") -> str:
    """A token with any header, e.g. ``alg: none``."""
    encode = jwt.utils.base64url_encode
    parts = (json.dumps(header).encode(), json.dumps(claims).encode(), signature)
    return ".".join(encode(part).decode() for part in parts)
