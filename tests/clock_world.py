"""Ten zones, each with a date a day over clock changes; a clock that goes on by hours, and by days while nothing runs;
and three replicas that fail and are killed. What is due in it is counted at the end."""

import random
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from structlog.testing import capture_logs

from bot.features.feature import TimerHandler
from bot.storage.timers import Timers
from bot.storage.unit_of_work import Database, UnitOfWork
from bot.timekeeper import Timekeeper
from tests.wall_clock import ZONES, at_local_time

OPENED = datetime(2027, 3, 8, tzinfo=UTC)
FIRST = date(2027, 3, 10)  # before most of the ten put their clocks forward or back
CLOCKS = ("02:30", "00:00", "23:59", "02:00", "00:30")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STEP = 9 * HOUR
RETRIES = timedelta(minutes=5)
STARTS = {zone: datetime.fromisoformat(f"{FIRST} {CLOCKS[number % len(CLOCKS)]}") for number, zone in enumerate(ZONES)}
"""By zone the first date, by the clock on the wall there."""


class Killed(BaseException):
    """The process ends here: nothing after it runs, and nothing is caught."""


def starts_of(zone: str, day: date) -> datetime:
    return at_local_time(datetime.combine(day, STARTS[zone].time()), ZoneInfo(zone))


class ClockWorld:
    """One database and one clock. `timers` are what is fired; `arm` is what whoever changes something of a zone does;
    `outage` is how long nothing runs at most."""

    def __init__(
        self,
        open_database: Callable[[], Database],
        timers: Mapping[str, TimerHandler],
        arm: Callable[[str, UnitOfWork, datetime], None],
        outage: timedelta,
    ) -> None:
        self.open_database = open_database
        self.database = open_database()
        self.timers = timers
        self.arm = arm
        self.outage = outage
        self.now = OPENED
        self.killed = self.failed = self.outages = 0
        self._chance = random.Random(2027)
        self._is_over = False
        self._lock = threading.Lock()

    def goes_wrong(self) -> None:
        """Now and then, in the middle of what a timer does."""
        luck = self._luck()
        if luck < 0.02:
            self.killed += 1
            raise Killed
        if luck < 0.05:
            self.failed += 1
            raise OSError("Not this time.")

    def run(self) -> None:
        """Until nothing is due any more."""
        replicas = [threading.Thread(target=self._replica, daemon=True) for _ in range(3)]
        with capture_logs():
            for replica in replicas:
                replica.start()
            try:
                while self._next_at() is not None:
                    self._pass_time()
            finally:
                self._is_over = True
                for replica in replicas:
                    replica.join(10)

    @property
    def trouble(self) -> str:
        return f"{self.outages} outages, {self.killed} kills, {self.failed} failures"

    def _luck(self) -> float:
        with self._lock:
            return self._chance.random()

    def _replica(self) -> None:
        """Started, worked, killed, started again."""
        while not self._is_over:
            database = self.open_database()
            keeper = Timekeeper(database, self.timers, lambda: self.now)
            try:
                while not self._is_over:
                    if not keeper.run_due():
                        threading.Event().wait(0.002)
            except Killed:
                database.close()

    def _next_at(self) -> datetime | None:
        with self.database.reading() as unit:
            return Timers(unit).next_at(list(self.timers))

    def _pass_time(self) -> None:
        """Some hours or, while nothing runs, days. Then whatever is due is done before so much time goes by again."""
        if self._luck() < 0.05:
            self.outages += 1
            self.now += self.outage * self._luck()
        else:
            self.now += STEP * self._luck()
        if self._luck() < 0.5:
            zone = ZONES[int(self._luck() * len(ZONES))]
            with self.database.begin() as unit:
                self.arm(zone, unit, self.now)
        for _ in range(10_000):
            next_at = self._next_at()
            if next_at is None or next_at > self.now + RETRIES:
                return
            self.now = max(self.now, next_at)  # what failed is tried again within seconds, also after an outage
            threading.Event().wait(0.002)
        raise AssertionError(f"Nobody does what was due at {next_at}.")
