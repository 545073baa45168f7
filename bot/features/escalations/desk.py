"""Where everything that happens to an escalation comes by: the use case, the audit log, and what follows from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.chat.turn import Person
from bot.features.escalations import terms, use_cases
from bot.features.escalations.askers import Askers, askers_of
from bot.features.escalations.model import Answer, Entry, Escalation, Follower, Offer, State
from bot.features.escalations.store import SqlEscalations
from bot.storage.audit import AuditEntry, record
from bot.storage.people import KnownPerson
from bot.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Case:
    """An escalation and what stands beside it, as it is by now. `offers` are by person."""

    escalation: Escalation
    log: Sequence[Entry]
    askers: Askers
    offers: Mapping[str, Offer]


def case_of(escalation: Escalation, unit: UnitOfWork) -> Case:
    store = SqlEscalations(unit)
    offers = {each.person_id: each for each in store.offers(escalation.id)}
    return Case(escalation, store.log(escalation.id), askers_of(store, escalation), offers)


class Follows(Protocol):
    """What follows from a change, in the same transaction: messages are brought up to date, timers set or cleared, an
    answer that helped is kept. It has no effect where it had one already."""

    def __call__(self, case: Case, unit: UnitOfWork, now: datetime) -> None: ...


class Desk:
    """One for chat, timers and pages. Each method checks who may, and raises UserFacingError where it is not done."""

    def __init__(self, follows: Sequence[Follows] = ()) -> None:
        self._follows = tuple(follows)

    def settle(self, escalation: Escalation, unit: UnitOfWork, now: datetime) -> Escalation:
        """After every change, by whoever made it."""
        case = case_of(escalation, unit)
        for each in self._follows:
            each(case, unit, now)
        return escalation

    # What the asker does

    def open(self, escalation: Escalation, unit: UnitOfWork) -> Escalation:
        opened = use_cases.open_(SqlEscalations(unit), escalation)
        return self._done("expert asked", escalation.asker_id, opened, unit, escalation.opened_at)

    def join(self, follower: Follower, principals: frozenset[str], unit: UnitOfWork) -> Escalation:
        joined = use_cases.join(SqlEscalations(unit), follower, principals)
        return self._done("request joined", follower.person_id, joined, unit, follower.at)

    def unjoin(self, question_id: str, person: Person, unit: UnitOfWork, now: datetime) -> Escalation:
        left = use_cases.unjoin(SqlEscalations(unit), question_id, person, now)
        return self._done("request left", person.id, left, unit, now)

    def withdraw(self, escalation_id: str, person: Person, unit: UnitOfWork, now: datetime) -> Escalation:
        withdrawn = use_cases.withdraw(SqlEscalations(unit), escalation_id, person, now)
        return self._done("request taken back", person.id, withdrawn, unit, now)

    def reply(self, escalation_id: str, person: Person, text: str, unit: UnitOfWork, now: datetime) -> Escalation:
        due_at = self._owner_due(escalation_id, unit, now)
        replied = use_cases.reply(SqlEscalations(unit), escalation_id, person, text, due_at, now)
        return self._done("request replied", person.id, replied, unit, now)

    def confirm(self, escalation_id: str, person: Person, unit: UnitOfWork, now: datetime) -> Escalation:
        confirmed = use_cases.confirm(SqlEscalations(unit), escalation_id, person, now)
        return self._done("answer confirmed", person.id, confirmed, unit, now)

    def ask_on(self, escalation_id: str, person: Person, text: str, unit: UnitOfWork, now: datetime) -> Escalation:
        """Also of one that was closed: then it is reopened. Back to its owner, if they are there."""
        store = SqlEscalations(unit)
        known = store.get(escalation_id)
        is_closed = known is not None and known.state is State.CLOSED
        again = use_cases.reopen if is_closed else use_cases.ask_on
        due_at = self._owner_due(escalation_id, unit, now, only_present=True)
        asked = again(store, escalation_id, person, text, due_at, now)
        return self._done("request reopened" if is_closed else "asked on", person.id, asked, unit, now)

    def thank(self, escalation_id: str, person: Person, text: str, unit: UnitOfWork, now: datetime) -> Escalation:
        thanked = use_cases.thank(SqlEscalations(unit), escalation_id, person, text, now)
        return self._done("expert thanked", person.id, thanked, unit, now)

    # What experts do

    def claim(self, escalation_id: str, person: Person, unit: UnitOfWork, now: datetime) -> Escalation:
        store = SqlEscalations(unit)
        known = store.get(escalation_id)
        due_at = terms.answer_due(known, person.id, unit, now) if known else None
        claimed = use_cases.claim(store, escalation_id, person, due_at, now)
        return self._done("request claimed", person.id, claimed, unit, now)

    def claim_if_open(self, found: Escalation, person: Person, unit: UnitOfWork, now: datetime) -> None:
        """For an answer to what nobody has claimed: that claims it."""
        if found.state is State.OPEN:
            self.claim(found.id, person, unit, now)

    def decline(self, escalation_id: str, person: Person, word: str, unit: UnitOfWork, now: datetime) -> Escalation:
        declined = use_cases.decline(SqlEscalations(unit), escalation_id, person, word, now)
        return self._done("request declined", person.id, declined, unit, now)

    def give_back(self, escalation_id: str, person: Person, word: str, unit: UnitOfWork, now: datetime) -> Escalation:
        given = use_cases.give_back(SqlEscalations(unit), escalation_id, person, word, now)
        return self._done("request given back", person.id, given, unit, now)

    def hand_on(
        self, escalation_id: str, person: Person, colleague: KnownPerson, word: str, unit: UnitOfWork, now: datetime
    ) -> Escalation:
        """The caller has made sure that it is a colleague."""
        handed = use_cases.hand_on(SqlEscalations(unit), escalation_id, person, colleague.id, colleague.name, word, now)
        return self._done("request handed on", person.id, handed, unit, now, to=colleague.id)

    def hand_back(self, person: Person, unit: UnitOfWork, now: datetime) -> int:
        """All that waits for somebody who is no expert any more goes on to others; how many that were."""
        store = SqlEscalations(unit)
        owned, offered = store.owned_by(person.id), store.offered_to(person.id)
        for each in owned:
            self.give_back(each.id, person, "", unit, now)
        for each in offered:
            self.decline(each.id, person, "", unit, now)
        return len(owned) + len(offered)

    def ask_back(self, escalation_id: str, person: Person, text: str, unit: UnitOfWork, now: datetime) -> Escalation:
        store = SqlEscalations(unit)
        known = store.get(escalation_id)
        left = terms.time_left(known, unit, now) if known else None
        asked = use_cases.ask_back(store, escalation_id, person, text, left, now)
        return self._done("asker asked back", person.id, asked, unit, now)

    def snooze(
        self, escalation_id: str, person: Person, until: datetime, unit: UnitOfWork, now: datetime
    ) -> Escalation:
        snoozed = use_cases.snooze(SqlEscalations(unit), escalation_id, person, until, now)
        return self._done("request snoozed", person.id, snoozed, unit, now)

    def answer(
        self,
        escalation_id: str,
        person: Person,
        given: Answer,
        unit: UnitOfWork,
        now: datetime,
        is_draft_approved: bool | None = None,
    ) -> Escalation:
        answered = use_cases.answer(SqlEscalations(unit), escalation_id, person, given, now, is_draft_approved)
        return self._done("request answered", person.id, answered, unit, now)

    def correct(self, escalation_id: str, person: Person, given: Answer, unit: UnitOfWork, now: datetime) -> Escalation:
        corrected = use_cases.correct(SqlEscalations(unit), escalation_id, person, given, now)
        return self._done("answer corrected", person.id, corrected, unit, now)

    def judge_draft(
        self, escalation_id: str, person: Person, is_approved: bool, unit: UnitOfWork, now: datetime
    ) -> Escalation:
        judged = use_cases.judge_draft(SqlEscalations(unit), escalation_id, person, is_approved, now)
        return self._done("draft judged", person.id, judged, unit, now, approved="yes" if is_approved else "no")

    def _owner_due(
        self, escalation_id: str, unit: UnitOfWork, now: datetime, *, only_present: bool = False
    ) -> datetime | None:
        """None where nobody has it, or with `only_present` where they are away."""
        known = SqlEscalations(unit).get(escalation_id)
        if known is None or not known.owner_id or (only_present and terms.is_away(known.owner_id, unit, now)):
            return None
        return terms.answer_due(known, known.owner_id, unit, now)

    def _done(
        self, action: str, person_id: str, escalation: Escalation, unit: UnitOfWork, now: datetime, **details: str
    ) -> Escalation:
        record(unit, AuditEntry(now, person_id, action, escalation.id, details or None))
        return self.settle(escalation, unit, now)
