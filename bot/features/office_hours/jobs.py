"""What the clock does with office hours. Each looks how it stands, for that may have changed."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.features.feature import TimerHandler
from bot.features.office_hours import alarms, queue, telling
from bot.features.office_hours.changes import series_of
from bot.features.office_hours.desk import Desk
from bot.features.office_hours.model import SessionState
from bot.features.office_hours.store import SqlOfficeHours
from bot.storage.unit_of_work import UnitOfWork


class OfficeHoursJobs:
    def __init__(self, desk: Desk, base_url: str = "") -> None:
        self._desk = desk
        self._base_url = base_url

    def timers(self) -> Mapping[str, TimerHandler]:
        """For `Feature.timers`."""
        return {
            alarms.PLAN: self.plan_ahead,
            alarms.REMIND: self.remind,
            alarms.SOON: self.remind_soon,
            alarms.BEGIN: self.begin,
            alarms.END: self.end,
        }

    def plan_ahead(self, subject: str, now: datetime, unit: UnitOfWork) -> None:
        """Sessions are there to be booked for the weeks to come."""
        hours = SqlOfficeHours(unit).take(subject)
        if hours is not None and hours.is_open:
            self._desk.plan(hours, unit, now)

    def remind(self, subject: str, now: datetime, unit: UnitOfWork) -> None:
        """A day before; after an outage later, but not beside the other one."""
        self._remind(subject, "tomorrow", alarms.SOON_BEFORE, unit, now)

    def remind_soon(self, subject: str, now: datetime, unit: UnitOfWork) -> None:
        self._remind(subject, "soon", timedelta(), unit, now)

    def begin(self, subject: str, now: datetime, unit: UnitOfWork) -> None:
        store = SqlOfficeHours(unit)
        session = store.take_session(subject)
        if session is not None and session.state is SessionState.PLANNED and session.starts <= now:
            self._desk.begun(queue.start(store, session), unit, now)

    def end(self, subject: str, now: datetime, unit: UnitOfWork) -> None:
        """Where no host has finished it."""
        store = SqlOfficeHours(unit)
        session = store.take_session(subject)
        if session is None or session.state is not SessionState.RUNNING or now < session.ends + alarms.END_AFTER:
            return
        over, drafts = self._desk.over(*queue.end(store, session), unit, now)
        telling.ask_who_came(series_of(store, over), over, drafts, unit, now)

    def _remind(self, subject: str, name: str, before: timedelta, unit: UnitOfWork, now: datetime) -> None:
        store = SqlOfficeHours(unit)
        session = store.take_session(subject)
        if session is not None and session.state is SessionState.PLANNED and now < session.starts - before:
            telling.remind(series_of(store, session), session, name, unit, now, self._base_url)
