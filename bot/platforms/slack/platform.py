"""Slack, put together for bootstrap."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from aiohttp import web

from bot.chat.ports import AddressBook, Inbound, Vault
from bot.platforms.slack.bolt import create_bolt
from bot.platforms.slack.client import QUIET, SlackApi
from bot.platforms.slack.endpoint import Endpoint
from bot.platforms.slack.external import ExternalChannels
from bot.platforms.slack.installations import Installation, Installations
from bot.platforms.slack.interactions import Words
from bot.platforms.slack.listeners import Listeners
from bot.platforms.slack.manifest import EVENTS_PATH, SCOPES
from bot.platforms.slack.membership import Membership
from bot.platforms.slack.messenger import SlackMessenger
from bot.platforms.slack.oauth import Frame, OAuthApp, SlackOAuth
from bot.platforms.slack.profiles import SlackProfiles
from bot.platforms.slack.settings import SlackSettings
from bot.platforms.slack.socket_mode import SocketMode
from bot.platforms.slack.surfaces import Surfaces
from bot.platforms.slack.tokens import FixedToken, renewal

NO_WAY_IN = (
    "Nothing that people write in Slack arrives. Set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for "
    "requests over HTTP (docs/slack.md)."
)

log = structlog.stdlib.get_logger(__name__)


class SlackSection:
    """The addresses that Slack calls, and those that admins install it from."""

    name = "slack"
    templates = Path(__file__).parent / "templates"

    def __init__(self, endpoint: Endpoint | None, oauth: SlackOAuth | None) -> None:
        self._endpoint = endpoint
        self._oauth = oauth
        self.verified_paths = frozenset({EVENTS_PATH} if endpoint else ())

    def routes(self, frame: Frame) -> Sequence[web.RouteDef]:
        events = [web.post(EVENTS_PATH, self._endpoint.receive)] if self._endpoint else []
        return [*events, *(self._oauth.routes(frame) if self._oauth else ())]

    async def close(self) -> None:
        """Nothing stays open here."""


class SlackPlatform:
    """Made anywhere, used on one event loop."""

    pace = timedelta(seconds=1)
    """Slack takes about one message a second in a channel."""

    quiet = QUIET

    def __init__(
        self,
        settings: SlackSettings,
        inbound: Inbound,
        addresses: AddressBook,
        vault: Vault | None,
        clock: Callable[[], datetime],
    ) -> None:
        self._settings = settings
        self._clock = clock
        is_oauth = bool(settings.client_id and settings.client_secret)
        self._installations = installations = Installations(vault, clock, self._renewed if is_oauth else None)
        self._api = SlackApi(installations, settings.api_url, clock)
        self._token = FixedToken(settings.bot_token, self._api, installations, SCOPES) if settings.bot_token else None
        self._surfaces = Surfaces(self._api)
        words = Words(settings.commands, settings.channel_commands)
        external, membership = ExternalChannels(addresses), Membership(self._api)
        listeners = Listeners(
            inbound, installations, external, membership, self._surfaces, words, settings.form_shortcuts, clock
        )
        bolt = create_bolt(settings.signing_secret, listeners)
        self._socket_mode = (
            SocketMode(bolt, settings.app_token, lambda: self._api.bearing(None)) if settings.app_token else None
        )
        endpoint = Endpoint(bolt) if settings.signing_secret else None
        oauth = SlackOAuth(_oauth_app(settings), self._api, installations, clock) if is_oauth else None
        self.section = SlackSection(endpoint, oauth)
        self.messenger = SlackMessenger(self._api, clock, self._surfaces, streams=settings.streams)
        self.profiles = SlackProfiles(self._api)

    @property
    def problem(self) -> str:
        """What an admin has to see to, empty when all is well."""
        if self._socket_mode is None and not self._settings.signing_secret:
            return NO_WAY_IN
        parts = (self._token, self._api, self._socket_mode)
        return next((part.problem for part in parts if part is not None and part.problem), "")

    async def start(self) -> None:
        """Returns soon: what cannot be reached yet is tried again aside."""
        if self._token is not None:
            await self._token.start()
        if self._socket_mode is not None:
            self._socket_mode.start()
        elif not self._settings.signing_secret:
            log.error("slack cannot reach this", reason=NO_WAY_IN)

    async def stop(self) -> None:
        if self._socket_mode is not None:
            await self._socket_mode.stop()
        await self._surfaces.close()
        if self._token is not None:
            await self._token.stop()
        await self._installations.close()
        await self._api.close()

    async def _renewed(self, installation: Installation) -> Installation:
        renew = renewal(self._api, self._settings.client_id, self._settings.client_secret, self._clock)
        return await renew(installation)


def _oauth_app(settings: SlackSettings) -> OAuthApp:
    return OAuthApp(
        settings.client_id, settings.client_secret, settings.base_url, settings.api_url, tuple(sorted(SCOPES))
    )
