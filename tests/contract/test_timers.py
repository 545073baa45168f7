"""Timers on both databases, and the timekeeper that fires them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from bot.features.feature import TimerHandler
from bot.storage.audit import AuditEntry, latest, record
from bot.storage.timers import TimerGone, Timers
from bot.storage.unit_of_work import Database, UnitOfWork
from bot.timekeeper import LONGEST_BACK_OFF, TRIES, Timekeeper, back_off
from tests.builders import NOON
from tests.waiting import until_true

MINUTE = timedelta(minutes=1)


class Hand:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


def noted(subject: str, now: datetime, unit: UnitOfWork) -> None:
    record(unit, AuditEntry(now, "clock", "fired", subject))


def keeper(
    database: Database, handler: TimerHandler = noted, clock: Callable[[], datetime] | None = None
) -> Timekeeper:
    return Timekeeper(database, {"tea.ready": handler}, clock or Hand())


def set_timer(database: Database, subject: str = "pot-1", due_at: datetime = NOON, name: str = "tea.ready") -> None:
    with database.begin() as unit:
        Timers(unit).set(name, subject, due_at)


def fired(database: Database) -> list[str]:
    with database.reading() as unit:
        return [entry.subject for entry in reversed(latest(unit, 5_000, action="fired"))]


def due_at(database: Database, subject: str = "pot-1") -> datetime | None:
    with database.reading() as unit:
        return Timers(unit).due_at("tea.ready", subject)


def test_a_timer_fires_once_when_it_is_due(database: Database) -> None:
    clock = Hand()
    timekeeper = keeper(database, clock=clock)
    set_timer(database, due_at=NOON + MINUTE)
    assert timekeeper.run_due() == 0
    clock.now += MINUTE
    assert [timekeeper.run_due(), timekeeper.run_due()] == [1, 0]
    assert fired(database) == ["pot-1"]


def test_what_is_due_longest_fires_first(database: Database) -> None:
    set_timer(database, "late", NOON - MINUTE)
    set_timer(database, "later", NOON)
    set_timer(database, "latest", NOON - 2 * MINUTE)
    keeper(database).run_due()
    assert fired(database) == ["latest", "late", "later"]


def test_a_timer_that_is_set_again_is_due_then_and_only_then(database: Database) -> None:
    set_timer(database)
    set_timer(database, due_at=NOON + MINUTE)
    assert keeper(database).run_due() == 0
    assert due_at(database) == NOON + MINUTE


def test_a_cleared_timer_never_fires(database: Database) -> None:
    set_timer(database)
    with database.begin() as unit:
        Timers(unit).clear("tea.ready", "pot-1")
    assert keeper(database).run_due() == 0


def test_a_timer_that_nobody_handles_waits_for_who_does(database: Database) -> None:
    set_timer(database, name="coffee.ready")
    assert keeper(database).run_due() == 0
    with database.reading() as unit:
        assert Timers(unit).due_at("coffee.ready", "pot-1") == NOON


def test_a_handler_sets_its_own_timer_again(database: Database) -> None:
    clock = Hand()

    def again(subject: str, now: datetime, unit: UnitOfWork) -> None:
        noted(subject, now, unit)
        Timers(unit).set("tea.ready", subject, now + MINUTE)

    timekeeper = keeper(database, again, clock)
    set_timer(database)
    for _ in range(3):
        assert [timekeeper.run_due(), timekeeper.run_due()] == [1, 0]
        clock.now += MINUTE
    assert fired(database) == ["pot-1"] * 3


def test_a_handler_that_fails_leaves_nothing_and_is_tried_later(database: Database) -> None:
    clock, tries = Hand(), []

    def fails_once(subject: str, now: datetime, unit: UnitOfWork) -> None:
        noted(subject, now, unit)
        tries.append(now)
        if len(tries) == 1:
            raise RuntimeError("The kettle is empty.")

    timekeeper = keeper(database, fails_once, clock)
    set_timer(database)
    with capture_logs():
        assert timekeeper.run_due() == 0
    assert fired(database) == []
    assert timekeeper.run_due() == 0
    clock.now += back_off(0)
    assert timekeeper.run_due() == 1
    assert fired(database) == ["pot-1"]


def test_what_fails_again_and_again_is_told_and_not_dropped(database: Database) -> None:
    clock, is_broken = Hand(), True

    def breaks(subject: str, now: datetime, unit: UnitOfWork) -> None:
        if is_broken:
            raise RuntimeError("The kettle is empty.")
        noted(subject, now, unit)

    timekeeper = keeper(database, breaks, clock)
    set_timer(database)
    with capture_logs():
        for _ in range(TRIES):
            assert timekeeper.problem() == ""
            timekeeper.run_due()
            clock.now += LONGEST_BACK_OFF
    assert timekeeper.problem().startswith("1 thing that is due fails again and again.")
    is_broken = False
    assert timekeeper.run_due() == 1
    assert (fired(database), timekeeper.problem()) == (["pot-1"], "")


def test_a_timer_that_is_cleared_while_its_handler_thinks_has_no_effect(database: Database) -> None:
    def thinks(subject: str, now: datetime, unit: UnitOfWork) -> None:
        with database.begin() as other:
            Timers(other).clear("tea.ready", subject)
        noted(subject, now, unit)

    set_timer(database)
    assert keeper(database, thinks).run_due() == 0
    assert fired(database) == []


def test_while_one_replica_fires_a_timer_another_leaves_it_alone(new_database: Callable[[str], Database]) -> None:
    one, other = new_database("postgresql"), new_database("postgresql")
    second = keeper(other)
    during: list[int] = []

    def slow(subject: str, now: datetime, unit: UnitOfWork) -> None:
        noted(subject, now, unit)
        during.append(second.run_due())

    set_timer(one)
    assert keeper(one, slow).run_due() == 1
    assert (during, second.run_due(), fired(one)) == ([0], 0, ["pot-1"])


def test_whoever_changes_a_timer_waits_for_nobody_who_fires_it(new_database: Callable[[str], Database]) -> None:
    one, other = new_database("postgresql"), new_database("postgresql")

    def changed_meanwhile(subject: str, now: datetime, unit: UnitOfWork) -> None:
        noted(subject, now, unit)
        set_timer(other, subject, NOON + MINUTE)

    set_timer(one)
    assert keeper(one, changed_meanwhile).run_due() == 1
    assert due_at(one) == NOON + MINUTE


def test_a_taken_timer_is_gone_for_whoever_read_it_before(database: Database) -> None:
    set_timer(database)
    with database.reading() as unit:
        (timer,) = Timers(unit).due(["tea.ready"], NOON)
    keeper(database).run_due()
    with database.begin() as unit, pytest.raises(TimerGone):
        Timers(unit).take(timer)


def test_a_timer_set_while_the_timekeeper_sleeps_wakes_it(database: Database) -> None:
    timekeeper = keeper(database, clock=lambda: datetime.now(UTC))
    timekeeper.start()
    try:
        set_timer(database, due_at=datetime.now(UTC))
        until_true(lambda: fired(database) == ["pot-1"], 3.0)
        set_timer(database, "pot-2", due_at=datetime.now(UTC) + timedelta(milliseconds=150))
        until_true(lambda: fired(database) == ["pot-1", "pot-2"], 3.0)
    finally:
        timekeeper.stop()
