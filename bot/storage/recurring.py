"""What recurs: each occurrence of a series has each of its cues once, through one timer that is set anew each time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

from sqlalchemy import delete, select

from bot.storage.tables import insert_once
from bot.storage.ticks import ticks
from bot.storage.timers import TimerGone, Timers
from bot.storage.unit_of_work import UnitOfWork
from scheduler.rules import Occurrence, Series, occurrences

ALWAYS = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Cue:
    """What is to be done `before` an occurrence starts; after it, where that is negative. It is made up for until
    `grace` later, and left undone after that. `name` has at most 20 characters and is kept."""

    name: str
    before: timedelta = timedelta()
    grace: timedelta = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Due:
    """One cue of one occurrence, and since when it is due."""

    cue: str
    occurrence: Occurrence
    at: datetime


class Handles(Protocol):
    """Does what is due of a series, in the transaction that says that it is done. As of a timer, thinking comes before
    the first use of `unit.connection`."""

    def __call__(self, series_id: str, due: Due, now: datetime, unit: UnitOfWork) -> None: ...


SeriesOf = Callable[[str, UnitOfWork], Series | None]
"""The series as it is by now; None where it has ended."""


class Recurring:
    """A handler for `Feature.timers` under `name`. The subject is the id of a series, so that `name` and it are at most
    199 characters long."""

    def __init__(self, name: str, cues: Sequence[Cue], series_of: SeriesOf, handle: Handles) -> None:
        self._name = name
        self._cues = tuple(cues)
        self._series_of = series_of
        self._handle = handle

    def arm(self, series_id: str, unit: UnitOfWork, now: datetime) -> None:
        """After a series was opened, changed in any way, or ended: in the transaction of that, as the last thing of it.
        What is due by then and no longer ago than its grace comes at once."""
        timers = Timers(unit)
        # Locks the row: a change that is made at this moment is seen below, or comes after this and sets it anew.
        timers.set(self._name, series_id, now)
        due = self._next(series_id, unit, now)
        if due is None:
            timers.clear(self._name, series_id)
        elif due.at > now:
            timers.set(self._name, series_id, due.at)

    def forget(self, series_id: str, original: date, unit: UnitOfWork) -> None:
        """Of an occurrence that was moved: its cues come again, those that are still to come. Before `arm`."""
        mine = (ticks.c.schedule == self._schedule(series_id)) & (ticks.c.local_date == original)
        unit.connection.execute(delete(ticks).where(mine))

    def __call__(self, subject: str, now: datetime, unit: UnitOfWork) -> None:
        with unit.database.reading() as before:
            due = self._next(subject, before, now)
        if due is not None and due.at <= now:
            self._handle(subject, due, now, unit)
            if not self._take(subject, due, unit):  # meanwhile, through a timer that a change set anew
                raise TimerGone
        self.arm(subject, unit, now)

    def _next(self, series_id: str, unit: UnitOfWork, now: datetime) -> Due | None:
        series = self._series_of(series_id, unit)
        if series is None:
            return None
        first = [due for cue in self._cues if (due := self._next_of(cue, series, series_id, unit, now))]
        return min(first, key=lambda due: due.at, default=None)

    def _next_of(self, cue: Cue, series: Series, series_id: str, unit: UnitOfWork, now: datetime) -> Due | None:
        for occurrence in occurrences(series, now + cue.before - cue.grace, ALWAYS):
            due = Due(cue.name, occurrence, occurrence.starts - cue.before)
            if not self._is_taken(series_id, due, unit):
                return due
        return None

    def _is_taken(self, series_id: str, due: Due, unit: UnitOfWork) -> bool:
        query = select(ticks.c.slot).where(
            ticks.c.schedule == self._schedule(series_id),
            ticks.c.local_date == due.occurrence.original,
            ticks.c.slot == due.cue,
        )
        return unit.connection.execute(query).first() is not None

    def _take(self, series_id: str, due: Due, unit: UnitOfWork) -> bool:
        values = {"schedule": self._schedule(series_id), "local_date": due.occurrence.original, "slot": due.cue}
        return insert_once(unit.connection, ticks, **values)

    def _schedule(self, series_id: str) -> str:
        return f"{self._name} {series_id}"
