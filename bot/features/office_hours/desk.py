"""Where everything that happens to office hours comes by: the use case, the audit log, timers, and who is told."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from bot.chat.turn import Person
from bot.features.office_hours import hosting, queue, use_cases
from bot.features.office_hours.alarms import set_plan_timer, set_timers
from bot.features.office_hours.changes import series_of
from bot.features.office_hours.learning import learn
from bot.features.office_hours.model import ANY_SLOT, Booking, Fact, OfficeHours, Point, Session
from bot.features.office_hours.store import SqlOfficeHours
from bot.storage.audit import AuditEntry, record
from bot.storage.unit_of_work import UnitOfWork

Facts = tuple[Fact, ...]


class Hears(Protocol):
    """Is told what happened, in the same transaction: for messages to people and their calendars."""

    def __call__(self, hours: OfficeHours, facts: Sequence[Fact], unit: UnitOfWork, now: datetime) -> None: ...


class HostsHear(Protocol):
    """Is told how a series is by now, in the same transaction, for its hosts' calendars: `before` is how it was, the
    same where the clock only looked ahead, None where it is new."""

    def __call__(self, hours: OfficeHours, before: OfficeHours | None, unit: UnitOfWork, now: datetime) -> None: ...


class Shows(Protocol):
    """Brings up to date what shows a session and the places in it, in the same transaction: `booking_ids` are those
    to which something happened."""

    def __call__(self, session_id: str, booking_ids: Collection[str], unit: UnitOfWork, now: datetime) -> None: ...


class Desk:
    """One for chat, timers and pages. Each method checks who may, and raises UserFacingError where it is not done."""

    def __init__(
        self, hears: Sequence[Hears] = (), shows: Sequence[Shows] = (), hosts_hear: Sequence[HostsHear] = ()
    ) -> None:
        self._hears = tuple(hears)
        self._shows = tuple(shows)
        self._hosts_hear = tuple(hosts_hear)

    # What people do

    def book(
        self,
        session_id: str,
        person: Person,
        brings: str,
        unit: UnitOfWork,
        now: datetime,
        *,
        slot: int = ANY_SLOT,
        may_wait: bool = True,
    ) -> Fact:
        store = SqlOfficeHours(unit)
        facts = use_cases.book(store, session_id, person, brings, now, slot=slot, may_wait=may_wait)
        return self._booked("office hour booked", person, facts, unit, now)

    def reword(self, booking_id: str, person: Person, brings: str, unit: UnitOfWork, now: datetime) -> Fact:
        facts = use_cases.reword(SqlOfficeHours(unit), booking_id, person, brings)
        return self._booked("booking reworded", person, facts, unit, now)

    def cancel(self, booking_id: str, person: Person, unit: UnitOfWork, now: datetime) -> Fact:
        facts = use_cases.cancel(SqlOfficeHours(unit), booking_id, person, now)
        return self._booked("booking cancelled", person, facts, unit, now)

    # What hosts do with a series

    def open(self, hours: OfficeHours, person: Person, unit: UnitOfWork, now: datetime) -> OfficeHours:
        done = hosting.open_series(SqlOfficeHours(unit), hours, person, now)
        return self._planned("office hours opened", person.id, done, unit, now)

    def change(self, edited: OfficeHours, person: Person, unit: UnitOfWork, now: datetime) -> OfficeHours:
        done = hosting.change_series(SqlOfficeHours(unit), edited, person, now)
        return self._planned("office hours changed", person.id, done, unit, now)

    def close(self, series_id: str, person: Person, word: str, unit: UnitOfWork, now: datetime) -> OfficeHours:
        done = hosting.close_series(SqlOfficeHours(unit), series_id, person, word, now)
        return self._planned("office hours closed", person.id, done, unit, now)

    def skip(self, session_id: str, person: Person, word: str, unit: UnitOfWork, now: datetime) -> OfficeHours:
        done = hosting.skip(SqlOfficeHours(unit), session_id, person, word, now)
        return self._planned("session skipped", person.id, done, unit, now)

    def keep(self, session_id: str, person: Person, unit: UnitOfWork, now: datetime) -> OfficeHours:
        done = hosting.keep(SqlOfficeHours(unit), session_id, person, now)
        return self._planned("session kept", person.id, done, unit, now)

    def move(self, session_id: str, person: Person, to: datetime, unit: UnitOfWork, now: datetime) -> OfficeHours:
        """`to` is naive local time in the zone of the series."""
        done = hosting.move(SqlOfficeHours(unit), session_id, person, to, now)
        return self._planned("session moved", person.id, done, unit, now)

    def plan(self, hours: OfficeHours, unit: UnitOfWork, now: datetime) -> OfficeHours:
        """Ahead, by the clock. The series is taken."""
        return self._planned(
            "", "", hosting.Changed(hours, hosting.plan(SqlOfficeHours(unit), hours, now), hours), unit, now
        )

    # What hosts do in a session and after it

    def begin(self, session_id: str, host: Person, unit: UnitOfWork, now: datetime) -> Session:
        return self.begun(queue.begin(SqlOfficeHours(unit), session_id, host), unit, now)

    def begun(self, session: Session, unit: UnitOfWork, now: datetime) -> Session:
        """After `queue.start`, by whoever called it."""
        set_timers(session, unit, now)
        self._show(session.id, unit, now)
        return session

    def call_next(self, session_id: str, host: Person, unit: UnitOfWork, now: datetime) -> Facts:
        return self._told(queue.call_next(SqlOfficeHours(unit), session_id, host), unit, now)

    def call(self, booking_id: str, host: Person, unit: UnitOfWork, now: datetime) -> Facts:
        return self._told(queue.call(SqlOfficeHours(unit), booking_id, host), unit, now)

    def done(self, booking_id: str, host: Person, unit: UnitOfWork, now: datetime) -> Facts:
        return self._told(queue.done(SqlOfficeHours(unit), booking_id, host), unit, now)

    def miss(self, booking_id: str, host: Person, unit: UnitOfWork, now: datetime) -> Facts:
        return self._told(queue.miss(SqlOfficeHours(unit), booking_id, host), unit, now)

    def put_back(self, booking_id: str, host: Person, unit: UnitOfWork, now: datetime) -> Facts:
        return self._told(queue.put_back(SqlOfficeHours(unit), booking_id, host), unit, now)

    def call_off(self, booking_id: str, host: Person, word: str, unit: UnitOfWork, now: datetime) -> Fact:
        facts = use_cases.call_off(SqlOfficeHours(unit), booking_id, host, word, now)
        return self._booked("booking called off", host, facts, unit, now)

    def finish(self, session_id: str, host: Person, unit: UnitOfWork, now: datetime) -> tuple[Session, int]:
        """With the number of drafts for the FAQ that came of it."""
        return self.over(*queue.finish(SqlOfficeHours(unit), session_id, host), unit, now)

    def over(self, session: Session, facts: Facts, unit: UnitOfWork, now: datetime) -> tuple[Session, int]:
        """After `queue.end`, by whoever called it."""
        self._told(facts, unit, now)
        set_timers(session, unit, now)
        drafts = learn(session, unit, now)
        self._show(session.id, unit, now)
        return session, drafts

    def set_attendance(
        self, session_id: str, host: Person, came: Collection[str], unit: UnitOfWork, now: datetime
    ) -> Sequence[Booking]:
        marked = queue.set_attendance(SqlOfficeHours(unit), session_id, host, came)
        record(unit, AuditEntry(now, host.id, "attendance noted", session_id))
        self._show(session_id, unit, now)
        return marked

    def write_notes(self, session_id: str, host: Person, notes: str, unit: UnitOfWork, now: datetime) -> Session:
        written = queue.write_notes(SqlOfficeHours(unit), session_id, host, notes)
        record(unit, AuditEntry(now, host.id, "session notes written", session_id))
        self._show(session_id, unit, now)
        return written

    def note_point(
        self,
        session_id: str,
        host: Person,
        question: str,
        answer: str,
        unit: UnitOfWork,
        now: datetime,
        booking_id: str = "",
    ) -> Point:
        store = SqlOfficeHours(unit)
        noted = queue.note_point(store, session_id, host, question, answer, now, booking_id)
        if (session := store.session(session_id)) is not None:
            learn(session, unit, now)
        self._show(session_id, unit, now)
        return noted

    def _booked(self, action: str, person: Person, facts: Facts, unit: UnitOfWork, now: datetime) -> Fact:
        record(unit, AuditEntry(now, person.id, action, facts[0].booking.id))
        return self._told(facts, unit, now)[0]

    def _planned(
        self, action: str, person_id: str, done: hosting.Changed, unit: UnitOfWork, now: datetime
    ) -> OfficeHours:
        hours, facts, before = done
        if action:
            record(unit, AuditEntry(now, person_id, action, hours.id))
        for session in SqlOfficeHours(unit).sessions_of(hours.id, now):
            set_timers(session, unit, now)
            self._show(session.id, unit, now)
        self._told(facts, unit, now)
        for hears in self._hosts_hear:
            hears(hours, before, unit, now)
        set_plan_timer(hours, unit, now)
        return hours

    def _told(self, facts: Facts, unit: UnitOfWork, now: datetime) -> Facts:
        # What stood there before; what is told now says it in its own words.
        by_session: dict[str, list[str]] = {}
        for fact in facts:
            by_session.setdefault(fact.session.id, []).append(fact.booking.id)
        for session_id, booking_ids in by_session.items():
            self._show(session_id, unit, now, booking_ids)
        if facts:
            hours = series_of(SqlOfficeHours(unit), facts[0].session)
            for hears in self._hears:
                hears(hours, facts, unit, now)
        return facts

    def _show(self, session_id: str, unit: UnitOfWork, now: datetime, booking_ids: Collection[str] = ()) -> None:
        for shows in self._shows:
            shows(session_id, booking_ids, unit, now)
