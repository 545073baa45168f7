"""What the clock does with announcements."""

from collections.abc import Mapping
from datetime import datetime

from bot.features.announcements.desk import GO, Desk
from bot.features.announcements.model import AnnouncementState
from bot.features.announcements.store import SqlAnnouncements
from bot.features.feature import TimerHandler
from bot.storage.unit_of_work import UnitOfWork


class AnnouncementJobs:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def timers(self) -> Mapping[str, TimerHandler]:
        """For `Feature.timers`."""
        return {GO: self.go}

    def go(self, subject: str, now: datetime, unit: UnitOfWork) -> None:
        announcement = SqlAnnouncements(unit).take(subject)
        if announcement is not None and announcement.state is AnnouncementState.APPROVED:
            self._desk.go(announcement, unit, now)
