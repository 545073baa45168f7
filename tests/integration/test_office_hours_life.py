"""Office hours in any order: booked, cancelled, skipped, kept, moved, planned anew, held. Whatever happens, each place
is one person's, nobody waits while there is a place for them, the sessions are those of the schedule, and whoever goes
by what they were told has the right dates in their calendar.

A reduced count; ``GUILDHALL_OFFICE_HOURS=10000 python -m pytest tests/integration/test_office_hours_life.py`` is the
promise.
"""

import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from itertools import count

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from bot.chat.errors import UserFacingError
from bot.chat.turn import Person
from bot.features.office_hours import hosting, queue, use_cases
from bot.features.office_hours.changes import free_places
from bot.features.office_hours.model import (
    ANY_SLOT,
    Booking,
    BookingState,
    Fact,
    OfficeHours,
    Session,
    SessionState,
    What,
    slot_count,
    slot_times,
)
from bot.features.office_hours.store import SqlOfficeHours
from bot.storage.unit_of_work import Database
from scheduler.rules import occurrence_on, occurrences
from tests.builders import NOON, SAM
from tests.conftest import KINDS
from tests.houred import hours

LIVES = int(os.environ.get("GUILDHALL_OFFICE_HOURS", "0"))
REDUCED = {"sqlite": 15, "postgresql": 5}
STEPS = 40
PEOPLE = [Person(f"web:p{number}", f"Person {number}") for number in range(6)]
LONG_AGO = NOON - timedelta(days=1)

SLOT = st.sampled_from([ANY_SLOT, 0, 1, 2, 9])
WHICH = st.integers(0, 1)
NUMBER = st.integers(0, 5)
PERSON = st.sampled_from(PEOPLE)
HAVE_PLACE = frozenset({What.BOOKED, What.MOVED_UP, What.RETIMED, What.CHANGED})
RULES = ("FREQ=WEEKLY;BYDAY=TU", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "FREQ=WEEKLY;BYDAY=TU,TH")
TURNS = ("next", "call", "miss", "put back", "finish")

Told = tuple[int, datetime, datetime]


