"""Where everything that happens to events comes by: the use case, the audit log, timers, and who is told and shown."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Protocol

from bot.chat.turn import Person
from bot.features.channels.model import Channel
from bot.features.events import organising, use_cases
from bot.features.events.alarms import set_timers
from bot.features.events.learning import learn
from bot.features.events.model import Event, Fact, Question
from bot.features.events.showing import Showing
from bot.features.events.store import SqlEvents
from bot.features.events.telling import Telling
from bot.features.events.viewing import curators_of
from bot.storage.audit import AuditEntry, record
from bot.storage.unit_of_work import UnitOfWork


class Hears(Protocol):
    """Is told what happened, in the same transaction: for people's calendars."""

    def __call__(self, event: Event, facts: Sequence[Fact], unit: UnitOfWork, now: datetime) -> None: ...


OrganisersHear = Callable[[Event, UnitOfWork, datetime], None]
"""Is told of an event as it stands, as often as it changes: for the organisers' calendars."""


class Desk:
    """One for chat, timers and pages. Each method checks who may, and raises UserFacingError where it is not done."""

    def __init__(
        self,
        telling: Telling,
        showing: Showing,
        hears: Sequence[Hears] = (),
        organisers_hear: Sequence[OrganisersHear] = (),
    ) -> None:
        self.telling = telling
        self.showing = showing
        self._hears: tuple[Hears, ...] = (telling, *hears)
        self._organisers_hear = tuple(organisers_hear)

    # What people do

    def sign_up(self, event_id: str, person: Person, unit: UnitOfWork, now: datetime) -> tuple[Event, Fact]:
        event, facts = use_cases.sign_up(SqlEvents(unit), event_id, person, now)
        return self._of_people(event, facts, unit, now)

    def leave(self, event_id: str, person: Person, unit: UnitOfWork, now: datetime) -> tuple[Event, Fact]:
        event, facts = use_cases.leave(SqlEvents(unit), event_id, person, now)
        return self._of_people(event, facts, unit, now)

    def ask(
        self, event_id: str, person: Person, text: str, unit: UnitOfWork, now: datetime, *, with_name: bool
    ) -> tuple[Event, Question]:
        event, asked = use_cases.ask(SqlEvents(unit), event_id, person, text, now, with_name=with_name)
        self._to_organisers(event, unit, now)
        return event, asked

    def ask_too(self, question_id: str, person: Person, unit: UnitOfWork, now: datetime) -> tuple[Event, Question]:
        event, asked = use_cases.ask_too(SqlEvents(unit), question_id, person, now)
        self._to_organisers(event, unit, now)
        return event, asked

    def take_back(self, question_id: str, person: Person, unit: UnitOfWork, now: datetime) -> tuple[Event, Question]:
        event, asked = use_cases.take_back(SqlEvents(unit), question_id, person)
        if asked.person_id != person.id:
            record(unit, AuditEntry(now, person.id, "event question taken away", event.id))
        self._to_organisers(event, unit, now)
        return event, asked

    # What organisers do, and those who announce

    def draft(self, event: Event, person: Person, unit: UnitOfWork, now: datetime) -> Event:
        made = organising.draft(SqlEvents(unit), event, person, now)
        return self._settled("event drafted", person.id, made, (), unit, now)

    def change(self, edited: Event, person: Person, unit: UnitOfWork, now: datetime) -> Event:
        made, facts = organising.change(SqlEvents(unit), edited, person, now)
        return self._settled("event changed", person.id, made, facts, unit, now)

    def hand_in(self, event_id: str, person: Person, unit: UnitOfWork, now: datetime) -> tuple[Event, int]:
        """With how many curators were asked."""
        made = organising.ask_to_announce(SqlEvents(unit), event_id, person, now)
        curators = curators_of(self.showing.curators, unit)
        asked = self.telling.ask_curators(made, curators - {person.id}, unit, now)
        return self._settled("event handed in", person.id, made, (), unit, now), asked

    def announce(
        self,
        event_id: str,
        person: Person,
        channels: Sequence[Channel],
        outsiders: Collection[tuple[str, str]],
        unit: UnitOfWork,
        now: datetime,
    ) -> tuple[Event, tuple[Channel, ...]]:
        """With the channels where it was not announced before."""
        store = SqlEvents(unit)
        made, new = organising.announce(store, event_id, person, channels, outsiders, now)
        details = {"channels": ", ".join(each.subject for each in new)}
        record(unit, AuditEntry(now, person.id, "event announced", made.id, details))
        return self._settled("", person.id, made, (), unit, now), new

    def cancel(self, event_id: str, person: Person, word: str, unit: UnitOfWork, now: datetime) -> Event:
        made, facts = organising.cancel(SqlEvents(unit), event_id, person, word, now)
        return self._settled("event cancelled", person.id, made, facts, unit, now)

    def answer(
        self, question_id: str, person: Person, text: str, unit: UnitOfWork, now: datetime
    ) -> tuple[Event, Question]:
        event, answered = organising.answer(SqlEvents(unit), question_id, person, text, now)
        self.telling.tell_answer(event, answered, unit, now)
        self._to_organisers(event, unit, now)
        learn(event, unit, now)
        return event, answered

    def say_how_it_was(
        self,
        event_id: str,
        person: Person,
        recording: str,
        notes: str,
        came: int | None,
        unit: UnitOfWork,
        now: datetime,
    ) -> Event:
        made = organising.say_how_it_was(SqlEvents(unit), event_id, person, recording, notes, came)
        learn(made, unit, now)
        self.telling.tell_recording(made, person, unit, now)
        return self._settled("event written up", person.id, made, (), unit, now)

    # What the clock does

    def end(self, event: Event, unit: UnitOfWork, now: datetime) -> Event:
        """`event` is taken, announced, and its time has passed."""
        over = organising.end(SqlEvents(unit), event)
        learn(over, unit, now)
        self.telling.ask_how_it_was(over, unit, now)
        return self._settled("", "", over, (), unit, now)

    def _of_people(self, event: Event, facts: Sequence[Fact], unit: UnitOfWork, now: datetime) -> tuple[Event, Fact]:
        self._told(event, facts, unit, now)
        theirs = {each.sign_up.person_id for each in facts} | {each.person_id for each in event.organisers}
        self.showing.to(event, theirs, unit, now)
        return event, facts[0]

    def _to_organisers(self, event: Event, unit: UnitOfWork, now: datetime) -> None:
        self.showing.to(event, {each.person_id for each in event.organisers}, unit, now)

    def _settled(
        self, action: str, person_id: str, event: Event, facts: Sequence[Fact], unit: UnitOfWork, now: datetime
    ) -> Event:
        if action:
            record(unit, AuditEntry(now, person_id, action, event.id))
        self._told(event, facts, unit, now)
        for hears in self._organisers_hear:
            hears(event, unit, now)
        set_timers(event, unit, now)
        self.showing.everywhere(event, unit, now)
        return event

    def _told(self, event: Event, facts: Sequence[Fact], unit: UnitOfWork, now: datetime) -> None:
        for hears in self._hears if facts else ():
            hears(event, facts, unit, now)
