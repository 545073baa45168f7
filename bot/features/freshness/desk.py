"""Deciding on checks: each decision with its cards and the audit log, from a chat, a page or the clock."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.chat.errors import UserFacingError
from bot.chat.form import Values
from bot.chat.turn import Person
from bot.features.faq import approval
from bot.features.faq.entry import entry_id_of
from bot.features.faq.review import Review
from bot.features.freshness import use_cases
from bot.features.freshness.looking import Finding
from bot.features.freshness.model import Check, Reason, State, is_last_time
from bot.features.freshness.owners import Owners
from bot.features.freshness.showing import Showing
from bot.features.freshness.store import FreshnessStore
from bot.storage.audit import AuditEntry, record
from bot.storage.people import KnownPerson, People
from bot.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Desk:
    """What a person does raises UserFacingError where it is not theirs to decide, or somebody was faster."""

    showing: Showing
    review: Review

    def store(self, unit: UnitOfWork) -> FreshnessStore:
        return self.showing.stores(unit)

    def owners(self, unit: UnitOfWork) -> Owners:
        return Owners.known(People(unit), self.showing.entries(unit).live())

    def open(self, finding: Finding, owner_id: str, unit: UnitOfWork, now: datetime) -> bool:
        """Asks for the first time; False where that is asked already. What nobody owns is not brought to the curators
        before somebody was not helped by it: it stands on the page."""
        check = use_cases.begin(finding, owner_id, now)
        if not self.store(unit).add(check):
            return False
        if owner_id or check.reason is not Reason.DUE:
            self.showing.ask(check, unit, now)
        return True

    def outweigh(self, check: Check, finding: Finding, unit: UnitOfWork, now: datetime) -> None:
        """What is asked already has a weightier reason: it is asked anew."""
        heavier = use_cases.outweigh(self.store(unit), check, finding)
        if heavier is not None:
            self.showing.ask(heavier, unit, now)

    def adopt(self, check: Check, owner_id: str, unit: UnitOfWork, now: datetime) -> None:
        """The curators had it because nobody knew its owner, who is known now."""
        self.showing.ask(use_cases.hand_on(self.store(unit), check, owner_id), unit, now)

    def close_changed(self, check: Check, unit: UnitOfWork, now: datetime) -> None:
        closed = use_cases.close_changed(self.store(unit), check, now)
        if closed is not None:
            self.showing.settle(closed, unit, now)

    def on_remind(self, check_id: str, now: datetime, unit: UnitOfWork) -> None:
        """Asks again, and after the last time leaves it to the curators."""
        check = self.store(unit).get(check_id)
        if check is None or check.state is not State.ASKED:
            return
        if is_last_time(check):
            check = use_cases.leave_to_curators(self.store(unit), check)
        if check is not None:
            self.showing.ask(check, unit, now)

    def confirm(self, check: Check, by: Person, unit: UnitOfWork, now: datetime) -> Check:
        acting = _acting(check, by)
        standing = self.showing.standing(check, unit)
        review_by = standing.document.review_by if standing.document else None
        confirmed = use_cases.confirm(self.store(unit), check, review_by, by, now)
        if standing.entry is not None:
            self.review.confirm(unit, standing.entry, acting, now)
        return self._decided(confirmed, "document confirmed", by, unit, now)

    def edit(self, check: Check, values: Values, revision: int, by: Person, unit: UnitOfWork, now: datetime) -> Check:
        """An entry, in the revision that was read. Raises FormRejected too."""
        acting = _acting(check, by)
        entry = approval.known_entry(self.showing.entries(unit), entry_id_of(check.subject), revision)
        changed = self.review.edit(unit, entry, self.review.wording_sent(unit, values), acting, now)
        edited = use_cases.decide(self.store(unit), check, State.EDITED, by, now)
        looked = use_cases.confirmation_of(check.subject, changed.review_by, by, now, check.id)
        self.store(unit).confirm(looked)
        return self._decided(edited, "document edited", by, unit, now)

    def retire(self, check: Check, by: Person, unit: UnitOfWork, now: datetime) -> Check:
        """An entry."""
        acting = _acting(check, by)
        entry = approval.known_entry(self.showing.entries(unit), entry_id_of(check.subject))
        self.review.retire(unit, entry, acting, now)
        retired = use_cases.decide(self.store(unit), check, State.RETIRED, by, now)
        return self._decided(retired, "document retired", by, unit, now)

    def disown(self, check: Check, by: Person, unit: UnitOfWork, now: datetime) -> Check:
        _acting(check, by)
        left = use_cases.disown(self.store(unit), check, by, now)
        record(unit, AuditEntry(now, by.id, "document disowned", check.subject))
        self.showing.ask(left, unit, now)
        return left

    def hand_on(self, check: Check, colleague: KnownPerson, by: Person, unit: UnitOfWork, now: datetime) -> Check:
        """By a curator. An entry is theirs from now on; whose a document is its source says."""
        if not by.curates:
            raise UserFacingError(use_cases.NOT_YOURS)
        entries = self.showing.entries(unit)
        entry = entries.get(entry_id_of(check.subject))
        if entry is not None:
            approval.assign_entry(entries, entry, colleague.id, colleague.name, by)
        given = use_cases.hand_on(self.store(unit), check, colleague.id)
        record(unit, AuditEntry(now, by.id, "document handed to a colleague", check.subject, {"to": colleague.id}))
        self.showing.ask(given, unit, now)
        return given

    def take_back(self, check: Check, by: Person, unit: UnitOfWork, now: datetime) -> Check:
        entries = self.showing.entries(unit)
        again = use_cases.take_back(self.store(unit), check, by)
        entry, acting = entries.get(entry_id_of(check.subject)), replace(by, is_curator=True)
        if entry is not None and check.state is State.RETIRED:
            self.review.restore(unit, entry, acting, now)
        elif entry is not None and check.state is State.CONFIRMED:
            approval.confirm_entry(entries, entry, acting, now, review_by=check.due_on)
        return self._decided(again, "decision on a document taken back", by, unit, now)

    def _decided(self, check: Check, action: str, by: Person, unit: UnitOfWork, now: datetime) -> Check:
        record(unit, AuditEntry(now, by.id, action, check.subject))
        self.showing.settle(check, unit, now)
        return check


def may_decide(check: Check, person: Person) -> bool:
    return check.person_id == person.id or person.curates


def _acting(check: Check, by: Person) -> Person:
    """Whoever is asked about an entry may do with it what a curator may: that they own it is known here, by their name
    too. Raises UserFacingError."""
    if not may_decide(check, by):
        raise UserFacingError(use_cases.NOT_YOURS)
    return replace(by, is_curator=True)
