"""Digests in ten zones over clock changes and outages, on three replicas that are killed: no edition is missed, none
goes out twice.

A reduced count; ``GUILDHALL_CLOCK_DAYS=730 python -m pytest tests/integration/test_digests_promise.py -s`` is the
promise.
"""

import os
import random
import sys
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from bot.chat.turn import EVERYONE, Place
from bot.features.channels.model import Policy
from bot.features.channels.store import SqlChannels
from bot.features.digest_entry import DigestItem, DigestKind, DigestSpan
from bot.features.digests import store
from bot.features.digests.composing import Composer
from bot.features.digests.jobs import EDITION, GRACE, DigestJobs
from bot.features.digests.model import Digest, Edition, EditionState, channel_id
from bot.features.digests.store import SqlDigests
from bot.storage.outbox import messages, outbox
from bot.storage.timers import Timers
from bot.storage.unit_of_work import Database, UnitOfWork
from bot.timekeeper import Timekeeper
from tests.conftest import KINDS
from tests.wall_clock import ZONES, at_local_time

DAYS = int(os.environ.get("GUILDHALL_CLOCK_DAYS", "20"))
FIRST = date(2027, 3, 10)  # before most of the ten put their clocks forward or back
CLOCKS = ("02:30", "00:00", "23:59", "02:00", "00:30")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STEP = 9 * HOUR
OUTAGE = GRACE - HOUR
RETRIES = timedelta(minutes=5)
OPENED = datetime(2027, 3, 8, tzinfo=UTC)
STARTS = {zone: datetime.fromisoformat(f"{FIRST} {CLOCKS[number % len(CLOCKS)]}") for number, zone in enumerate(ZONES)}


class Killed(BaseException):
    """The process ends here: nothing after it runs, and nothing is caught."""


