import threading
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.clock import Clock
from scheduler.job import Job
from scheduler.trigger import Due, due_on, last_due, next_due
from tests.fakes import FixedClock, MemoryTicks

BERLIN = "Europe/Berlin"
ZONES = (BERLIN, "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Cairo", "America/Santiago", "UTC")


def job(at: time = time(2, 30), zone: str = BERLIN) -> Job:
    return Job("digest", at, zone, lambda due_at: None)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def test_a_time_that_is_skipped_in_spring_is_due_once_the_clock_is_put_forward() -> None:
    assert due_on(job(), date(2027, 3, 28)) == Due(utc(2027, 3, 28, 1, 30), date(2027, 3, 28), "02:30")
    assert utc(2027, 3, 28, 1, 30).astimezone(ZoneInfo(BERLIN)).time() == time(3, 30)


def test_a_time_that_comes_twice_in_autumn_is_due_the_first_time() -> None:
    assert due_on(job(), date(2027, 10, 31)).at == utc(2027, 10, 31, 0, 30)
    assert next_due(job(), utc(2027, 10, 31, 0, 30)).local_date == date(2027, 11, 1)


@given(
    zone=st.sampled_from(ZONES),
    at=st.times(timezones=st.none()).map(lambda t: t.replace(second=0, microsecond=0)),
    start=st.integers(0, 2 * 365 * 24 * 60).map(lambda n: utc(2026, 1, 1) + timedelta(minutes=n)),
)
def test_every_local_day_has_one_due_time_whatever_the_clock_does(zone: str, at: time, start: datetime) -> None:
    daily = job(at, zone)
    days = []
    moment = start
    for _ in range(5):
        due = next_due(daily, moment)
        assert due.at > moment
        assert last_due(daily, due.at) == due
        assert last_due(daily, due.at - timedelta(microseconds=1)).at < due.at
        days.append(due.local_date)
        moment = due.at
    assert days == [days[0] + timedelta(days=n) for n in range(5)]


class Bench:
    """A clock whose time passes when the test says so."""

    def __init__(self, *, known: bool = True) -> None:
        self.ran: list[datetime] = []
        self.job = replace(job(time(9)), run=self.ran.append)
        self.ticks = MemoryTicks()
        if known:
            self.ticks.try_take("digest", date(2027, 1, 1), "09:00")
        self.now = FixedClock(utc(2027, 3, 1, 12, 0))

    def clock(self) -> Clock:
        return Clock([self.job], self.ticks, self.now)


def test_among_several_clocks_one_does_the_work() -> None:
    bench = Bench()
    assert [bench.clock().run_due(bench.job) for _ in range(3)] == [True, False, False]
    assert bench.ran == [utc(2027, 3, 1, 8, 0)]


def test_after_an_outage_only_the_latest_missed_tick_is_made_up_for() -> None:
    bench = Bench()
    bench.clock().run_due(bench.job)
    bench.now.at += timedelta(days=5)
    bench.clock().run_due(bench.job)
    assert bench.ran == [utc(2027, 3, 1, 8, 0), utc(2027, 3, 6, 8, 0)]


def test_a_job_that_raises_is_not_repeated_before_its_next_tick() -> None:
    bench = Bench()

    def fail(due_at: datetime) -> None:
        raise OSError

    failing = replace(bench.job, run=fail)
    with pytest.raises(OSError):
        bench.clock().run_due(failing)
    assert not bench.clock().run_due(failing)


@pytest.mark.parametrize(("known", "runs"), [(True, 1), (False, 0)])
def test_a_start_makes_up_for_an_outage_but_the_first_one_owes_nothing(known: bool, runs: int) -> None:
    bench = Bench(known=known)
    done = threading.Event()
    bench.job = replace(bench.job, run=lambda due_at: (bench.ran.append(due_at), done.set())[0])
    clock = bench.clock()
    clock.start()
    done.wait(5 if runs else 0.2)
    clock.stop()
    assert len(bench.ran) == runs


def test_a_running_clock_wakes_at_the_due_time() -> None:
    done = threading.Event()
    moment = datetime.now(UTC) + timedelta(seconds=1.5)
    ticks = MemoryTicks()
    soon = Job("soon", moment.time(), "UTC", lambda due_at: done.set())
    clock = Clock([soon], ticks, lambda: datetime.now(UTC))
    clock.start()
    assert not done.is_set()
    assert done.wait(5)
    clock.stop()
    assert ("soon", moment.date(), f"{moment:%H:%M}") in ticks.taken


@pytest.mark.promise
def test_a_due_time_fires_once_among_three_replicas_and_restarts() -> None:
    bench = Bench()
    for _ in range(200):
        bench.now.at += timedelta(hours=7)
        for _ in range(3):
            bench.clock().run_due(bench.job)
    days = [due_at.astimezone(ZoneInfo(BERLIN)).date() for due_at in bench.ran]
    assert days == [days[0] + timedelta(days=n) for n in range(len(days))]
