"""The sources of all features as one: who reads, from when, until when."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.chat.turn import Turn
from bot.features.calendar.model import OnCalendar, dates_of_entries
from bot.features.calendar_entry import CalendarEntry, CalendarSource
from bot.storage.unit_of_work import UnitOfWork

NOBODY = "nobody"
"""The id of a reader to whom nothing belongs: no account and no person has it."""

AHEAD = timedelta(days=366)
"""How far the calendar looks ahead for what is next."""

BACK = timedelta(days=31)
"""What is over stays in people's calendars for so long."""

MOST = 1_000
"""Entries of one feed."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """`sources` are those of all features, in their order."""

    sources: Callable[[], Sequence[CalendarSource]]

    def entries(
        self, reader: str, readers: frozenset[str], since: datetime, until: datetime, unit: UnitOfWork
    ) -> Sequence[CalendarEntry]:
        found = [entry for source in self.sources() for entry in source(reader, readers, since, until, unit)]
        return sorted(found, key=lambda each: (each.event.starts, each.event.title))

    def dates(
        self,
        reader: str,
        readers: frozenset[str],
        since: datetime,
        until: datetime,
        zone: ZoneInfo,
        unit: UnitOfWork,
    ) -> Sequence[OnCalendar]:
        return dates_of_entries(self.entries(reader, readers, since, until, unit), since, until, zone)

    def coming(
        self, turn: Turn, zone: ZoneInfo, unit: UnitOfWork, *, ahead: timedelta = AHEAD, only_mine: bool = False
    ) -> Sequence[OnCalendar]:
        """What is not over and not cancelled, for those who read where the turn is: others read nobody's own dates."""
        reader = NOBODY if turn.place.is_shared else turn.person.id
        found = self.dates(reader, turn.principals, turn.at, turn.at + ahead, zone, unit)
        return [each for each in found if not each.is_cancelled and (each.entry.is_mine or not only_mine)]