class World:
    """One database, one clock, a channel for each zone with a digest each day, and what goes wrong. Each hour has its
    news; each edition tells those that no other tells."""

    def __init__(self, open_database: Callable[[], Database], chance: random.Random) -> None:
        self.open_database = open_database
        self.database = open_database()
        self.now = OPENED
        self.chance = chance
        self.is_over = False
        self.killed = self.failed = self.outages = 0
        self._lock = threading.Lock()
        self.jobs = DigestJobs(Composer(lambda: (self.source,)))
        with self.database.begin() as unit:
            for zone in ZONES:
                self._open(zone, unit)

    def luck(self) -> float:
        with self._lock:
            return self.chance.random()

    def source(self, span: DigestSpan, unit: UnitOfWork) -> Sequence[DigestItem]:
        luck = self.luck()
        if luck < 0.02:
            self.killed += 1
            raise Killed
        if luck < 0.05:
            self.failed += 1
            raise OSError("Not this time.")
        first = span.since.replace(minute=0, second=0, microsecond=0) + HOUR
        hours = (first + number * HOUR for number in range((span.now - span.since) // HOUR + 2))
        return [
            DigestItem(DigestKind.NEW, at.isoformat(), page=f"/{at:%Y%m%d%H}", at=at)
            for at in hours
            if span.since < at <= span.now
        ]

    def replica(self) -> None:
        """Until the end: started, worked, killed, started again."""
        while not self.is_over:
            database = self.open_database()
            keeper = Timekeeper(database, self.jobs.timers(), lambda: self.now)
            try:
                while not self.is_over:
                    if not keeper.run_due():
                        threading.Event().wait(0.002)
            except Killed:
                database.close()

    def arm(self, zone: str) -> None:
        """As whoever changes one does."""
        with self.database.begin() as unit:
            self.jobs.arm(channel_id("slack", zone), unit, self.now)

    def next_at(self) -> datetime | None:
        with self.database.reading() as unit:
            return Timers(unit).next_at([EDITION])

    def pass_time(self) -> None:
        """Some hours or, while nothing runs, days. Then whatever is due is done before so much time goes by again."""
        if self.luck() < 0.05:
            self.outages += 1
            self.now += OUTAGE * self.luck()
        else:
            self.now += STEP * self.luck()
        if self.luck() < 0.5:
            self.arm(ZONES[int(self.luck() * len(ZONES))])
        for _ in range(10_000):
            next_at = self.next_at()
            if next_at is None or next_at > self.now + RETRIES:
                return
            self.now = max(self.now, next_at)
            threading.Event().wait(0.002)
        raise AssertionError(f"Nobody does what was due at {next_at}.")

    def _open(self, zone: str, unit: UnitOfWork) -> None:
        store, place = SqlChannels(unit), Place("slack", zone, is_shared=True, members=frozenset({EVERYONE}))
        store.note(place, OPENED)
        channel = store.get("slack", zone)
        assert channel is not None
        assert store.change(replace(channel, policy=Policy(zone=zone), revision=1))
        rule = f"FREQ=DAILY;COUNT={DAYS}"
        made = Digest(channel_id("slack", zone), STARTS[zone], rule, "cleo", OPENED, OPENED, "slack", zone)
        SqlDigests(unit).add(made)
        self.jobs.arm(made.id, unit, OPENED)


def _is_empty(edition: Edition) -> bool:
    """Whether an edition that came late was followed by the next one before the hour was full."""
    assert edition.at is not None
    assert edition.since is not None
    full = edition.since.replace(minute=0, second=0, microsecond=0) + HOUR
    return edition.at < full


@pytest.mark.promise
@pytest.mark.parametrize("kind", KINDS)
def test_in_ten_zones_no_edition_is_missed_or_goes_out_twice(
    kind: str, new_database: Callable[[str], Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "KEPT", 10 * DAYS * DAY)  # all of them are counted at the end
    world = World(lambda: new_database(kind), random.Random(2027))
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
    sent, covered, empty, twice_told, gone_out = 0, 0, 0, 0, Counter[str]()
    wrong: list[str] = []
    with world.database.reading() as unit:
        gone_out.update(unit.connection.execute(select(outbox.c.message_key)).scalars())
        versions = unit.connection.execute(select(messages.c.version)).scalars().all()
        for zone in ZONES:
            editions = {each.day: each for each in SqlDigests(unit).editions(channel_id("slack", zone), 10_000)}
            days = [FIRST + number * DAY for number in range(DAYS)]
            for day in days:
                starts = at_local_time(datetime.combine(day, STARTS[zone].time()), ZoneInfo(zone))
                found = editions.get(day)
                if found is not None and found.at is not None and found.state is EditionState.SENT:
                    sent += 1
                    wrong += [f"{zone} {day}"] if found.at < starts or gone_out[found.key] != 1 else []
                    continue
                if found is not None and found.state is EditionState.EMPTY and _is_empty(found):
                    empty += 1
                    continue
                # Only what an outage kept until its successor was due is left to that one.
                following = at_local_time(datetime.combine(day + DAY, STARTS[zone].time()), ZoneInfo(zone))
                later = next((editions[each] for each in days if each > day and each in editions), None)
                is_covered = later is not None and later.at is not None and later.at >= following
                covered += is_covered
                wrong += [] if is_covered else [f"{zone} {day}"]
            told = Counter(each.key for edition in editions.values() for each in edition.items)
            twice_told += sum(number > 1 for number in told.values())
    total = len(ZONES) * DAYS
    counts = f"{total} due in {len(ZONES)} zones over {DAYS} days: {sent} sent, {empty} empty"
    counts += f", {covered} in the next after an outage"
    trouble = f"{len(wrong)} missed or repeated; {world.outages} outages, {world.killed} kills, {world.failed} failures"
    sys.stdout.write(f"\n{kind}: {counts}, {trouble}\n")
    assert wrong == []
    assert sent + covered + empty == total
    assert sent == sum(gone_out.values())
    assert set(versions) == {1}
    assert twice_told == 0
    assert min(world.outages, world.killed, world.failed) > 0
