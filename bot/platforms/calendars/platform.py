"""People's calendars, put together for bootstrap."""

from collections.abc import Callable
from datetime import datetime, timedelta

import aiohttp

from bot.platforms.calendars.busy_times import BusyTimes
from bot.platforms.calendars.google import API, GoogleCalendars, ServiceAccount
from bot.platforms.calendars.messenger import CalendarMessenger
from bot.platforms.calendars.microsoft import ClientSecret, MicrosoftCalendars


class CalendarPlatform:
    """Microsoft's with a ClientSecret, Google's with a ServiceAccount. Made anywhere, used on one event loop."""

    pace = timedelta(0)
    quiet = timedelta(seconds=120)
    """Longer than one delivery can last: three calls, each with a fresh token and a second try in between."""

    def __init__(
        self, account: ClientSecret | ServiceAccount, clock: Callable[[], datetime], google_api: str = API
    ) -> None:
        self._session: aiohttp.ClientSession | None = None
        self.calendars: MicrosoftCalendars | GoogleCalendars
        if isinstance(account, ClientSecret):
            self.calendars = MicrosoftCalendars(account, self._open_session, clock)
        else:
            self.calendars = GoogleCalendars(account, self._open_session, clock, google_api)
        self.messenger = CalendarMessenger(self.calendars)
        self.busy = BusyTimes(self.calendars, clock)

    @property
    def problem(self) -> str:
        """What an admin has to see to, empty when all is well."""
        return self.calendars.tokens.problem

    async def stop(self) -> None:
        if self._session is not None:
            await self._session.close()

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(trust_env=True)
        return self._session
