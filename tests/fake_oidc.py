"""An identity provider of ours: metadata, keys, the way there and the token, as OpenID Connect Core describes them.

Whoever comes to sign in is let in at once as `claims` say. Faults can be switched on.
"""

import asyncio
import base64
import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from urllib.parse import urlencode

import jwt
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.token_issuer import public_jwk, rsa_key

CLIENT, SECRET = "guildhall", "s3cret/+ "


class FakeOidc:
    """`claims` are what the next id token says besides the usual ones, and may replace those."""

    def __init__(self, now: datetime) -> None:
        self.key = rsa_key("k1")
        self.signing_key = self.key
        self.issuer = ""
        self.now = now
        self.claims: dict[str, object] = {}
        self.takes_secret_in_form = False
        self.token_status = 200
        self.metadata_issuer = ""
        self.algorithm = "RS256"
        self.in_pieces = False
        self.redeemed = 0
        self._codes: dict[str, dict[str, str]] = {}

    def application(self) -> web.Application:
        app = web.Application()
        app.add_routes(
            [
                web.get("/.well-known/openid-configuration", self._metadata),
                web.get("/keys", self._keys),
                web.get("/authorize", self._authorize),
                web.post("/token", self._token),
            ]
        )
        return app

    async def _metadata(self, request: web.Request) -> web.Response:
        ways = ["client_secret_post" if self.takes_secret_in_form else "client_secret_basic"]
        return web.json_response(
            {
                "issuer": self.metadata_issuer or self.issuer,
                "jwks_uri": f"{self.issuer}/keys",
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "token_endpoint_auth_methods_supported": ways,
            }
        )

    async def _keys(self, request: web.Request) -> web.Response:
        return web.json_response({"keys": [public_jwk(self.key, "k1")]})

    async def _authorize(self, request: web.Request) -> web.Response:
        asked = dict(request.query)
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        assert set(asked["scope"].split()) >= {"openid", "email"}
        code = f"code-{len(self._codes)}"
        self._codes[code] = asked
        query = urlencode({"code": code, "state": asked["state"]})
        raise web.HTTPFound(f"{asked['redirect_uri']}?{query}")

    async def _token(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        asked = self._codes.pop(str(form["code"]), None)
        if asked is None or self.token_status != 200:
            return web.json_response({"error": "invalid_grant"}, status=max(self.token_status, 400))
        digest = hashlib.sha256(str(form["code_verifier"]).encode()).digest()
        assert asked["code_challenge"] == base64.urlsafe_b64encode(digest).decode().rstrip("=")
        assert asked["redirect_uri"] == form["redirect_uri"]
        if self.takes_secret_in_form:
            assert form["client_secret"] == SECRET
        else:
            basic = base64.b64encode(f"{CLIENT}:s3cret%2F%2B+".encode()).decode()
            assert request.headers["Authorization"] == f"Basic {basic}"
        self.redeemed += 1
        seconds = int(self.now.timestamp())
        usual = {"iss": self.issuer, "aud": CLIENT, "sub": "42", "iat": seconds, "exp": seconds + 300}
        claims = {**usual, "nonce": asked["nonce"], **self.claims}
        key = "shared secret, at least 32 bytes!" if self.algorithm == "HS256" else self.signing_key
        token = jwt.encode(claims, key, algorithm=self.algorithm, headers={"kid": "k1"})
        answer = {"id_token": token, "access_token": "unused", "token_type": "Bearer"}
        return await _piecemeal(request, json.dumps(answer)) if self.in_pieces else web.json_response(answer)


async def _piecemeal(request: web.Request, text: str) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(request)
    for piece in (text[:50], text[50:]):
        await response.write(piece.encode())
        await asyncio.sleep(0.02)
    return response


@asynccontextmanager
async def running_oidc(now: datetime) -> AsyncIterator[FakeOidc]:
    provider = FakeOidc(now)
    server = TestServer(provider.application())
    await server.start_server()
    provider.issuer = str(server.make_url("")).rstrip("/")
    try:
        yield provider
    finally:
        await server.close()
