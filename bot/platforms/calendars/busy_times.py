"""When people are taken, for those who cannot wait: asked on the event loop, from any other thread."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError
from datetime import datetime, timedelta
from threading import Lock

import structlog

from bot.chat.calendars import Busy, Calendars
from bot.chat.errors import DeliveryFailed

PATIENCE = 1.5
"""Seconds that somebody waits for a form or a page because of it."""

FRESH = timedelta(minutes=5)
PAUSE = timedelta(minutes=1)
"""So long nobody asks again after no answer came."""

log = structlog.stdlib.get_logger(__name__)

Asked = tuple[str, datetime, datetime]


class BusyTimes:
    """Fills `bot.features.office_hours.availability.AskBusy`. Before `start` nothing is known of anybody."""

    def __init__(self, calendars: Calendars, clock: Callable[[], datetime]) -> None:
        self._calendars = calendars
        self._clock = clock
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lock = Lock()
        self._kept: dict[Asked, tuple[datetime, Sequence[Busy] | None]] = {}

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def __call__(self, addresses: Sequence[str], since: datetime, until: datetime) -> Mapping[str, Sequence[Busy]]:
        """Not from the loop itself: it would wait for itself."""
        now, wanted = self._clock(), [(address, since, until) for address in addresses]
        with self._lock:
            self._kept = {asked: kept for asked, kept in self._kept.items() if now < kept[0]}
            missing = [asked for asked in wanted if asked not in self._kept]
        found = self._ask(missing) if missing else {}
        with self._lock:
            for asked in missing:
                busy = found.get(asked)
                self._kept[asked] = (now + (PAUSE if busy is None else FRESH), busy)
            known = {asked[0]: self._kept[asked][1] for asked in wanted if asked in self._kept}
        return {address: busy for address, busy in known.items() if busy is not None}

    def _ask(self, wanted: Sequence[Asked]) -> Mapping[Asked, Sequence[Busy]]:
        loop = self._loop
        if loop is None or not loop.is_running():
            return {}
        asking = asyncio.run_coroutine_threadsafe(self._all(wanted), loop)
        try:
            return asking.result(PATIENCE)
        except (TimeoutError, CancelledError):
            asking.cancel()
            log.warning("calendars do not say in time who is busy", people=len(wanted))
            return {}

    async def _all(self, wanted: Sequence[Asked]) -> Mapping[Asked, Sequence[Busy]]:
        answers = await asyncio.gather(*(self._one(*asked) for asked in wanted))
        return {asked: busy for asked, busy in zip(wanted, answers, strict=True) if busy is not None}

    async def _one(self, address: str, since: datetime, until: datetime) -> Sequence[Busy] | None:
        try:
            return await self._calendars.busy(address, since, until)
        except DeliveryFailed as failed:
            log.warning("a calendar does not say when somebody is busy", reason=str(failed))
            return None
