"""Teams, put together for bootstrap."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime

import aiohttp
import structlog

from bot.chat.errors import DeliveryFailed
from bot.chat.ports import AddressBook, Delivered, Inbound
from bot.chat.turn import Place
from bot.platforms.teams.bot import Bot
from bot.platforms.teams.connector import Connector
from bot.platforms.teams.endpoint import TeamsEndpoint
from bot.platforms.teams.invokes import Invokes
from bot.platforms.teams.messenger import QUIET, TeamsMessenger
from bot.platforms.teams.pace import PACE
from bot.platforms.teams.profiles import TeamsProfiles
from bot.platforms.teams.references import References
from bot.platforms.teams.settings import TeamsSettings
from bot.platforms.teams.token import ClientCredentials, NoToken, Token
from bot.platforms.teams.verification import FromThisMachine, SignedByTeams, Verification
from bot.platforms.teams.views import PlacesOf, Views
from bot.signing_keys import SigningKeys

log = structlog.stdlib.get_logger(__name__)


class TeamsPlatform:
    """Without an app id it is for the Agents Playground on this machine. Made anywhere, used on one event loop."""

    pace = PACE
    quiet = QUIET

    def __init__(
        self,
        settings: TeamsSettings,
        inbound: Inbound,
        delivered: Delivered,
        addresses: AddressBook,
        clock: Callable[[], datetime],
        places_of: PlacesOf,
    ) -> None:
        native = bool(settings.app_id)
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._keys = SigningKeys(settings.cloud.metadata_url, clock)
        self._references = References(addresses)
        views = Views(self._references, places_of, native=native)
        self._token: Token = ClientCredentials(settings, self._open_session, clock) if native else NoToken()
        self._connector = Connector(self._open_session, self._token, on_loopback=not native)
        verification: Verification = SignedByTeams(settings, self._keys, clock) if native else FromThisMachine()
        invokes = Invokes(inbound, delivered, clock, views)
        self.messenger = TeamsMessenger(self._connector, self._references, views, clock)
        self.profiles = TeamsProfiles(self._connector, self._references)
        self.section = TeamsEndpoint(verification, Bot(inbound, invokes, self._references, clock, self._show_typing))

    @property
    def problem(self) -> str:
        """What an admin has to see to, empty when all is well."""
        return self._token.problem

    async def start(self) -> None:
        """Everything opens on its first use. The token is asked for at once: whether there is one is good to know."""
        self._in_background(self._ask())

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._keys.close()
        if self._session is not None:
            await self._session.close()

    async def _ask(self) -> None:
        try:
            await self._token.get()
        except DeliveryFailed as failed:
            log.error("no token for teams", reason=str(failed))

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(trust_env=True)
        return self._session

    def _in_background(self, work: Coroutine[object, object, None]) -> None:
        """Nothing rests on it."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _show_typing(self, place: Place) -> None:
        self._in_background(self._type(place))

    async def _type(self, place: Place) -> None:
        reference = await self._references.of_person(place.channel[1:])
        if reference is None or not reference.conversation:
            return
        try:
            await self._connector.typing(reference.service_url, reference.conversation)
        except DeliveryFailed as error:
            log.debug("typing could not be shown", reason=str(error))
