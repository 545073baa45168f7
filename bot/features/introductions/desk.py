"""Where everything comes by that people do: the use case, the audit log, the clock."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from bot.chat.turn import Person
from bot.features.introductions import use_cases, welcoming
from bot.features.introductions.model import Answer, Buddy, Circle, Meeting, Member, Week
from bot.features.introductions.store import SqlIntroductions
from bot.storage.audit import AuditEntry, record
from bot.storage.unit_of_work import UnitOfWork


class Clock(Protocol):
    """What has to be set for later. `jobs.IntroductionJobs` fills it."""

    def arm(self, circle: Circle, unit: UnitOfWork, now: datetime) -> None: ...

    def left(self, circle_id: str, unit: UnitOfWork, now: datetime) -> None: ...

    def begin(self, week: Week, unit: UnitOfWork, now: datetime) -> None: ...


class Desk:
    """One for chat and pages. Each method checks who may, and raises UserFacingError where it is not done."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    # Circles

    def open(self, circle: Circle, person: Person, unit: UnitOfWork) -> Circle:
        opened = use_cases.open_circle(SqlIntroductions(unit), circle, person)
        return self._armed("circle opened", opened, person, unit, circle.opened_at)

    def change(self, changed: Circle, person: Person, unit: UnitOfWork, now: datetime) -> Circle:
        put = use_cases.change_circle(SqlIntroductions(unit), changed, person)
        return self._armed("circle changed", put, person, unit, now)

    def close(self, circle_id: str, person: Person, unit: UnitOfWork, now: datetime) -> Circle:
        closed = use_cases.close_circle(SqlIntroductions(unit), circle_id, person, now)
        return self._armed("circle closed", closed, person, unit, now)

    def join(
        self, circle_id: str, person: Person, office: str, function: str, unit: UnitOfWork, now: datetime
    ) -> Circle:
        joined = use_cases.join(SqlIntroductions(unit), circle_id, person, office, function, now)
        record(unit, AuditEntry(now, person.id, "circle joined", circle_id))
        return joined

    def leave(self, circle_id: str, person: Person, unit: UnitOfWork, now: datetime) -> None:
        use_cases.leave(SqlIntroductions(unit), circle_id, person)
        record(unit, AuditEntry(now, person.id, "circle left", circle_id))
        self._clock.left(circle_id, unit, now)

    def pause(self, circle_id: str, person: Person, until: date, unit: UnitOfWork, now: datetime) -> Member:
        paused = use_cases.pause(SqlIntroductions(unit), circle_id, person, until, now)
        record(unit, AuditEntry(now, person.id, "introductions paused", circle_id, {"until": until.isoformat()}))
        return paused

    def come_back(self, circle_id: str, person: Person, unit: UnitOfWork, now: datetime) -> Member:
        back = use_cases.come_back(SqlIntroductions(unit), circle_id, person)
        record(unit, AuditEntry(now, person.id, "introductions resumed", circle_id))
        return back

    def say(self, meeting_id: str, person: Person, answer: Answer, unit: UnitOfWork, now: datetime) -> Meeting:
        """Not in the audit log: whether two people met is theirs."""
        return use_cases.say(SqlIntroductions(unit), meeting_id, person, answer, now)

    # Who is never introduced to whom: not in the audit log, for nobody else is to learn it

    def refuse(self, person: Person, other_id: str, other_name: str, unit: UnitOfWork, now: datetime) -> Week | None:
        """The week that has another buddy by that, if one has."""
        store = SqlIntroductions(unit)
        use_cases.refuse(store, person, other_id, other_name, now)
        return welcoming.part(store, person.id, other_id)

    def relent(self, person: Person, other_id: str, unit: UnitOfWork) -> str:
        """The other's name."""
        return use_cases.relent(SqlIntroductions(unit), person, other_id)

    # Newcomers and buddies

    def offer(self, person: Person, office: str, function: str, unit: UnitOfWork, now: datetime) -> Buddy:
        offered = welcoming.offer(SqlIntroductions(unit), person, office, function, now)
        record(unit, AuditEntry(now, person.id, "buddy offered"))
        return offered

    def withdraw(self, person: Person, unit: UnitOfWork, now: datetime) -> Sequence[Week]:
        handed_on = welcoming.withdraw(SqlIntroductions(unit), person)
        record(unit, AuditEntry(now, person.id, "buddy withdrawn"))
        return handed_on

    def begin(self, person: Person, office: str, function: str, unit: UnitOfWork, now: datetime) -> Week:
        begun = welcoming.begin(SqlIntroductions(unit), person, office, function, now)
        record(unit, AuditEntry(now, person.id, "first week begun", details={"buddy": begun.buddy_id}))
        self._clock.begin(begun, unit, now)
        return begun

    def decline(self, person: Person, unit: UnitOfWork, now: datetime) -> None:
        welcoming.decline(SqlIntroductions(unit), person, now)

    def end(self, person: Person, unit: UnitOfWork, now: datetime) -> Week:
        ended = welcoming.end(SqlIntroductions(unit), person, now)
        record(unit, AuditEntry(now, person.id, "first week ended"))
        return ended

    def hand_on(self, newcomer_id: str, buddy: Person, unit: UnitOfWork, now: datetime) -> Week:
        handed = welcoming.hand_on(SqlIntroductions(unit), newcomer_id, buddy)
        record(unit, AuditEntry(now, buddy.id, "newcomer handed on", newcomer_id, {"to": handed.buddy_id}))
        return handed

    def _armed(self, action: str, circle: Circle, person: Person, unit: UnitOfWork, now: datetime) -> Circle:
        record(unit, AuditEntry(now, person.id, action, circle.id))
        self._clock.arm(circle, unit, now)
        return circle
