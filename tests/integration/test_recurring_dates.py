"""What recurs, in ten zones over clock changes and outages, on three replicas that are killed: nothing is missed,
nothing comes twice.

A reduced count; ``GUILDHALL_CLOCK_DAYS=730 python -m pytest tests/integration/test_recurring_dates.py -s`` is the
promise.
"""

import os
import sys
from collections import Counter
from collections.abc import Callable
from datetime import datetime

import pytest

from bot.storage.audit import AuditEntry, latest, record
from bot.storage.recurring import Cue, Due, Recurring
from bot.storage.unit_of_work import Database, UnitOfWork
from scheduler.rules import Series
from tests.clock_world import DAY, FIRST, HOUR, STARTS, ClockWorld, starts_of
from tests.conftest import KINDS
from tests.wall_clock import ZONES

DAYS = int(os.environ.get("GUILDHALL_CLOCK_DAYS", "30"))
NAME = "guild.meets"
OUTAGE = 4 * DAY
GRACE = OUTAGE + HOUR
CUES = (Cue("reminder", DAY, GRACE), Cue("round", grace=GRACE))
SERIES = {zone: Series(first, zone, HOUR, f"FREQ=DAILY;COUNT={DAYS}") for zone, first in STARTS.items()}


@pytest.mark.promise
@pytest.mark.parametrize("kind", KINDS)
def test_in_ten_zones_nothing_that_recurs_is_missed_or_comes_twice(
    kind: str, new_database: Callable[[str], Database]
) -> None:
    def meet(series_id: str, due: Due, now: datetime, unit: UnitOfWork) -> None:
        record(unit, AuditEntry(now, "clock", "met", f"{series_id} {due.cue} {due.occurrence.original}"))
        world.goes_wrong()

    recurring = Recurring(NAME, CUES, lambda zone, unit: SERIES[zone], meet)
    world = ClockWorld(lambda: new_database(kind), {NAME: recurring}, recurring.arm, OUTAGE)
    with world.database.begin() as unit:
        for zone in ZONES:
            recurring.arm(zone, unit, world.now)
    world.run()
    with world.database.reading() as unit:
        entries = latest(unit, 4 * DAYS * len(ZONES), action="met")
    moments = {}
    for zone in ZONES:
        for day in (FIRST + number * DAY for number in range(DAYS)):
            moments[f"{zone} reminder {day}"] = starts_of(zone, day) - DAY
            moments[f"{zone} round {day}"] = starts_of(zone, day)
    met = Counter(entry.subject for entry in entries)
    missed, twice = set(moments) - set(met), [subject for subject, times in met.items() if times > 1]
    late = max(entry.at - moments[entry.subject] for entry in entries)
    counts = f"{len(moments)} due in {len(ZONES)} zones over {DAYS} days: {len(missed)} missed, {len(twice)} twice"
    sys.stdout.write(f"\n{kind}: {counts}; {world.trouble}, at most {late} late\n")
    assert (missed, twice) == (set(), [])
    assert set(met) == set(moments)
    assert [entry.subject for entry in entries if entry.at < moments[entry.subject]] == []
    assert min(world.outages, world.killed, world.failed) > 0
