"""When reviews are due, on calendars: those that somebody owes, and those of their own work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.chat.moments import zone_of as zone_named
from bot.features.calendar_entry import CalendarEntry
from bot.features.experts.model import zone_of
from bot.features.reviews.addresses import page_of
from bot.features.reviews.model import Seat, State, Submission
from bot.features.reviews.store import SqlReviews
from bot.storage.people import People
from bot.storage.unit_of_work import UnitOfWork
from scheduler.calendar_file import CalendarEvent

KIND = "Review"
SHOWN = 200
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ReviewCalendar:
    """`host` makes the dates' ids unique; `base_url` is where the page stands, empty where that is not known."""

    host: str
    base_url: str = ""

    def entries(
        self, reader_id: str, readers: frozenset[str], since: datetime, until: datetime, unit: UnitOfWork
    ) -> Sequence[CalendarEntry]:
        """Fills `CalendarSource`: the reader's own alone. A due date takes its day and nobody's time."""
        person = People(unit).get(reader_id)
        zone = zone_named(zone_of(person) if person else "UTC")
        store = SqlReviews(unit)
        found = []
        for submission, owed in store.owed_by(reader_id):
            if submission.state is State.IN_REVIEW:
                is_asked = owed.seat is Seat.ASKED
                title = f"Reply due: review “{submission.title}”?" if is_asked else f"Review due: “{submission.title}”"
                found.append(self._entry(submission, f"review-{owed.id}", title, owed.due_at, zone))
        for submission in store.submitted_by(reader_id, SHOWN):
            if submission.state is State.IN_REVIEW:
                title = f"Reviews wished for: “{submission.title}”"
                found.append(self._entry(submission, f"reviewed-{submission.id}", title, submission.due_at, zone))
        inside = (each for each in found if each.event.ends > since and each.event.starts < until)
        return sorted(inside, key=lambda each: (each.event.starts, each.event.uid))

    def _entry(self, submission: Submission, uid: str, title: str, due_at: datetime, zone: ZoneInfo) -> CalendarEntry:
        local = due_at.astimezone(zone)
        starts = datetime.combine(local.date(), time(), zone)
        page = page_of(submission.id)
        event = CalendarEvent(
            uid=f"{uid}@{self.host}",
            sequence=submission.revision,
            starts=starts,
            ends=datetime.combine(local.date() + DAY, time(), zone),
            zone=zone.key,
            title=title,
            description=submission.rubric.title,
            url=f"{self.base_url}{page}" if self.base_url else "",
            is_all_day=True,
        )
        return CalendarEntry(KIND, event, page, is_mine=True, note=f"by {local:%H:%M}")
