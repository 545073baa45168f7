"""Outbox to messengers: in order and paced per channel, recorded before and after, retried here and nowhere else."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy.exc import IntegrityError

from bot.chat.errors import DeliveryFailed, OutcomeUnknown
from bot.chat.ports import FindsPosted, Messenger, RepeatsSafely
from bot.storage.lanes import Heads, heads
from bot.storage.outbox import Delivery, Outbox
from bot.storage.unit_of_work import Database, UnitOfWork
from bot.storage.wakeups import OUTBOX

AT_ONCE = 16
TRIES = 12
LONGEST_BACK_OFF = timedelta(minutes=10)
LONGEST_WAIT = timedelta(hours=24)
"""How long a platform may go on saying "later", or a look-up go on failing."""

LOOK_AGAIN = timedelta(seconds=30)
POLL = 5.0
"""Seconds; the safety net under the wake-ups, and how often stranded deliveries are looked for."""

STOP_WITHIN = 5.0

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Outlet:
    """A platform's way out. `pace` lies between two deliveries in one channel; `quiet` is longer than any call
    in flight can last, the client's timeout and a margin for what the platform commits late, so that after it a
    delivery whose outcome nobody saw can be looked into."""

    messenger: Messenger
    pace: timedelta = timedelta(0)
    quiet: timedelta = timedelta(seconds=45)


def back_off(attempts: int) -> timedelta:
    """1 s, 2 s, 4 s ... up to ten minutes."""
    return min(timedelta(seconds=2 ** min(attempts - 1, 20)), LONGEST_BACK_OFF)


OnUndelivered = Callable[[UnitOfWork, Delivery, datetime], None]
"""Told of what failed for good or is parked, inside the transaction that records it."""


def _nobody(unit: UnitOfWork, delivery: Delivery, now: datetime) -> None: ...


class Relay:
    """One task. `run` works until `stop`."""

    def __init__(
        self,
        database: Database,
        outlets: Mapping[str, Outlet],
        clock: Callable[[], datetime],
        on_undelivered: OnUndelivered = _nobody,
    ) -> None:
        self._database = database
        self.outlets = dict(outlets)
        self._clock = clock
        self._on_undelivered = on_undelivered
        self._news = asyncio.Event()
        self._stopping = False
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._tasks: dict[int, asyncio.Task[None]] = {}

    async def run(self) -> None:
        loop = asyncio.get_running_loop()

        def wake() -> None:
            with suppress(RuntimeError):  # the loop has closed meanwhile
                loop.call_soon_threadsafe(self._news.set)

        unsubscribe = self._database.wakeups.subscribe(OUTBOX, wake)
        looked_at: datetime | None = None
        try:
            while not self._stopping:
                self._news.clear()
                try:
                    now = self._clock()
                    if looked_at is None or now - looked_at > timedelta(seconds=POLL):
                        await self.resolve_stranded(at_start=looked_at is None)
                        looked_at = now
                    wait = await self._begin_due()
                except Exception:
                    log.exception("the relay stumbled")
                    wait = 1.0
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._news.wait(), wait)
        finally:
            unsubscribe()
            await self._finish()

    def stop(self) -> None:
        self._stopping = True
        self._news.set()

    async def resolve_stranded(self, *, at_start: bool = False) -> None:
        """Settle deliveries that were begun and never recorded as done."""
        for platform, outlet in self.outlets.items():
            safe = isinstance(outlet.messenger, RepeatsSafely) and outlet.messenger.repeats_safely
            quiet = timedelta(0) if safe and at_start else outlet.quiet
            for delivery in await asyncio.to_thread(self._stranded, platform, self._clock() - quiet):
                if delivery.id in self._tasks:
                    continue
                log.warning("delivery was left half done", delivery=delivery.id, platform=platform)
                if safe or delivery.message_id is not None:
                    lost = DeliveryFailed("The answer to it was lost.", permanent=False)
                    await asyncio.to_thread(self._not_sent, delivery, lost)
                else:
                    self._tasks[delivery.id] = asyncio.create_task(
                        self._at_work(delivery.id, partial(self._look_up, outlet.messenger, delivery))
                    )

    async def _look_up(self, messenger: Messenger, delivery: Delivery) -> None:
        if not isinstance(messenger, FindsPosted):
            await asyncio.to_thread(self._park, delivery)
            return
        try:
            found = await messenger.find(delivery.place, delivery.key)
        except DeliveryFailed as failed:
            await asyncio.to_thread(self._not_found_out, delivery, failed)
            return
        if found is None:
            missing = DeliveryFailed("It did not arrive.", permanent=False)
            await asyncio.to_thread(self._not_sent, delivery, missing)
        else:
            await asyncio.to_thread(self._sent, delivery, found)

    async def _begin_due(self) -> float:
        """Begins what may go now; returns the seconds until there may be more."""
        now = self._clock()
        due = await asyncio.to_thread(self._heads, now)
        for row_id in due.ready:
            if row_id not in self._tasks:
                self._tasks[row_id] = asyncio.create_task(self._at_work(row_id, partial(self._deliver, row_id)))
        if due.next_at is None:
            return POLL
        return min(max((due.next_at - now).total_seconds(), 0.0), POLL)

    async def _at_work(self, row_id: int, work: Callable[[], Awaitable[None]]) -> None:
        async with self._slots:
            try:
                await work()
            except OutcomeUnknown as unknown:
                log.warning("outcome unknown", delivery=row_id, reason=str(unknown))
            except Exception:
                log.exception("delivery failed", delivery=row_id)
            finally:
                # Of which nobody knows whether it arrived stays as it is until it is quiet, then it is looked into.
                del self._tasks[row_id]
                self._news.set()

    async def _deliver(self, row_id: int) -> None:
        delivery = await asyncio.to_thread(self._claim, row_id)
        if delivery is not None:
            await self._send(self.outlets[delivery.place.platform], delivery)

    async def _send(self, outlet: Outlet, delivery: Delivery) -> None:
        place, message, nonce = delivery.place, delivery.message, delivery.nonce
        try:
            if delivery.message_id is None:
                message_id = await outlet.messenger.post(place, message, delivery.key, nonce)
            else:
                message_id = delivery.message_id
                await outlet.messenger.update(place, message_id, message, nonce)
        except DeliveryFailed as failed:
            await asyncio.to_thread(self._not_sent, delivery, failed)
        else:
            await asyncio.to_thread(self._sent, delivery, message_id)

    async def _finish(self) -> None:
        if self._tasks:
            await asyncio.wait(tuple(self._tasks.values()), timeout=STOP_WITHIN)
        for task in tuple(self._tasks.values()):
            task.cancel()

    def _heads(self, now: datetime) -> Heads:
        with self._database.reading() as unit:
            return heads(unit, now, {platform: outlet.pace for platform, outlet in self.outlets.items()})

    def _claim(self, row_id: int) -> Delivery | None:
        try:
            with self._database.begin() as unit:
                return Outbox(unit).claim(row_id, self._clock())
        except IntegrityError:  # another replica delivers in this lane
            return None

    def _stranded(self, platform: str, since: datetime) -> list[Delivery]:
        with self._database.reading() as unit:
            return Outbox(unit).stranded(platform, since, self._clock())

    def _sent(self, delivery: Delivery, message_id: str) -> None:
        with self._database.begin() as unit:
            Outbox(unit).sent(delivery, message_id, self._clock())

    def _not_sent(self, delivery: Delivery, failed: DeliveryFailed) -> None:
        now = self._clock()
        told = failed.retry_after is not None
        enough = now - delivery.queued_at > LONGEST_WAIT if told else delivery.attempts >= TRIES
        give_up = failed.permanent or enough
        log.warning("not delivered", delivery=delivery.id, platform=delivery.place.platform, gives_up=give_up)
        with self._database.begin() as unit:
            if give_up:
                Outbox(unit).fail(delivery, str(failed), now)
                self._on_undelivered(unit, delivery, now)
            elif failed.retry_after is not None:
                Outbox(unit).hold(delivery, now + timedelta(seconds=max(failed.retry_after, 0)), str(failed))
            else:
                Outbox(unit).postpone(delivery, now + back_off(delivery.attempts), str(failed))

    def _not_found_out(self, delivery: Delivery, failed: DeliveryFailed) -> None:
        now = self._clock()
        give_up = failed.permanent or now - delivery.queued_at > LONGEST_WAIT
        log.warning("look-up failed", delivery=delivery.id, platform=delivery.place.platform, gives_up=give_up)
        with self._database.begin() as unit:
            if give_up:
                Outbox(unit).park(delivery, now)
                self._on_undelivered(unit, delivery, now)
            else:
                wait = max(timedelta(seconds=failed.retry_after or 0), LOOK_AGAIN)
                Outbox(unit).look_again(delivery, now + wait, str(failed))

    def _park(self, delivery: Delivery) -> None:
        now = self._clock()
        with self._database.begin() as unit:
            Outbox(unit).park(delivery, now)
            self._on_undelivered(unit, delivery, now)
