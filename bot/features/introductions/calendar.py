"""Rounds of introductions on the calendar."""

from collections.abc import Sequence
from datetime import datetime

from bot.features.calendar_entry import CalendarEntry
from bot.features.introductions.lobby import PAGE
from bot.features.introductions.model import Circle
from bot.features.introductions.store import SqlIntroductions
from bot.storage.unit_of_work import UnitOfWork
from scheduler.calendar_file import CalendarEvent
from scheduler.rules import Occurrence, occurrences

KIND = "Introductions"
ABOUT = "A round of introductions: who is in the circle hears whom they meet."


def calendar_entries(
    reader_id: str, readers: frozenset[str], since: datetime, until: datetime, unit: UnitOfWork
) -> Sequence[CalendarEntry]:
    """Fills `CalendarSource`. Of circles that somebody is in all rounds in which they are present; of others that they
    could join the first."""
    store = SqlIntroductions(unit)
    own = {each.circle_id: each for each in store.memberships(reader_id)}
    seen = {each.id: each for each in store.open_circles(readers)}
    seen |= {each.id: each for name in own.keys() - seen.keys() if (each := store.circle(name)) and each.is_open}
    counts = store.counts(seen)
    entries: list[CalendarEntry] = []
    for circle in seen.values():
        member = own.get(circle.id)
        people = counts.get(circle.id, 0)
        note = {0: "nobody yet", 1: "1 person"}.get(people, f"{people} people")
        for occurrence in occurrences(circle.schedule, since, until):
            is_mine = member is not None and member.is_present(occurrence.original)
            if member is not None and not is_mine:
                continue
            entries.append(CalendarEntry(KIND, _event(circle, occurrence), circle_page(circle.id), is_mine, note))
            if member is None:
                break
    return sorted(entries, key=lambda each: (each.event.starts, each.event.uid))


def circle_page(circle_id: str) -> str:
    return f"{PAGE}/{circle_id}"


def _event(circle: Circle, occurrence: Occurrence) -> CalendarEvent:
    """The uid and the sequence are those of a date by the circle's rule."""
    return CalendarEvent(
        f"introductions-{circle.id}-{occurrence.original:%Y%m%d}",
        circle.revision - 1,
        occurrence.starts,
        occurrence.ends,
        circle.schedule.zone,
        circle.title,
        description="\n\n".join(each for each in (ABOUT, circle.about) if each),
    )
