"""What the clock does with ideas. Each looks how it stands, for that may have changed."""

from collections.abc import Mapping
from datetime import datetime

from bot.features.feature import TimerHandler
from bot.features.ideas import alarms
from bot.features.ideas.model import State
from bot.features.ideas.store import SqlIdeas
from bot.features.ideas.telling import Telling
from bot.storage.timers import Timers
from bot.storage.unit_of_work import UnitOfWork


class IdeaJobs:
    def __init__(self, telling: Telling) -> None:
        self._telling = telling

    def timers(self) -> Mapping[str, TimerHandler]:
        """For `Feature.timers`."""
        return {alarms.LATE: self.ask_whether_done, alarms.VALUE: self.ask_value}

    def ask_whether_done(self, subject: str, now: datetime, unit: UnitOfWork) -> None:
        idea = SqlIdeas(unit).take(subject)
        if idea is not None and idea.state is State.UNDER_WAY and idea.ends_on and idea.ends_on < now.date():
            self._telling.late(idea, unit, now)

    def ask_value(self, subject: str, now: datetime, unit: UnitOfWork) -> None:
        """Whoever did it, and now and then again."""
        idea = SqlIdeas(unit).take(subject)
        if idea is None or idea.state is not State.DONE or idea.reached is not None:
            return
        self._telling.ask_value(idea, unit, now)
        if (again := alarms.next_value_at(idea, now)) is not None:
            Timers(unit).set(alarms.VALUE, idea.id, again)
