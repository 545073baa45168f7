"""What every request passes before a page sees it: host, session, origin, token; and the headers on the way out."""

from math import inf
from typing import Final
from urllib.parse import quote, urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.dashboard.frame import SESSION, Clock
from bot.dashboard.posted import read_form
from bot.dashboard.session import Session, Sessions, new_session
from bot.settings import LOOPBACK

PROOF_HEADER = "X-Guildhall-Proof"
PROOF_FIELD = "proof"
OPEN_PATHS = frozenset({"/sign-in", "/healthz"})
READING = frozenset({"GET", "HEAD"})
SIGNED_OUT = "You are signed out, so nothing happened. Copy what you typed, reload the page and sign in."
STRANGERS_LIMIT = 65_536  # bytes that somebody who is not signed in may post

HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """On every response, streams and errors included."""
    response.headers.update(HEADERS)
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers.pop("Server", None)


def is_loopback(host: str) -> bool:
    """`host` as the Host header gives it, with or without a port."""
    try:
        name = urlsplit(f"//{host}").hostname
    except ValueError:
        return False
    return name in LOOPBACK


@web.middleware
async def loopback_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Signing in by name trusts this machine, so a page elsewhere must not reach it under a name of its own."""
    if not is_loopback(request.headers.get("Host", "")):
        raise web.HTTPMisdirectedRequest(
            text="This Guildhall is for trying out on this machine. Open it as http://localhost with its port."
        )
    return await handler(request)


def signed_in(sessions: Sessions, clock: Clock) -> Middleware:
    """Sign-in for everything but the open paths; origin and token for everything that changes something."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path == "/healthz" or request.path.startswith("/static/"):
            return await handler(request)
        known = sessions.read(request, clock())
        session = known or new_session(clock())
        request[SESSION] = session
        if request.method not in READING:
            if session.person is None and _body_length(request) > STRANGERS_LIMIT:
                raise web.HTTPRequestEntityTooLarge(STRANGERS_LIMIT)
            if session.person is None and request.path not in OPEN_PATHS:
                raise web.HTTPUnauthorized(text=SIGNED_OUT)
            await _check_origin(request, sessions, session)
        if session.person is None and request.path not in OPEN_PATHS:
            if request.method in READING and wants_page(request):
                raise web.HTTPSeeOther(f"/sign-in?next={quote(request.path_qs, safe='')}")
            raise web.HTTPUnauthorized(text=SIGNED_OUT)
        response = await handler(request)
        if known is None and not response.prepared and not response.cookies:
            sessions.write(response, session)
        return response

    return middleware


def wants_page(request: web.Request) -> bool:
    """A browser going somewhere, rather than a script fetching."""
    return "text/html" in request.headers.get("Accept", "") and "HX-Request" not in request.headers


def _body_length(request: web.Request) -> float:
    """In bytes; without end where the request does not say it."""
    if not request.body_exists:
        return 0
    return inf if request.content_length is None else request.content_length


def _is_same_origin(origin: str, host: str) -> bool:
    try:
        return urlsplit(origin).netloc == host
    except ValueError:
        return False


async def _check_origin(request: web.Request, sessions: Sessions, session: Session) -> None:
    origin = request.headers.get("Origin")
    if origin is None:
        is_ours = request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
    else:
        is_ours = _is_same_origin(origin, request.headers.get("Host", ""))
    token = request.headers.get(PROOF_HEADER, "") if is_ours else ""
    if is_ours and not token and "form" in request.content_type:
        token = (await read_form(request)).fields.get(PROOF_FIELD, "")
    if not sessions.is_token(session, token):
        raise web.HTTPForbidden(
            text="This came from a page that is out of date, so nothing was changed. Go back, reload and try again."
        )
