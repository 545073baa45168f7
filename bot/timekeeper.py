"""Fires timers when they are due, in a thread of its own that is woken at each commit."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog

from bot.features.feature import TimerHandler
from bot.storage.timers import Timer, TimerGone, Timers
from bot.storage.unit_of_work import Database
from bot.storage.wakeups import TIMERS
from bot.storage.worker import POLL, Worker

AGAIN = 0.2
"""Seconds before another look at what is due and in another replica's hands."""

LONGEST_BACK_OFF = timedelta(hours=1)
TRIES = 5
"""After so many the admins are told. It is tried on: nothing is dropped."""

log = structlog.stdlib.get_logger(__name__)


def back_off(attempts: int) -> timedelta:
    """1 s, 4 s, 16 s ... up to an hour."""
    return min(timedelta(seconds=4 ** min(attempts, 10)), LONGEST_BACK_OFF)


class Timekeeper:
    """However many replicas run, each timer fires once: what its handler wrote and that it has fired are one
    transaction. A handler that raises is tried again, later and later."""

    def __init__(self, database: Database, handlers: Mapping[str, TimerHandler], clock: Callable[[], datetime]) -> None:
        self._database = database
        self._handlers = handlers
        self._clock = clock
        self._worker = Worker("timers", self._step)

    def start(self) -> None:
        self._worker.start(self._database.wakeups, TIMERS)

    def stop(self, seconds: float = 10.0) -> None:
        """Finish what is in hand; what is due waits for the next start."""
        self._worker.stop(seconds)

    def run_due(self) -> int:
        """Fire what is due; returns how many were."""
        with self._database.reading() as unit:
            due = Timers(unit).due(self._handlers, self._clock())
        fired = 0
        for timer in due:
            if self._worker.is_stopping:
                break
            fired += self._fire(timer)
        return fired

    def problem(self) -> str:
        """For the admins; empty where there is none."""
        with self._database.reading() as unit:
            failing = Timers(unit).failing(TRIES)
        if not failing:
            return ""
        what = "1 thing that is due fails" if failing == 1 else f"{failing} things that are due fail"
        return f"{what} again and again. Nothing is lost: it is tried again within the hour. The log says why it fails."

    def _fire(self, timer: Timer) -> bool:
        try:
            with self._database.begin() as unit:
                timers = Timers(unit)
                unit.on_begin(lambda: timers.take(timer))
                self._handlers[timer.name](timer.subject, self._clock(), unit)
                timers.done(timer)
        except TimerGone:
            return False
        except Exception as error:
            log.exception("a timer failed", timer=timer.name, subject=timer.subject, attempt=timer.attempts + 1)
            with self._database.begin() as unit:
                Timers(unit).failed(timer, type(error).__name__, self._clock() + back_off(timer.attempts))
            return False
        return True

    def _wait(self) -> float:
        """Seconds until there may be something due."""
        with self._database.reading() as unit:
            next_at = Timers(unit).next_at(self._handlers)
        if next_at is None:
            return POLL
        return min(max((next_at - self._clock()).total_seconds(), 0.0), POLL)

    def _step(self, _: bool) -> float:
        return 0.0 if self.run_due() else max(self._wait(), AGAIN)