class OfficeHoursLife(RuleBasedStateMachine):
    """`calendar` is made of what people were told alone: by booking, the sequence, begin and end."""

    database: Database
    numbers = count(1)

    def __init__(self) -> None:
        super().__init__()
        self.now = NOON
        self.calendar: dict[str, Told] = {}
        self.sequences: dict[str, int] = {}

    @initialize(length=st.sampled_from([None, 20, 30]), capacity=st.integers(1, 3))
    def opened(self, length: int | None, capacity: int) -> None:
        minutes = None if length is None else timedelta(minutes=length)
        made = hours(f"s{next(self.numbers)}", slot_length=minutes, capacity=capacity)
        self.series_id = made.id
        with self.database.begin() as unit:
            hosting.open_series(SqlOfficeHours(unit), made, SAM, self.now)

    def teardown(self) -> None:
        """A host holds so many office hours and no more."""
        self._do(lambda store: hosting.close_series(store, self.series_id, SAM, "", self.now)[1])

    @rule(which=WHICH, person=PERSON, slot=SLOT, may_wait=st.booleans())
    def book(self, which: int, person: Person, slot: int, may_wait: bool) -> None:
        where = self._session(which).id
        self._do(lambda store: use_cases.book(store, where, person, "", self.now, slot=slot, may_wait=may_wait))

    @rule(which=WHICH, slot=SLOT)
    def all_book(self, which: int, slot: int) -> None:
        for person in PEOPLE:
            self.book(which, person, slot, may_wait=True)

    @rule(which=WHICH, number=NUMBER)
    def cancel(self, which: int, number: int) -> None:
        for each in self._bookings(self._session(which))[number : number + 1]:
            own = partial(use_cases.cancel, booking_id=each.id, person=Person(each.person_id, ""), now=self.now)
            self._do(own)

    @rule(which=WHICH, number=NUMBER)
    def call_off(self, which: int, number: int) -> None:
        for each in self._bookings(self._session(which))[number : number + 1]:
            self._do(lambda store, one=each: use_cases.call_off(store, one.id, SAM, "Ill", self.now))

    @rule(which=WHICH)
    def skip(self, which: int) -> None:
        self._do(lambda store: hosting.skip(store, self._session(which).id, SAM, "Away", self.now)[1])

    @rule(which=WHICH)
    def keep(self, which: int) -> None:
        self._do(lambda store: hosting.keep(store, self._session(which).id, SAM, self.now)[1])

    @rule(which=WHICH, by=st.integers(-80, 80))
    def move(self, which: int, by: int) -> None:
        session = self._session(which)
        to = (session.starts + timedelta(hours=by)).replace(tzinfo=None)
        self._do(lambda store: hosting.move(store, session.id, SAM, to, self.now)[1])

    @rule(
        rule_=st.sampled_from(RULES),
        hour=st.integers(6, 20),
        length=st.sampled_from([30, 60, 90]),
        capacity=st.integers(1, 4),
        slot=st.sampled_from([15, 20, 30]),
        is_holiday=st.booleans(),
    )
    def plan_anew(self, rule_: str, hour: int, length: int, capacity: int, slot: int, is_holiday: bool) -> None:
        known = self._series()
        schedule = replace(
            known.schedule,
            first=known.schedule.first.replace(hour=hour),
            rule=rule_,
            duration=timedelta(minutes=length),
            holidays=frozenset({self._session(1).original} if is_holiday else set[date]()),
        )
        slot_length = timedelta(minutes=slot) if known.is_one_to_one else None
        edited = replace(known, schedule=schedule, capacity=capacity, slot_length=slot_length, title=f"At {hour}")
        self._do(lambda store: hosting.change_series(store, edited, SAM, self.now)[1])

    @rule(minutes=st.sampled_from([5, 15, 30, 60 * 24]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        self._do(lambda store: hosting.plan(store, self._series(), self.now))
        for each in self._sessions():
            if each.state is SessionState.PLANNED and each.starts <= self.now < each.ends:
                self._do(lambda store, one=each: self._none(queue.begin(store, one.id, SAM)))

    @rule(what=st.sampled_from(TURNS), number=NUMBER)
    def hold(self, what: str, number: int) -> None:
        """The session is begun where none runs: also one that is early."""
        where = next((each for each in self._sessions() if each.state is SessionState.RUNNING), self._session(0))
        if where.state is SessionState.PLANNED:
            self._do(lambda store: self._none(queue.begin(store, where.id, SAM)))
        one = next(iter(self._bookings(where)[number:]), None)
        booking_id = one.id if one else "none"
        acts: dict[str, Callable[[SqlOfficeHours], Sequence[Fact]]] = {
            "next": lambda store: queue.call_next(store, where.id, SAM),
            "call": lambda store: queue.call(store, booking_id, SAM),
            "miss": lambda store: queue.miss(store, booking_id, SAM),
            "put back": lambda store: queue.put_back(store, booking_id, SAM),
            "finish": lambda store: queue.finish(store, where.id, SAM)[1],
        }
        self._do(acts[what])

    @invariant()
    def each_place_is_one_persons(self) -> None:
        for session in self._sessions():
            standing = self._bookings(session)
            seated = [(each.slot, each.seat) for each in standing if each.seat is not None]
            assert max(Counter(seated).values(), default=1) == 1
            assert max(Counter(each.person_id for each in standing).values(), default=1) == 1
            for each in standing:
                assert each.seat is not None or each.state is not BookingState.BOOKED
                assert each.seat is None or each.slot in range(slot_count(session))
            if session.state is SessionState.CANCELLED:
                assert not standing

    @invariant()
    def nobody_waits_while_there_is_a_place_for_them(self) -> None:
        series = self._series()
        for session in self._sessions():
            standing = self._bookings(session)
            waiting = {each.slot for each in standing if each.state is BookingState.WAITING}
            if session.is_bookable(self.now):
                free = {slot for slot, _ in free_places(series, session, standing, self.now)}
                assert not (free & waiting or (free and ANY_SLOT in waiting))

    @invariant()
    def the_sessions_to_come_are_those_of_the_schedule(self) -> None:
        schedule = self._series().schedule
        coming = {each.original: each for each in self._sessions() if each.starts > self.now}
        for original, session in coming.items():
            found = occurrence_on(schedule, original)
            if session.state is SessionState.PLANNED:
                assert found is not None and (found.starts, found.ends) == (session.starts, session.ends)
            elif session.state is SessionState.CANCELLED:
                assert found is None or found.starts <= self.now
        with self.database.reading() as unit:
            store = SqlOfficeHours(unit)
            for each in occurrences(schedule, self.now, self.now + hosting.HORIZON - timedelta(days=7)):
                assert store.session(f"{self.series_id}-{each.original:%y%m%d}") is not None

    @invariant()
    def calendars_made_of_what_was_told_are_right(self) -> None:
        kept = {
            each.id: (each.sequence, *slot_times(session, each.slot))
            for session in self._sessions()
            for each in self._bookings(session)
            if each.seat is not None
        }
        assert {name: told for name, told in self.calendar.items() if name in kept} == kept
        over = {each.id for each in self._sessions() if each.state is SessionState.OVER}
        assert all(name in kept or name.rpartition("-")[0] in over for name in self.calendar)

    def _do(self, act: Callable[[SqlOfficeHours], Sequence[Fact]]) -> None:
        try:
            with self.database.begin() as unit:
                facts = act(SqlOfficeHours(unit))
        except UserFacingError:
            return
        self._hear(facts)

    def _hear(self, facts: Sequence[Fact]) -> None:
        for fact in facts:
            told = fact.booking
            if told.seat is not None and fact.what in HAVE_PLACE:
                if told.id in self.calendar and fact.what is not What.MOVED_UP:
                    assert told.sequence > self.calendar[told.id][0]
                times = slot_times(fact.session, told.slot)
                self.calendar[told.id] = (told.sequence, *times)
            elif fact.what in (What.CANCELLED, What.CALLED_OFF):
                assert told.sequence > self.calendar.pop(told.id, (-1,))[0]

    def _none(self, _: Session) -> Sequence[Fact]:
        return ()

    def _series(self) -> OfficeHours:
        with self.database.reading() as unit:
            found = SqlOfficeHours(unit).get(self.series_id)
        assert found is not None
        return found

    def _sessions(self) -> Sequence[Session]:
        with self.database.reading() as unit:
            return SqlOfficeHours(unit).sessions_of(self.series_id, LONG_AGO)

    def _session(self, which: int) -> Session:
        """Of those to come, or that run; the last one where there are fewer."""
        known = self._sessions()
        found = [each for each in known if each.ends > self.now and each.state is not SessionState.OVER]
        return found[which] if which < len(found) else known[-1]

    def _bookings(self, session: Session) -> Sequence[Booking]:
        with self.database.reading() as unit:
            return SqlOfficeHours(unit).bookings(session.id)


@pytest.mark.promise
@pytest.mark.parametrize("kind", KINDS)
def test_whatever_is_done_with_office_hours_they_hold_what_they_promise(
    kind: str, new_database: Callable[[str], Database]
) -> None:
    database = new_database(kind)
    machine = type("OfficeHoursLifeOn", (OfficeHoursLife,), {"database": database})
    run_state_machine_as_test(
        machine,
        settings=hypothesis_settings(
            max_examples=LIVES or REDUCED[kind],
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
