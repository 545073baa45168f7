"""What the clock does with events. Each looks how it stands, for that may have changed."""

from collections.abc import Mapping
from datetime import datetime

from bot.features.events import alarms
from bot.features.events.desk import Desk
from bot.features.events.model import Event, EventState
from bot.features.events.store import SqlEvents
from bot.features.feature import TimerHandler
from bot.storage.unit_of_work import UnitOfWork


class EventJobs:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def timers(self) -> Mapping[str, TimerHandler]:
        """For `Feature.timers`."""
        return {alarms.REMIND: self.remind, alarms.SOON: self.remind_soon, alarms.END: self.end}

    def remind(self, subject: str, now: datetime, unit: UnitOfWork) -> None:
        """A day before; after an outage later, but not beside the other one."""
        event = self._announced(subject, unit)
        if event is not None and (event.has_whole_days or now < event.starts - alarms.SOON_BEFORE):
            self._remind(event, "tomorrow", unit, now)

    def remind_soon(self, subject: str, now: datetime, unit: UnitOfWork) -> None:
        event = self._announced(subject, unit)
        if event is not None:
            self._remind(event, "soon", unit, now)

    def end(self, subject: str, now: datetime, unit: UnitOfWork) -> None:
        event = self._announced(subject, unit)
        if event is not None and event.ends <= now:
            self._desk.end(event, unit, now)

    def _announced(self, subject: str, unit: UnitOfWork) -> Event | None:
        event = SqlEvents(unit).take(subject)
        return event if event is not None and event.state is EventState.ANNOUNCED else None

    def _remind(self, event: Event, name: str, unit: UnitOfWork, now: datetime) -> None:
        if now < (event.ends if event.has_whole_days else event.starts):
            self._desk.telling.remind(event, name, unit, now)
