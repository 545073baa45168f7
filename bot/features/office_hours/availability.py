"""Which times of a one-to-one session are not offered: those at which every host has something else."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.chat.calendars import CALENDAR, LONGEST_LOOK, Busy
from bot.features.office_hours.model import Session, slot_count, slot_times
from bot.features.office_hours.store import SqlOfficeHours
from bot.features.profile.mailbox import mailbox
from bot.storage.unit_of_work import Database

AskBusy = Callable[[Sequence[str], datetime, datetime], Mapping[str, Sequence[Busy]]]
"""From e-mail addresses and a stretch of time to when each is taken; of whom nothing can be said nothing. Quick, and
without errors: `bot.platforms.calendars.busy_times.BusyTimes` is one."""


@dataclass(frozen=True, slots=True)
class HostsBusy:
    """Without `ask` nobody's calendar is known, and all times are offered."""

    ask: AskBusy | None = None

    def busy_slots(self, wanted: str, database: Database, now: datetime) -> Mapping[str, frozenset[int]]:
        """By session; `wanted` is the id of one, or of a series with all of its dates to come that can be asked about
        at once. It may wait for the network, so it comes before the first use of a unit of work's connection. Such a
        time is not offered; whoever books it nevertheless has it."""
        if self.ask is None:
            return {}
        with database.reading() as unit:
            store = SqlOfficeHours(unit)
            one = store.session(wanted)
            hours = store.get(one.series_id if one is not None else wanted)
            if hours is None or not hours.is_one_to_one:
                return {}
            found = [one] if one is not None else store.sessions_of(hours.id, now)
            places = [mailbox(host.person_id, unit, CALENDAR) for host in hours.hosts]
        addresses = [place.channel for place in places if place is not None]
        sessions = _at_once([each for each in found if each.is_bookable(now)])
        if not sessions or not addresses or len(addresses) < len(places):
            return {}
        known = self.ask(addresses, sessions[0].starts, max(each.ends for each in sessions))

        def taken(session: Session) -> frozenset[int]:
            return frozenset.intersection(*(taken_slots(session, known.get(each, ())) for each in addresses))

        return {each.id: slots for each in sessions if (slots := taken(each))}


def _at_once(sessions: Sequence[Session]) -> Sequence[Session]:
    return [each for each in sessions if each.ends - sessions[0].starts <= LONGEST_LOOK]


def taken_slots(session: Session, busy: Iterable[Busy]) -> frozenset[int]:
    """What covers the whole session says nothing about its times: often it is the office hours themselves, as the host
    put them down. Hosts who are away skip the date."""
    parts = [each for each in busy if each.starts > session.starts or each.ends < session.ends]

    def is_taken(slot: int) -> bool:
        begins, ends = slot_times(session, slot)
        return any(each.starts < ends and each.ends > begins for each in parts)

    return frozenset(slot for slot in range(slot_count(session)) if is_taken(slot))
