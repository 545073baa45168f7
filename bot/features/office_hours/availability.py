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

    def busy_slots(self, session_id: str, database: Database) -> frozenset[int]:
        """It may wait for the network, so it comes before the first use of a unit of work's connection. Offered or not:
        whoever books such a time has it."""
        if self.ask is None:
            return frozenset()
        with database.reading() as unit:
            store = SqlOfficeHours(unit)
            session = store.session(session_id)
            hours = store.get(session.series_id) if session and session.slot_length is not None else None
            hosts = hours.hosts if hours else ()
            places = [mailbox(host.person_id, unit, CALENDAR) for host in hosts]
        addresses = [place.channel for place in places if place is not None]
        is_known = 0 < len(addresses) == len(places)
        if session is None or not is_known or session.ends - session.starts > LONGEST_LOOK:
            return frozenset()
        known = self.ask(addresses, session.starts, session.ends)
        return frozenset.intersection(*(taken_slots(session, known.get(address, ())) for address in addresses))


def taken_slots(session: Session, busy: Iterable[Busy]) -> frozenset[int]:
    """What covers the whole session says nothing about its times: often it is the office hours themselves, as the host
    put them down. Hosts who are away skip the date."""
    parts = [each for each in busy if each.starts > session.starts or each.ends < session.ends]

    def is_taken(slot: int) -> bool:
        begins, ends = slot_times(session, slot)
        return any(each.starts < ends and each.ends > begins for each in parts)

    return frozenset(slot for slot in range(slot_count(session)) if is_taken(slot))
