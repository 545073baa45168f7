"""What recurs, in ten zones over clock changes and outages, on three replicas that are killed: nothing is missed,
nothing comes twice.

A reduced count; ``GUILDHALL_CLOCK_DAYS=730 python -m pytest tests/integration/test_recurring_dates.py -s`` is the
promise.
"""

import os
import random
import sys
import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from structlog.testing import capture_logs

from bot.storage.audit import AuditEntry, latest, record
from bot.storage.recurring import Cue, Due, Recurring
from bot.storage.timers import Timers
from bot.storage.unit_of_work import Database, UnitOfWork
from bot.timekeeper import Timekeeper
from scheduler.rules import Series
from tests.conftest import KINDS
from tests.wall_clock import ZONES, at_local_time

DAYS = int(os.environ.get("GUILDHALL_CLOCK_DAYS", "30"))
FIRST = date(2027, 3, 10)  # before most of the ten put their clocks forward or back
CLOCKS = ("02:30", "00:00", "23:59", "02:00", "00:30")
NAME = "guild.meets"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STEP = 9 * HOUR
OUTAGE = 4 * DAY
RETRIES = timedelta(minutes=5)
GRACE = OUTAGE + HOUR
CUES = (Cue("reminder", DAY, GRACE), Cue("round", grace=GRACE))
SERIES = {
    zone: Series(datetime.fromisoformat(f"{FIRST} {CLOCKS[number % 5]}"), zone, HOUR, f"FREQ=DAILY;COUNT={DAYS}")
    for number, zone in enumerate(ZONES)
}


class Killed(BaseException):
    """The process ends here: nothing after it runs, and nothing is caught."""


class World:
    """One database, one clock, and what goes wrong."""

    def __init__(self, open_database: Callable[[], Database], chance: random.Random) -> None:
        self.open_database = open_database
        self.database = open_database()
        self.now = datetime(2027, 3, 8, tzinfo=UTC)
        self.recurring = Recurring(NAME, CUES, lambda zone, unit: SERIES[zone], self.meet)
        self.chance = chance
        self.is_over = False
        self.killed = self.failed = self.outages = 0
        self._lock = threading.Lock()

    def luck(self) -> float:
        with self._lock:
            return self.chance.random()

    def meet(self, series_id: str, due: Due, now: datetime, unit: UnitOfWork) -> None:
        record(unit, AuditEntry(now, "clock", "met", f"{series_id} {due.cue} {due.occurrence.original}"))
        luck = self.luck()
        if luck < 0.02:
            self.killed += 1
            raise Killed
        if luck < 0.05:
            self.failed += 1
            raise OSError("Not this time.")

    def replica(self) -> None:
        """Until the end: started, worked, killed, started again."""
        while not self.is_over:
            database = self.open_database()
            keeper = Timekeeper(database, {NAME: self.recurring}, lambda: self.now)
            try:
                while not self.is_over:
                    if not keeper.run_due():
                        threading.Event().wait(0.002)
            except Killed:
                database.close()

    def arm(self, zone: str) -> None:
        """As whoever changes a series does."""
        with self.database.begin() as unit:
            self.recurring.arm(zone, unit, self.now)

    def next_at(self) -> datetime | None:
        with self.database.reading() as unit:
            return Timers(unit).next_at([NAME])

    def pass_time(self) -> None:
        """Some hours or, while nothing runs, days. Then whatever is due is done before so much time goes by again."""
        if self.luck() < 0.05:
            self.outages += 1
            self.now += OUTAGE * self.luck()
        else:
            self.now += STEP * self.luck()
        if self.luck() < 0.5:
            self.arm(ZONES[int(self.luck() * len(ZONES))])
        for _ in range(5_000):
            next_at = self.next_at()
            if next_at is None or next_at > self.now + RETRIES:
                return
            self.now = max(self.now, next_at)  # what failed is tried again within seconds, also after an outage
            threading.Event().wait(0.002)
        raise AssertionError(f"Nobody does what was due at {next_at}.")


@pytest.mark.promise
@pytest.mark.parametrize("kind", KINDS)
def test_in_ten_zones_nothing_that_recurs_is_missed_or_comes_twice(
    kind: str, new_database: Callable[[str], Database]
) -> None:
    world = World(lambda: new_database(kind), random.Random(2027))
    for zone in ZONES:
        world.arm(zone)
    replicas = [threading.Thread(target=world.replica, daemon=True) for _ in range(3)]
    with capture_logs():
        for replica in replicas:
            replica.start()
        try:
            while world.next_at() is not None:
                world.pass_time()
        finally:
            world.is_over = True
            for replica in replicas:
                replica.join(10)
    with world.database.reading() as unit:
        entries = latest(unit, 4 * DAYS * len(ZONES), action="met")
    moments = {}
    for zone, series in SERIES.items():
        for number in range(DAYS):
            day = FIRST + number * DAY
            starts = at_local_time(datetime.combine(day, series.first.time()), ZoneInfo(zone))
            moments[f"{zone} reminder {day}"] = starts - DAY
            moments[f"{zone} round {day}"] = starts
    met = Counter(entry.subject for entry in entries)
    missed, twice = set(moments) - set(met), [subject for subject, times in met.items() if times > 1]
    late = max(entry.at - moments[entry.subject] for entry in entries)
    counts = f"{len(moments)} due in {len(ZONES)} zones over {DAYS} days: {len(missed)} missed, {len(twice)} twice"
    trouble = f"{world.outages} outages, {world.killed} kills, {world.failed} failures, at most {late} late"
    sys.stdout.write(f"\n{kind}: {counts}; {trouble}\n")
    assert (missed, twice) == (set(), [])
    assert set(met) == set(moments)
    assert [entry.subject for entry in entries if entry.at < moments[entry.subject]] == []
    assert min(world.outages, world.killed, world.failed) > 0
