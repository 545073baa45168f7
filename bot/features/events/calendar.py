"""Events on calendars."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.features.calendar_entry import CalendarEntry
from bot.features.events.cards import NAMES, PAGE
from bot.features.events.invitations import event_as_announced, event_of_sign_up
from bot.features.events.model import Event, EventState, SignUp, SignUpState
from bot.features.events.store import SqlEvents
from bot.storage.unit_of_work import UnitOfWork
from scheduler.calendar_file import Attendee

SHOWN = (EventState.ANNOUNCED, EventState.OVER, EventState.CANCELLED)


@dataclass(frozen=True, slots=True)
class EventsCalendar:
    """`organiser` is who the dates are from; its host makes their ids unique, the same as in letters."""

    organiser: Attendee

    def entries(
        self, reader_id: str, readers: frozenset[str], since: datetime, until: datetime, unit: UnitOfWork
    ) -> Sequence[CalendarEntry]:
        """Fills `CalendarSource`: what was announced and one of `readers` may see, and what they themselves have a part
        in; who waits has no date yet."""
        store = SqlEvents(unit)
        own = {event.id: (event, sign_up) for event, sign_up in store.of_person(reader_id, since)}
        found = {each.id: each for each in store.public(readers, since, until, SHOWN)}
        theirs = [event for event, _ in own.values()] + list(store.organised_by(reader_id, since))
        found |= {each.id: each for each in theirs if each.starts < until and each.announced_at is not None}
        entries = [self._entry(each, own[each.id][1] if each.id in own else None, reader_id) for each in found.values()]
        return sorted(entries, key=lambda each: (each.event.starts, each.event.uid))

    def _entry(self, event: Event, own: SignUp | None, reader_id: str) -> CalendarEntry:
        kind, page = NAMES[event.kind], f"{PAGE}/{event.id}"
        standing = event.state.value if event.state in (EventState.OVER, EventState.CANCELLED) else ""
        if own is not None and own.state is SignUpState.COMING:
            note = standing or ("You follow it" if event.has_whole_days else "You have a place")
            return CalendarEntry(kind, event_of_sign_up(event, own, self.organiser), page, is_mine=True, note=note)
        organises = event.is_organised_by(reader_id)
        note = standing or ("You organise it" if organises else "You are on the waiting list" if own else "")
        dated = event_as_announced(event, self.organiser, with_link=organises)
        return CalendarEntry(kind, dated, page, is_mine=organises, note=note)
