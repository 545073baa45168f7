"""What the clock does with stories."""

from collections.abc import Mapping
from datetime import datetime

from bot.features.feature import TimerHandler
from bot.features.stories.desk import REMIND, Desk
from bot.features.stories.model import StoryState
from bot.features.stories.store import SqlStories
from bot.storage.unit_of_work import UnitOfWork


class StoryJobs:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def timers(self) -> Mapping[str, TimerHandler]:
        """For `Feature.timers`."""
        return {REMIND: self.remind}

    def remind(self, subject: str, now: datetime, unit: UnitOfWork) -> None:
        story = SqlStories(unit).take(subject)
        if story is not None and story.state is not StoryState.WITHDRAWN:
            self._desk.remind(story, unit, now)
