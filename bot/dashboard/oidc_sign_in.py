"""Signing in through the identity provider: away, and back with a code."""

import asyncio
import json
import secrets
from dataclasses import asdict, replace

import structlog
from aiohttp import web

from bot.chat.turn import Person
from bot.dashboard.claims import host_of, person_from_claims
from bot.dashboard.frame import Clock, Frame, session_of
from bot.dashboard.oidc import CALLBACK, Attempt, OidcProvider, ProviderFailed, new_attempt
from bot.dashboard.session import Sessions, new_session
from bot.dashboard.sign_in import local_path
from bot.directory import Directory
from bot.signing_keys import TokenRefused

ATTEMPT_COOKIE = "guildhall_sign_in"
ATTEMPT_SECONDS = 600
NEXT_LIMIT = 1_000  # bytes; the cookie has to stay below 4 KB
CODE_LIMIT = 8_000  # characters; Entra ID's codes are about a thousand long

UNREACHABLE = (
    "The identity provider cannot be reached right now, so you are not signed in and nothing was changed. "
    "Try again in a minute; if it stays so, tell an admin: the log says why."
)
REFUSED = (
    "You are not signed in: the identity provider did not vouch for you, or this sign-in took longer than ten "
    "minutes. Nothing was changed. Try again; if it stays so, ask an admin whether your account may use Guildhall."
)

log = structlog.stdlib.get_logger(__name__)


class OidcSignIn:
    """The pages that let people in and out."""

    def __init__(
        self, provider: OidcProvider, frame: Frame, sessions: Sessions, directory: Directory, clock: Clock
    ) -> None:
        self._provider = provider
        self._frame = frame
        self._sessions = sessions
        self._directory = directory
        self._clock = clock

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/sign-in", self.show),
            web.get("/sign-in/start", self.start),
            web.get(CALLBACK, self.come_back),
            web.post("/sign-out", self.leave),
        ]

    async def show(self, request: web.Request) -> web.StreamResponse:
        return self._page(request, local_path(request.query.get("next", "/")), "")

    async def start(self, request: web.Request) -> web.StreamResponse:
        wanted = local_path(request.query.get("next", "/"))
        attempt = new_attempt(wanted if len(wanted.encode()) <= NEXT_LIMIT else "/")
        try:
            url = await self._provider.authorization_url(attempt)
        except ProviderFailed as error:
            log.warning("sign-in is not possible", reason=str(error))
            return self._page(request, attempt.next, UNREACHABLE)
        response = web.Response(status=303, headers={"Location": url})
        response.set_cookie(
            ATTEMPT_COOKIE,
            self._sessions.sealed("attempt", json.dumps(asdict(attempt), ensure_ascii=False).encode()),
            max_age=ATTEMPT_SECONDS,
            path="/sign-in",
            httponly=True,
            samesite="Lax",
            secure=self._sessions.is_secure,
        )
        return response

    async def come_back(self, request: web.Request) -> web.StreamResponse:
        provider, attempt = self._provider, self._attempt(request)
        state, code = request.query.get("state", ""), request.query.get("code", "")
        if attempt is None or not secrets.compare_digest(state.encode(errors="replace"), attempt.state.encode()):
            return self._page(request, "/", REFUSED)
        if request.query.get("iss", provider.issuer).rstrip("/") != provider.issuer.rstrip("/"):  # RFC 9207
            return self._page(request, attempt.next, REFUSED)
        if not 0 < len(code) <= CODE_LIMIT:  # with an `error` instead: somebody changed their mind, or may not
            return self._page(request, attempt.next, REFUSED)
        try:
            claims = await provider.claims(code, attempt)
            account, profile = person_from_claims(claims, provider.issuer, provider.groups_claim, provider.domains)
        except ProviderFailed as error:
            log.warning("sign-in failed", reason=str(error))
            return self._page(request, attempt.next, UNREACHABLE)
        except TokenRefused as error:
            log.warning("sign-in was refused", reason=str(error))
            return self._page(request, attempt.next, REFUSED)
        await asyncio.to_thread(self._directory.sign_in, account, profile)
        response = web.Response(status=303, headers={"Location": attempt.next})
        response.del_cookie(ATTEMPT_COOKIE, path="/sign-in")
        self._sessions.write(response, new_session(self._clock(), _kept(account)))
        return response

    async def leave(self, request: web.Request) -> web.StreamResponse:
        response = web.Response(status=303, headers={"Location": "/sign-in"})
        self._sessions.forget(response)
        return response

    def _attempt(self, request: web.Request) -> Attempt | None:
        kept = self._sessions.unsealed("attempt", request.cookies.get(ATTEMPT_COOKIE, ""))
        return Attempt(**json.loads(kept)) if kept else None

    def _page(self, request: web.Request, next_path: str, problem: str) -> web.Response:
        session = session_of(request)
        values = {
            "next": next_path,
            "problem": problem,
            "provider": host_of(self._provider.issuer),
            "signed_in": session.person if session else None,
        }
        return self._frame.page(request, "sign_in_oidc.html", values, status=403 if problem else 200)


def _kept(account: Person) -> Person:
    """Without the groups, which the directory keeps: a cookie is too small for them."""
    return replace(account, groups=frozenset())
