"""Deciding about drafts and entries, from a chat or a page: who may, what each decision does, and what shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.chat.errors import UserFacingError
from bot.chat.form import Values, one
from bot.chat.turn import EVERYONE, Person
from bot.features.faq import approval
from bot.features.faq.approval import Wording
from bot.features.faq.draft_card import draft_post
from bot.features.faq.entry import Entry, entry_id_of
from bot.features.faq.entry_store import EntryStore
from bot.features.faq.model import ASK, LIVE, Draft, DraftState
from bot.features.faq.personal import masked
from bot.features.faq.review_card import KEEP, told_post
from bot.features.faq.review_requests import ReviewRequests
from bot.features.faq.store import DraftStore
from bot.features.library.links import pages_from
from bot.features.profile.quiet import quiet_until
from bot.storage.audit import AuditEntry, record
from bot.storage.outbox import Outbox
from bot.storage.people import People
from bot.storage.timers import Timers
from bot.storage.unit_of_work import UnitOfWork
from knowledge.document import DocumentKind

REPLACEMENTS = 20
TOLD_AFTER = timedelta(seconds=5)
"""An entry is in the index by then."""

NOT_YOURS = (
    "Only curators and those who were asked about that draft decide it, so nothing was changed. "
    "“drafts” lists what waits for you."
)
Pressed = tuple[str, str | None]
"""The card that somebody decides on shows it by the answer to that: its conversation and its key."""

ON_A_PAGE: Pressed = ("", None)


@dataclass(frozen=True, slots=True)
class Review:
    requests: ReviewRequests

    @property
    def base_url(self) -> str:
        return self.requests.base_url

    def drafts(self, unit: UnitOfWork) -> DraftStore:
        return self.requests.drafts(unit)

    def entries(self, unit: UnitOfWork) -> EntryStore:
        return self.requests.entries(unit)

    def waiting(self, unit: UnitOfWork, person: Person) -> Sequence[Draft]:
        """What this person may decide, the longest waiting first."""
        return self.drafts(unit).waiting("" if person.curates else person.id) if _decides(person) else []

    def count_waiting(self, unit: UnitOfWork, person: Person) -> int:
        return self.drafts(unit).count_waiting("" if person.curates else person.id) if _decides(person) else 0

    def may_decide(self, unit: UnitOfWork, draft_id: str, person: Person) -> bool:
        return person.curates or (_decides(person) and self.requests.reviews(unit).is_asked(draft_id, person.id))

    def decidable(self, unit: UnitOfWork, draft_id: str, edition: str, person: Person) -> Draft:
        """As it was read. Raises UserFacingError."""
        if not self.may_decide(unit, draft_id, person):
            raise UserFacingError(NOT_YOURS)
        return approval.waiting_draft(self.drafts(unit), draft_id, edition)

    def others_like(self, entry: Entry, person: Person) -> Sequence[tuple[str, str]]:
        """Ids and questions of the closest other entries, what may have replaced it."""
        found = self.requests.knowledge.search(
            entry.question, person.principals, limit=REPLACEMENTS, kind=DocumentKind.FAQ
        )  # fmt: skip
        named = ((entry_id_of(each.document.id), each.document.title) for each in found)
        return [(other, question) for other, question in named if other not in ("", entry.id)]

    def wording(
        self, unit: UnitOfWork, question: str, answer: str, people: Sequence[str] = (), review_by: date | None = None
    ) -> Wording:
        """What is published, with what is personal masked; `people` took part."""
        names = People(unit).names()
        return Wording(masked(question, names, people), masked(answer, names, people), review_by)

    def wording_sent(self, unit: UnitOfWork, values: Values, people: Sequence[str] = ()) -> Wording:
        """What a form or the page says to publish: what is personal is masked unless it says otherwise. Raises
        UserFacingError."""
        question, answer, review_by = one(values, "question"), one(values, "answer"), _day(one(values, "review_by"))
        if one(values, "personal") == KEEP:
            return Wording(question, answer, review_by)
        return self.wording(unit, question, answer, people, review_by)

    def approve(
        self, unit: UnitOfWork, draft: Draft, wording: Wording, by: Person, at: datetime, pressed: Pressed = ON_A_PAGE
    ) -> Entry:
        """Raises FormRejected or UserFacingError."""
        decided, entry = approval.approve_draft(self.drafts(unit), self.entries(unit), draft, wording, by, at)
        self._decided(unit, decided, "FAQ draft approved", by, at, pressed)
        self._live(unit, entry, at)
        return entry

    def merge(
        self,
        unit: UnitOfWork,
        draft: Draft,
        entry: Entry,
        wording: Wording,
        by: Person,
        at: datetime,
        pressed: Pressed = ON_A_PAGE,
    ) -> Entry:
        """Raises FormRejected or UserFacingError."""
        drafts, entries = self.drafts(unit), self.entries(unit)
        decided, changed = approval.merge_draft(drafts, entries, draft, entry, wording, by, at)
        self._decided(unit, decided, "FAQ draft merged", by, at, pressed)
        self.requests.settle_entry(unit, changed, at, pressed)
        self._live(unit, changed, at)
        return changed

    def reject(
        self, unit: UnitOfWork, draft: Draft, word: str, by: Person, at: datetime, pressed: Pressed = ON_A_PAGE
    ) -> Draft:
        """Raises FormRejected or UserFacingError."""
        rejected = approval.reject_draft(self.drafts(unit), draft, word, by)
        self._decided(unit, rejected, "FAQ draft rejected", by, at, pressed)
        return rejected

    def moved(self, unit: UnitOfWork, draft: Draft, at: datetime) -> None:
        """After it was saved, edited, taken back or brought back: those who decide see it, or that there is nothing to
        decide any more."""
        if draft.state is DraftState.WAITING:
            Timers(unit).set(ASK, draft.id, at)
            return
        Timers(unit).clear(ASK, draft.id)
        self.requests.settle(unit, draft, at, ON_A_PAGE)

    def edit(self, unit: UnitOfWork, entry: Entry, wording: Wording, by: Person, at: datetime) -> Entry:
        """Raises FormRejected or UserFacingError."""
        changed = approval.edit_entry(self.entries(unit), entry, wording, by, at)
        self._changed(unit, changed, "FAQ entry edited", by, at)
        self._live(unit, changed, at)
        return changed

    def confirm(self, unit: UnitOfWork, entry: Entry, by: Person, at: datetime) -> Entry:
        """Still true. Raises UserFacingError."""
        confirmed = approval.confirm_entry(self.entries(unit), entry, by, at)
        self._changed(unit, confirmed, "FAQ entry confirmed", by, at)
        return confirmed

    def retire(
        self,
        unit: UnitOfWork,
        entry: Entry,
        by: Person,
        at: datetime,
        replaced_by: str = "",
        pressed: Pressed = ON_A_PAGE,
    ) -> Entry:
        """Raises FormRejected or UserFacingError."""
        retired = approval.retire_entry(self.entries(unit), entry, by, at, replaced_by)
        details = {"replaced by": replaced_by} if replaced_by else None
        self._changed(unit, retired, "FAQ entry retired", by, at, pressed, details)
        Timers(unit).clear(LIVE, retired.id)
        return retired

    def restore(
        self, unit: UnitOfWork, entry: Entry, by: Person, at: datetime, pressed: Pressed = ON_A_PAGE
    ) -> Entry:  # fmt: skip
        """Raises UserFacingError."""
        back = approval.restore_entry(self.entries(unit), entry, by)
        self._changed(unit, back, "FAQ entry put back", by, at, pressed)
        self._live(unit, back, at)
        return back

    def _live(self, unit: UnitOfWork, entry: Entry, at: datetime) -> None:
        Timers(unit).set(LIVE, entry.id, at + TOLD_AFTER)

    def _changed(
        self,
        unit: UnitOfWork,
        entry: Entry,
        action: str,
        by: Person,
        at: datetime,
        pressed: Pressed = ON_A_PAGE,
        details: dict[str, str] | None = None,
    ) -> None:
        record(unit, AuditEntry(at, by.id, action, entry.id, details))
        self.requests.settle_entry(unit, entry, at, pressed)

    def _decided(
        self, unit: UnitOfWork, draft: Draft, action: str, by: Person, at: datetime, pressed: Pressed
    ) -> None:  # fmt: skip
        """In the audit log, on all cards, and told to the saver, who did not ask for it this moment."""
        record(unit, AuditEntry(at, by.id, action, draft.id))
        Timers(unit).clear(ASK, draft.id)
        self.requests.settle(unit, draft, at, pressed)
        outbox, place = Outbox(unit), draft.place
        if place is None:
            return
        outbox.add(draft_post(draft), place, at)
        if draft.saved_by == by.id:
            return
        saver = People(unit).get(draft.saved_by)
        told = told_post(draft, pages_from(place, self.base_url))
        outbox.add(told, place, at, not_before=quiet_until(saver, at) if saver else None)


def _decides(person: Person) -> bool:
    """Whoever was asked once and is a guest by now does not."""
    return person.curates or EVERYONE in person.principals


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UserFacingError("“Review by” is no date like 2027-06-30, so nothing was changed.") from None
