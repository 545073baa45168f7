"""Installing Guildhall in further workspaces. An admin's browser goes to Slack and comes back with a code."""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import quote, urljoin

import structlog
from aiohttp import web
from slack_sdk.oauth import AuthorizeUrlGenerator

from bot.chat.errors import DeliveryFailed, OutcomeUnknown
from bot.chat.turn import Person
from bot.platforms.payload import text_at
from bot.platforms.slack.client import SlackApi
from bot.platforms.slack.errors import answered
from bot.platforms.slack.installations import Installations
from bot.platforms.slack.manifest import REDIRECT_PATH
from bot.platforms.slack.tokens import exchange, installation_of, workspace_of
from bot.platforms.slack.workspace import Workspace

INSTALL = "/slack/install"
COOKIE = "guildhall_slack_state"
LIFETIME = timedelta(minutes=10)
PAGE = "slack/notice.html"

log = structlog.stdlib.get_logger(__name__)


class Frame(Protocol):
    """The page around it: sign-in and templates."""

    def person(self, request: web.Request) -> Person: ...

    def page(
        self, request: web.Request, template: str, values: Mapping[str, object], *, status: int = 200
    ) -> web.Response: ...


@dataclass(frozen=True, slots=True)
class OAuthApp:
    """The app as Slack knows it. `base_url` is where people reach Guildhall."""

    client_id: str
    client_secret: str = field(repr=False)
    base_url: str
    api_url: str
    scopes: tuple[str, ...]

    @property
    def redirect_uri(self) -> str | None:
        return f"{self.base_url.rstrip('/')}{REDIRECT_PATH}" if self.base_url else None

    def authorize_url(self, state: str) -> str:
        """Beside the Web API: slack.com's, GovSlack's or a local one's."""
        redirect = self.redirect_uri
        generator = AuthorizeUrlGenerator(
            client_id=quote(self.client_id, safe=""),
            scopes=self.scopes,
            redirect_uri=quote(redirect, safe="") if redirect else None,
            authorization_url=urljoin(self.api_url, "/oauth/v2/authorize"),
        )
        return generator.generate(state)


@dataclass(frozen=True, slots=True)
class Notice:
    title: str
    text: str
    steps: tuple[str, ...] = ()
    again: bool = False


ADMINS_ONLY = Notice("Only admins install Guildhall", "Nothing was changed. Ask one of your admins to open this page.")
CANCELLED = Notice("Not installed", "You cancelled in Slack, so nothing was changed.", again=True)
STALE = Notice(
    "Not installed",
    "This way back from Slack is too old, was used already, or began in another browser. Nothing was changed.",
    again=True,
)
ORGANIZATION = Notice(
    "Not installed",
    "Slack offered a whole organization. Guildhall is installed in one workspace at a time: choose one, top right, "
    "on Slack's page.",
    again=True,
)


class SlackOAuth:
    """Signed-in admins only: whoever installs the app lets a workspace ask what this company knows."""

    def __init__(
        self, app: OAuthApp, api: SlackApi, installations: Installations, clock: Callable[[], datetime]
    ) -> None:
        self._app = app
        self._api = api
        self._installations = installations
        self._clock = clock
        self._key = hashlib.sha256(b"guildhall slack state\0" + app.client_secret.encode()).digest()
        self._used: dict[str, datetime] = {}

    def routes(self, frame: Frame) -> Sequence[web.RouteDef]:
        async def install(request: web.Request) -> web.StreamResponse:
            person = frame.person(request)
            if not person.is_admin:
                return _show(frame, request, ADMINS_ONLY, 403)
            state, cookie = self._begin(person)
            response = web.HTTPSeeOther(self._app.authorize_url(state))
            response.set_cookie(
                COOKIE,
                cookie,
                max_age=int(LIFETIME.total_seconds()),
                path="/slack/",
                httponly=True,
                samesite="Lax",
                secure=self._app.base_url.startswith("https://"),
            )
            raise response

        async def come_back(request: web.Request) -> web.StreamResponse:
            notice, status = await self._finish(request, frame.person(request))
            response = _show(frame, request, notice, status)
            response.del_cookie(COOKIE, path="/slack/")
            return response

        return [web.get(INSTALL, install), web.get(REDIRECT_PATH, come_back)]

    def _begin(self, person: Person) -> tuple[str, str]:
        """What goes through Slack, and what stays in the browser to compare it with."""
        state = secrets.token_urlsafe(24)
        until = str(int((self._clock() + LIFETIME).timestamp()))
        return state, f"{until}.{self._sign(state, until, person)}"

    def _is_ours(self, state: str, cookie: str, person: Person) -> bool:
        """True once for each."""
        now = self._clock()
        self._used = {used: until for used, until in self._used.items() if until > now}
        until, _, signature = cookie.partition(".")
        expected = self._sign(state, until, person)
        if not hmac.compare_digest(signature.encode(errors="replace"), expected.encode()) or state in self._used:
            return False
        self._used[state] = now + LIFETIME
        return now.timestamp() < int(until)

    def _sign(self, state: str, until: str, person: Person) -> str:
        signed = f"{state}\0{until}\0{person.id}".encode(errors="replace")
        return hmac.new(self._key, signed, hashlib.sha256).hexdigest()

    async def _finish(self, request: web.Request, person: Person) -> tuple[Notice, int]:
        if not person.is_admin:
            return ADMINS_ONLY, 403
        if not self._is_ours(request.query.get("state", ""), request.cookies.get(COOKIE, ""), person):
            return STALE, 400
        code = request.query.get("code", "")
        if not code:
            return CANCELLED, 400
        try:
            granted = await exchange(
                self._api, self._app.client_id, self._app.client_secret, code=code, redirect_uri=self._app.redirect_uri
            )
        except (DeliveryFailed, OutcomeUnknown) as failed:
            log.warning("slack not installed", reason=str(failed))
            return Notice("Not installed", f"{failed} Nothing was changed.", again=True), 502
        if granted.get("is_enterprise_install") is True or not text_at(granted, "team", "id"):
            return ORGANIZATION, 400
        installation = installation_of(granted, await self._workspace(granted), self._clock())
        await self._installations.add(installation)
        log.info("slack installed", team=installation.workspace.team, by=person.id)
        return _installed(text_at(granted, "team", "name") or installation.workspace.team), 200

    async def _workspace(self, granted: Mapping[str, object]) -> Workspace:
        """What auth.test says; without its answer, what came with the token."""
        try:
            client = self._api.bearing(text_at(granted, "access_token"))
            said = await answered("auth.test", client.api_call("auth.test"))
        except (DeliveryFailed, OutcomeUnknown):
            said = {}
        if text_at(said, "team_id"):
            return workspace_of(said)
        return Workspace(
            text_at(granted, "team", "id"),
            text_at(granted, "bot_user_id"),
            enterprise=text_at(granted, "enterprise", "id"),
        )


def _installed(name: str) -> Notice:
    return Notice(
        f"Guildhall is in {name}",
        "People there can ask from now on.",
        (
            "In Slack, find Guildhall under Apps and write it a message.",
            "In a channel, type /invite @Guildhall, then mention it with a question.",
            "In that channel, an admin can say how Guildhall behaves there: mention it with “channel”.",
        ),
    )


def _show(frame: Frame, request: web.Request, notice: Notice, status: int) -> web.Response:
    return frame.page(request, PAGE, {"notice": notice, "install": INSTALL}, status=status)
