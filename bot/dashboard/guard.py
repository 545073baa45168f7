"""What every request passes before a page sees it: session, origin, token; and the headers on the way out."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import replace
from math import inf
from typing import Final
from urllib.parse import quote, urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.chat.turn import Person
from bot.dashboard.access import HEALTH
from bot.dashboard.frame import SESSION, Clock, session_of
from bot.dashboard.posted import read_form
from bot.dashboard.session import Session, Sessions, new_session

PROOF_HEADER = "X-Guildhall-Proof"
PROOF_FIELD = "proof"
READING = frozenset({"GET", "HEAD"})
SIGNED_OUT = "You are signed out, so nothing happened. Copy what you typed, reload the page and sign in."
STRANGERS_LIMIT = 65_536  # bytes that somebody who is not signed in may post
FORM_LIMIT = 524_288  # bytes of what has no files, all of which is read into memory
TEAMS_TAB = "/teams/tab"
CHANNEL_TAB = "/teams/channel-tab"
CONFIGURE = "/teams/configure"
TEAMS_PAGES = frozenset({TEAMS_TAB, CHANNEL_TAB, CONFIGURE})
OPEN_PATHS = frozenset({"/sign-in", "/sign-in/start", "/sign-in/callback", HEALTH}) | TEAMS_PAGES

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors "
)
TEAMS_POLICY: Final = POLICY.replace("connect-src 'self'", "connect-src 'self' https://res.cdn.office.net")
"""Where Teams' library reads which hosts are Teams."""
TEAMS_HOSTS: Final = (
    "https://*.cloud.microsoft https://teams.microsoft.com https://*.teams.microsoft.com https://*.teams.microsoft.us"
)
"""Who may frame a tab (learn.microsoft.com, "Tab requirements"), in the government's clouds too; the page is shown in
Teams only, not in Outlook."""

HEADERS: Final = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}

WhoseAccount = Callable[[Person], Person]
"""From the account that signed in to the person. Called in a worker thread."""


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """On every response, streams and errors included."""
    session = session_of(request)
    if request.path in TEAMS_PAGES:
        response.headers["Content-Security-Policy"] = TEAMS_POLICY + TEAMS_HOSTS
    elif session is not None and session.is_framed:
        response.headers["Content-Security-Policy"] = POLICY + TEAMS_HOSTS
    else:
        response.headers["Content-Security-Policy"] = POLICY + "'none'"
        response.headers["X-Frame-Options"] = "DENY"
    response.headers.update(HEADERS)
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers.pop("Server", None)


def signed_in(
    sessions: Sessions,
    clock: Clock,
    whose: WhoseAccount,
    *,
    verified_paths: Collection[str] = (),
    has_teams_tab: bool = False,
) -> Middleware:
    """Sign-in for everything but the open paths; origin and token for everything that changes something.

    A section verifies its own `verified_paths`: none of this is looked at there.
    """

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path == HEALTH or request.path.startswith("/static/") or request.path in verified_paths:
            return await handler(request)
        known = sessions.read(request, clock())
        session = known or new_session(clock())
        if session.account is not None:
            session = replace(session, person=await asyncio.to_thread(whose, session.account))
        request[SESSION] = session
        if request.method not in READING:
            if session.person is None and _body_length(request) > STRANGERS_LIMIT:
                raise web.HTTPRequestEntityTooLarge(STRANGERS_LIMIT)
            if session.person is None and request.path not in OPEN_PATHS:
                raise web.HTTPUnauthorized(text=SIGNED_OUT)
            if not request.content_type.startswith("multipart/") and _body_length(request) > FORM_LIMIT:
                raise web.HTTPRequestEntityTooLarge(FORM_LIMIT)
            await _check_origin(request, sessions, session)
        if session.person is None and request.path not in OPEN_PATHS:
            if request.method in READING and wants_page(request):
                in_teams = has_teams_tab and request.headers.get("Sec-Fetch-Dest") == "iframe"
                raise web.HTTPSeeOther(
                    f"{TEAMS_TAB if in_teams else '/sign-in'}?next={quote(request.path_qs, safe='')}"
                )
            raise web.HTTPUnauthorized(text=SIGNED_OUT)
        response = await handler(request)
        if known is None and not response.prepared and not response.cookies:
            sessions.write(response, session)
        return response

    return middleware


def wants_page(request: web.Request) -> bool:
    """A browser going somewhere, rather than a script fetching."""
    return "text/html" in request.headers.get("Accept", "") and "HX-Request" not in request.headers


def is_same_origin(request: web.Request) -> bool:
    """A browser says where a request comes from; what says nothing is no browser."""
    origin = request.headers.get("Origin")
    if origin is None:
        return request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
    try:
        return urlsplit(origin).netloc == request.headers.get("Host", "")
    except ValueError:
        return False


def _body_length(request: web.Request) -> float:
    """In bytes; without end where the request does not say it."""
    if not request.body_exists:
        return 0
    return inf if request.content_length is None else request.content_length


async def _check_origin(request: web.Request, sessions: Sessions, session: Session) -> None:
    is_ours = is_same_origin(request)
    token = request.headers.get(PROOF_HEADER, "") if is_ours else ""
    if is_ours and not token and "form" in request.content_type:
        token = (await read_form(request)).fields.get(PROOF_FIELD, "")
    if not sessions.is_token(session, token):
        raise web.HTTPForbidden(
            text="This came from a page that is out of date, so nothing was changed. Go back, reload and try again."
        )
