"""Accepted work on calendars: spans of days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bot.chat.turn import EVERYONE
from bot.features.calendar_entry import CalendarEntry
from bot.features.ideas.cards import NAMES, PAGE
from bot.features.ideas.model import Idea
from bot.features.ideas.store import SqlIdeas
from bot.storage.unit_of_work import UnitOfWork
from scheduler.calendar_file import CalendarEvent

KIND = "Accepted work"
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class IdeasCalendar:
    """`host` makes the dates' ids unique."""

    host: str
    base_url: str = ""

    def entries(
        self, reader_id: str, readers: frozenset[str], since: datetime, until: datetime, unit: UnitOfWork
    ) -> Sequence[CalendarEntry]:
        """Fills `CalendarSource`."""
        found = SqlIdeas(unit).planned(since.astimezone(UTC).date(), until.astimezone(UTC).date())
        entries = [
            self._entry(each, each.starts_on, each.ends_on, reader_id)
            for each in found
            if each.starts_on and each.ends_on and (EVERYONE in readers or _is_of(each, reader_id))
        ]
        return [each for each in entries if each.event.ends > since and each.event.starts < until]

    def _entry(self, idea: Idea, first: date, last: date, reader_id: str) -> CalendarEntry:
        page = f"{PAGE}/{idea.id}"
        event = CalendarEvent(
            uid=f"idea-{idea.id}@{self.host}",
            sequence=idea.revision,
            starts=datetime.combine(first, time(), UTC),
            ends=datetime.combine(last + A_DAY, time(), UTC),
            zone="UTC",
            title=idea.title,
            description=f"Done by {idea.owner.name}." if idea.owner else "",
            url=f"{self.base_url}{page}" if self.base_url else "",
            is_all_day=True,
        )
        return CalendarEntry(KIND, event, page, is_mine=_is_of(idea, reader_id), note=NAMES[idea.state])


def _is_of(idea: Idea, reader_id: str) -> bool:
    return reader_id in {each.person_id for each in (idea.asker, idea.sponsor, idea.owner) if each}
