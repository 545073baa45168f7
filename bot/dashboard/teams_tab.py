"""Guildhall's page inside Teams: a personal tab and a channel tab, signed in by the token that Teams gives them.

The token is Entra ID's, for our application and the company's tenant. It becomes a session whose cookie lives inside
Teams only.
"""

import asyncio
import json
from collections.abc import Mapping

import structlog
from aiohttp import web
from aiohttp.http import HttpProcessingError

from bot.chat.ports import Profile
from bot.chat.turn import Person
from bot.dashboard.claims import EMAIL_LIMIT, NAME_LIMIT, host_of, is_entra_guest, is_guid, text_in
from bot.dashboard.frame import Clock, Frame
from bot.dashboard.guard import CHANNEL_TAB, CONFIGURE, TEAMS_TAB, is_same_origin
from bot.dashboard.session import Sessions, new_session
from bot.dashboard.sign_in import local_path
from bot.directory import Directory
from bot.settings import Settings
from bot.signing_keys import TOKEN_LIMIT, SigningKeys, TokenRefused, verified_claims

SIGN_IN = "/teams/sign-in"
BODY_LIMIT = TOKEN_LIMIT + 4_096  # bytes

REFUSED = "Teams did not prove who you are, so you are not signed in. Close this tab and open it again."
WORDS = {
    "personal": ("Opening Guildhall", "/"),
    "channel": ("Opening the library", "/library"),
}

log = structlog.stdlib.get_logger(__name__)


class TeamsTab:
    """The tabs' pages and their sign-in. Only where there is an app id, a tenant and an https address."""

    verified_paths = frozenset({SIGN_IN})

    def __init__(
        self, settings: Settings, frame: Frame, sessions: Sessions, directory: Directory, clock: Clock
    ) -> None:
        self._app_id = (settings.teams_app_id or "").lower()
        self._tenant = (settings.teams_tenant_id or "").lower()
        self._base_url = settings.base_url.rstrip("/")
        self._frame = frame
        self._sessions = sessions
        self._directory = directory
        self._clock = clock
        self._entra = settings.entra
        self._keys = SigningKeys(f"{settings.entra}/{self._tenant}/v2.0/.well-known/openid-configuration", clock)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get(TEAMS_TAB, self.personal),
            web.get(CHANNEL_TAB, self.channel),
            web.get(CONFIGURE, self.configure),
            web.post(SIGN_IN, self.sign_in),
        ]

    async def close(self) -> None:
        await self._keys.close()

    async def personal(self, request: web.Request) -> web.StreamResponse:
        return self._tab(request, "personal")

    async def channel(self, request: web.Request) -> web.StreamResponse:
        return self._tab(request, "channel")

    async def configure(self, request: web.Request) -> web.StreamResponse:
        values = {"content_url": self._base_url + CHANNEL_TAB, "website_url": f"{self._base_url}/library"}
        return self._frame.page(request, "teams_configure.html", values)

    async def sign_in(self, request: web.Request) -> web.StreamResponse:
        """``{"token": ..., "next": ...}`` from our own page; answers ``{"next": ...}`` and sets the cookie."""
        if "Origin" not in request.headers or not is_same_origin(request):
            raise web.HTTPForbidden(text="This did not come from Guildhall's own page, so nothing was done.")
        body = await _read(request)
        try:
            account, profile = self._person(await self._claims(str(body.get("token", ""))))
        except TokenRefused as error:
            log.warning("a tab's sign-in was refused", reason=str(error))
            raise web.HTTPForbidden(text=REFUSED) from error
        await asyncio.to_thread(self._directory.person_of, account, "", profile)
        response = web.json_response({"next": local_path(str(body.get("next", "/")))})
        self._sessions.write(response, new_session(self._clock(), account, is_framed=True))
        return response

    def _tab(self, request: web.Request, kind: str) -> web.Response:
        title, usual = WORDS[kind]
        values = {"title": title, "next": local_path(request.query.get("next", usual))}
        return self._frame.page(request, "teams_tab.html", values)

    async def _claims(self, token: str) -> Mapping[str, object]:
        """Raises TokenRefused. Version 2 tokens name the application by its id, version 1 by its address."""
        issuers = (f"{self._entra}/{self._tenant}/v2.0", f"https://sts.windows.net/{self._tenant}/")
        host = f"api://{host_of(self._base_url)}"
        audiences = (self._app_id, f"{host}/botid-{self._app_id}", f"{host}/{self._app_id}", f"api://{self._app_id}")
        return await verified_claims(token, keys=self._keys, issuers=issuers, audience=audiences, now=self._clock())

    def _person(self, claims: Mapping[str, object]) -> tuple[Person, Profile]:
        """The account that the bot knows as well. The sign-in name is the company's to give, ``email`` is not."""
        user = text_in(claims, "oid", 36).lower()
        if text_in(claims, "tid", 36).lower() != self._tenant or not is_guid(user):
            raise TokenRefused("not of the company's tenant")
        if not text_in(claims, "scp", 1_000):
            raise TokenRefused("speaks for an application, not for a person")
        is_guest = is_entra_guest(claims)
        email = text_in(claims, "preferred_username", EMAIL_LIMIT) or text_in(claims, "upn", EMAIL_LIMIT)
        name = text_in(claims, "name", NAME_LIMIT) or email
        profile = Profile(name, email, is_email_verified=bool(email) and not is_guest, is_guest=is_guest)
        return Person(f"teams:{self._tenant}:{user}", name, is_guest=is_guest), profile


async def _read(request: web.Request) -> Mapping[str, object]:
    """The request's JSON object. Raises 400, 413 or 415."""
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType(text="Nothing was done: this takes JSON.")
    try:
        content = await request.clone(client_max_size=BODY_LIMIT).read()
        body = json.loads(content.decode())
    except (ValueError, RecursionError, HttpProcessingError, web.RequestPayloadError) as error:
        raise web.HTTPBadRequest(text="Nothing was done: that is not JSON in UTF-8.") from error
    if not isinstance(body, dict):
        raise web.HTTPBadRequest(text="Nothing was done: that is not a JSON object.")
    return body
