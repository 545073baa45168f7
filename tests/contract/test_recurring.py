"""Cues of a series on both databases, fired by the timekeeper."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from bot.storage.audit import AuditEntry, latest, record
from bot.storage.recurring import Cue, Due, Recurring
from bot.storage.timers import Timers
from bot.storage.unit_of_work import Database, UnitOfWork
from bot.timekeeper import Timekeeper
from scheduler.rules import Series
from tests.conftest import KINDS

local = datetime.fromisoformat
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
TUESDAYS = Series(local("2027-03-02 15:00"), "Europe/Berlin", HOUR, "FREQ=WEEKLY;BYDAY=TU")
OPENED = datetime(2027, 3, 1, 8, tzinfo=UTC)
REMINDER = Cue("reminder", DAY, 23 * HOUR)
ROUND = Cue("round", grace=2 * DAY)


class House:
    """One series that everybody sees as it is by now; what its cues did is in the audit log."""

    def __init__(self, database: Database, cues: Sequence[Cue] = (REMINDER, ROUND)) -> None:
        self.database = database
        self.now = OPENED
        self.series: Series | None = TUESDAYS
        self.recurring = Recurring("guild.meets", cues, lambda series_id, unit: self.series, self.handle)

    def handle(self, series_id: str, due: Due, now: datetime, unit: UnitOfWork) -> None:
        record(unit, AuditEntry(now, "clock", "met", f"{due.cue} {due.occurrence.original:%m-%d} {now:%m-%d %H:%M}"))

    def arm(self) -> None:
        with self.database.begin() as unit:
            self.recurring.arm("guild", unit, self.now)

    def keeper(self) -> Timekeeper:
        return Timekeeper(self.database, {"guild.meets": self.recurring}, lambda: self.now)

    def live(self, until: datetime, step: timedelta = HOUR) -> None:
        keeper = self.keeper()
        while self.now < until:
            self.now += step
            while keeper.run_due():
                pass

    def met(self) -> list[str]:
        with self.database.reading() as unit:
            return [entry.subject for entry in reversed(latest(unit, 1_000, action="met"))]

    def due_at(self) -> datetime | None:
        with self.database.reading() as unit:
            return Timers(unit).due_at("guild.meets", "guild")


@pytest.fixture
def house(database: Database) -> House:
    house = House(database)
    house.arm()
    return house


def test_each_cue_of_each_occurrence_comes_once_and_at_its_local_time(house: House) -> None:
    house.live(OPENED + 5 * WEEK - 2 * DAY)
    assert house.met() == [
        "reminder 03-02 03-01 14:00", "round 03-02 03-02 14:00",
        "reminder 03-09 03-08 14:00", "round 03-09 03-09 14:00",
        "reminder 03-16 03-15 14:00", "round 03-16 03-16 14:00",
        "reminder 03-23 03-22 14:00", "round 03-23 03-23 14:00",
        "reminder 03-30 03-29 13:00", "round 03-30 03-30 13:00",
    ]  # fmt: skip


def test_an_outage_is_made_up_for_as_far_as_it_is_worth_it(house: House) -> None:
    house.live(datetime(2027, 3, 10, 20, tzinfo=UTC), 9 * DAY + 12 * HOUR)  # one leap
    assert house.met() == ["round 03-09 03-10 20:00"]
    assert house.due_at() == datetime(2027, 3, 15, 14, tzinfo=UTC)


def test_several_missed_rounds_are_made_up_for_in_their_order(database: Database) -> None:
    house = House(database, [Cue("round", grace=30 * DAY)])
    house.arm()
    house.live(OPENED + 3 * WEEK, 3 * WEEK)
    assert [line.split()[1] for line in house.met()] == ["03-02", "03-09", "03-16"]


def test_a_series_that_is_changed_is_armed_anew(house: House) -> None:
    house.series = replace(
        TUESDAYS, skipped=frozenset({date(2027, 3, 2)}), moved={date(2027, 3, 9): local("2027-03-05 09:00")}
    )
    house.arm()
    house.live(OPENED + WEEK)
    assert house.met() == ["reminder 03-09 03-04 08:00", "round 03-09 03-05 08:00"]


def test_a_moved_occurrence_is_not_told_of_twice_unless_the_first_time_is_forgotten(house: House) -> None:
    house.live(datetime(2027, 3, 1, 20, tzinfo=UTC))
    house.series = replace(TUESDAYS, moved={date(2027, 3, 2): local("2027-03-04 15:00")})
    house.arm()
    assert house.due_at() == datetime(2027, 3, 4, 14, tzinfo=UTC)
    with house.database.begin() as unit:
        house.recurring.forget("guild", date(2027, 3, 2), unit)
        house.recurring.arm("guild", unit, house.now)
    assert house.due_at() == datetime(2027, 3, 3, 14, tzinfo=UTC)


def test_a_series_that_has_ended_has_no_timer(house: House) -> None:
    house.series = None
    house.arm()
    assert house.due_at() is None
    house.series = Series(TUESDAYS.first, TUESDAYS.zone, HOUR)
    house.arm()
    house.live(OPENED + 3 * DAY)
    assert len(house.met()) == 2
    assert house.due_at() is None


def test_one_that_fails_comes_again_and_the_next_does_not_pass_it(database: Database) -> None:
    house = House(database)
    fails = [True, True]

    def fail(series_id: str, due: Due, now: datetime, unit: UnitOfWork) -> None:
        record(unit, AuditEntry(now, "clock", "met", "half done"))
        if fails.pop() if fails else False:
            raise OSError("Not now.")
        house.handle(series_id, due, now, unit)

    house.recurring = Recurring("guild.meets", [ROUND], lambda series_id, unit: house.series, fail)
    house.arm()
    with capture_logs():
        house.live(OPENED + 2 * DAY)
    assert house.met() == ["half done", "round 03-02 03-02 16:00"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_change_while_a_cue_is_in_hand_neither_repeats_nor_loses_any(
    kind: str, new_database: Callable[[str], Database]
) -> None:
    """The cue thinks, the series is changed, another replica fires what the change set anew."""
    house = House(new_database(kind), [ROUND])
    house.arm()
    house.now = datetime(2027, 3, 2, 14, tzinfo=UTC)
    other = House(new_database(kind), [ROUND])
    other.now = house.now
    thinks, changed = threading.Event(), threading.Event()

    def slow(series_id: str, due: Due, now: datetime, unit: UnitOfWork) -> None:
        thinks.set()
        changed.wait(5)
        house.handle(series_id, due, now, unit)

    house.recurring = Recurring("guild.meets", [ROUND], lambda series_id, unit: house.series, slow)
    firing = threading.Thread(target=house.keeper().run_due)
    firing.start()
    thinks.wait(5)
    earlier = replace(TUESDAYS, moved={date(2027, 3, 9): local("2027-03-04 09:00")})
    house.series = other.series = earlier
    other.arm()
    assert other.keeper().run_due() == 1
    changed.set()
    firing.join(5)
    assert house.met() == ["round 03-02 03-02 14:00"]
    assert house.due_at() == datetime(2027, 3, 4, 8, tzinfo=UTC)


@pytest.mark.parametrize("kind", KINDS)
def test_a_change_while_the_next_time_is_worked_out_is_not_overwritten(
    kind: str, new_database: Callable[[str], Database]
) -> None:
    house, other = House(new_database(kind), [ROUND]), House(new_database(kind), [ROUND])
    house.arm()
    house.now = other.now = datetime(2027, 3, 2, 14, tzinfo=UTC)
    other.series = replace(TUESDAYS, moved={date(2027, 3, 9): local("2027-03-04 09:00")})
    change = threading.Thread(target=other.arm)

    def looks_it_up(series_id: str, unit: UnitOfWork) -> Series | None:
        if not unit.readonly:  # that is where the timer is set anew
            change.start()
            change.join(0.15)
        return TUESDAYS

    house.recurring = Recurring("guild.meets", [ROUND], looks_it_up, house.handle)
    assert house.keeper().run_due() == 1
    change.join(5)
    assert house.due_at() == datetime(2027, 3, 4, 8, tzinfo=UTC)
