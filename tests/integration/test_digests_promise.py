"""Digests in ten zones over clock changes and outages, on three replicas that are killed: no edition is missed, none
goes out twice.

A reduced count; ``GUILDHALL_CLOCK_DAYS=730 python -m pytest tests/integration/test_digests_promise.py -s`` is the
promise.
"""

import os
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.chat.turn import EVERYONE, Place
from bot.features.channels.model import Policy
from bot.features.channels.store import SqlChannels
from bot.features.digest_entry import DigestItem, DigestKind, DigestSpan
from bot.features.digests import store
from bot.features.digests.composing import Composer
from bot.features.digests.jobs import GRACE, DigestJobs
from bot.features.digests.model import Digest, Edition, EditionState, channel_id
from bot.features.digests.store import SqlDigests
from bot.storage.outbox import messages, outbox
from bot.storage.unit_of_work import Database, UnitOfWork
from tests.clock_world import DAY, FIRST, HOUR, OPENED, STARTS, ClockWorld, starts_of
from tests.conftest import KINDS
from tests.wall_clock import ZONES

DAYS = int(os.environ.get("GUILDHALL_CLOCK_DAYS", "20"))
OUTAGE = GRACE - HOUR


def news(span: DigestSpan) -> Sequence[DigestItem]:
    """Each hour has its own; each edition tells those that no other tells."""
    first = span.since.replace(minute=0, second=0, microsecond=0) + HOUR
    hours = (first + number * HOUR for number in range((span.now - span.since) // HOUR + 2))
    return [
        DigestItem(DigestKind.NEW, at.isoformat(), page=f"/{at:%Y%m%d%H}", at=at)
        for at in hours
        if span.since < at <= span.now
    ]


def set_up(jobs: DigestJobs, zone: str, unit: UnitOfWork) -> None:
    """A channel in that zone, with a digest each day."""
    channels, place = SqlChannels(unit), Place("slack", zone, is_shared=True, members=frozenset({EVERYONE}))
    channels.note(place, OPENED)
    channel = channels.get("slack", zone)
    assert channel is not None
    assert channels.change(replace(channel, policy=Policy(zone=zone), revision=1))
    rule = f"FREQ=DAILY;COUNT={DAYS}"
    made = Digest(channel_id("slack", zone), STARTS[zone], rule, "cleo", OPENED, OPENED, "slack", zone)
    SqlDigests(unit).add(made)
    jobs.arm(made.id, unit, OPENED)


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

    def source(span: DigestSpan, unit: UnitOfWork) -> Sequence[DigestItem]:
        world.goes_wrong()
        return news(span)

    jobs = DigestJobs(Composer(lambda: (source,)))
    world = ClockWorld(
        lambda: new_database(kind),
        jobs.timers(),
        lambda zone, unit, now: jobs.arm(channel_id("slack", zone), unit, now),
        OUTAGE,
    )
    with world.database.begin() as unit:
        for zone in ZONES:
            set_up(jobs, zone, unit)
    world.run()
    sent, covered, empty, twice_told, gone_out = 0, 0, 0, 0, Counter[str]()
    wrong: list[str] = []
    with world.database.reading() as unit:
        gone_out.update(unit.connection.execute(select(outbox.c.message_key)).scalars())
        versions = unit.connection.execute(select(messages.c.version)).scalars().all()
        for zone in ZONES:
            editions = {each.day: each for each in SqlDigests(unit).editions(channel_id("slack", zone), 10_000)}
            days = [FIRST + number * DAY for number in range(DAYS)]
            for day in days:
                found = editions.get(day)
                if found is not None and found.at is not None and found.state is EditionState.SENT:
                    sent += 1
                    wrong += [f"{zone} {day}"] if found.at < starts_of(zone, day) or gone_out[found.key] != 1 else []
                    continue
                if found is not None and found.state is EditionState.EMPTY and _is_empty(found):
                    empty += 1
                    continue
                # Only what an outage kept until its successor was due is left to that one.
                later = next((editions[each] for each in days if each > day and each in editions), None)
                is_covered = later is not None and later.at is not None and later.at >= starts_of(zone, day + DAY)
                covered += is_covered
                wrong += [] if is_covered else [f"{zone} {day}"]
            told = Counter(each.key for edition in editions.values() for each in edition.items)
            twice_told += sum(number > 1 for number in told.values())
    total = len(ZONES) * DAYS
    counts = f"{total} due in {len(ZONES)} zones over {DAYS} days: {sent} sent, {empty} empty"
    counts += f", {covered} in the next after an outage"
    sys.stdout.write(f"\n{kind}: {counts}, {len(wrong)} missed or repeated; {world.trouble}\n")
    assert wrong == []
    assert sent + covered + empty == total
    assert sent == sum(gone_out.values())
    assert set(versions) == {1}
    assert twice_told == 0
    assert min(world.outages, world.killed, world.failed) > 0
