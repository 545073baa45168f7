"""1,000 due times on a fake clock, three replicas that are killed and started again: each fires once."""

import random
import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from structlog.testing import capture_logs

from bot.storage.audit import AuditEntry, latest, record
from bot.storage.timers import Timers
from bot.storage.unit_of_work import Database, UnitOfWork
from bot.timekeeper import Timekeeper
from tests.builders import NOON
from tests.conftest import KINDS

COUNT = 1_000
SPAN = timedelta(days=30)
STEPS = 60


class Killed(BaseException):
    """The process ends here: nothing after it runs, and nothing is caught."""


class Town:
    """One database, one clock, and what goes wrong."""

    def __init__(self, open_database: Callable[[], Database], chance: random.Random) -> None:
        self.open_database = open_database
        self.database = open_database()
        self.now = NOON
        self.chance = chance
        self.is_over = False
        self.killed = 0
        self.failed = 0
        self._lock = threading.Lock()

    def luck(self) -> float:
        with self._lock:
            return self.chance.random()

    def fire(self, subject: str, now: datetime, unit: UnitOfWork) -> None:
        record(unit, AuditEntry(now, "clock", "fired", subject))
        luck = self.luck()
        if luck < 0.04:
            self.killed += 1
            raise Killed
        if luck < 0.12:
            self.failed += 1
            raise RuntimeError("Not this time.")

    def replica(self) -> None:
        """Until the end: started, worked, killed, started again."""
        while not self.is_over:
            database = self.open_database()
            timekeeper = Timekeeper(database, {"town.bell": self.fire}, lambda: self.now)
            try:
                while not self.is_over:
                    if not timekeeper.run_due():
                        threading.Event().wait(0.002)
            except Killed:
                database.close()

    def is_done(self) -> bool:
        with self.database.reading() as unit:
            return Timers(unit).next_at(["town.bell"]) is None


@pytest.mark.promise
@pytest.mark.parametrize("kind", KINDS)
def test_each_due_time_fires_once_on_three_replicas_that_are_killed(
    kind: str, new_database: Callable[[str], Database]
) -> None:
    chance = random.Random(2027)
    town = Town(lambda: new_database(kind), chance)
    due = {f"bell-{number}": NOON + SPAN * chance.random() for number in range(COUNT)}
    with town.database.begin() as unit:
        for subject, at in due.items():
            Timers(unit).set("town.bell", subject, at)
    replicas = [threading.Thread(target=town.replica, daemon=True) for _ in range(3)]
    with capture_logs():
        for replica in replicas:
            replica.start()
        try:
            for _ in range(STEPS * 50):
                if town.is_done():
                    break
                town.now += SPAN / STEPS * chance.random() * 2  # leaps, as after an outage
                threading.Event().wait(0.01)
        finally:
            town.is_over = True
            for replica in replicas:
                replica.join(10)
    with town.database.reading() as unit:
        entries = latest(unit, 2 * COUNT, action="fired")
    assert Counter(entry.subject for entry in entries) == dict.fromkeys(due, 1)
    assert [entry.subject for entry in entries if entry.at < due[entry.subject]] == []
    assert town.killed > 5
    assert town.failed > 20
