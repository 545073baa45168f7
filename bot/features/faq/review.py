"""Approving drafts: what a curator is shown, and what each decision does, from a chat or a page.

Curators are the admins.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.chat.errors import UserFacingError
from bot.chat.form import Values, one
from bot.chat.turn import Person
from bot.features.faq import approval
from bot.features.faq.approval import Wording
from bot.features.faq.draft_card import draft_post
from bot.features.faq.entry import Entry, entry_id_of
from bot.features.faq.entry_store import EntryStore, SqlEntries
from bot.features.faq.model import Draft
from bot.features.faq.personal import Finding, masked, personal_data
from bot.features.faq.review_card import KEEP, told_post
from bot.features.faq.store import DraftStore, SqlDrafts
from bot.features.library.links import pages_from
from bot.features.library.model import Searchable
from bot.features.profile.quiet import quiet_until
from bot.storage.audit import AuditEntry, record
from bot.storage.outbox import Outbox
from bot.storage.people import People
from bot.storage.unit_of_work import UnitOfWork
from knowledge.document import DocumentKind
from knowledge.passage import Passage

SIMILAR = 3
REPLACEMENTS = 20
NEAR = 0.6
"""Of a passage's score: what is farther mostly says something else. Questions put otherwise have 0.6 to 0.9 on the
starter pack, others up to 0.55."""


@dataclass(frozen=True, slots=True)
class Review:
    """`base_url` is how people reach the web page from a chat, empty where they do not."""

    knowledge: Searchable
    base_url: str = ""
    drafts: Callable[[UnitOfWork], DraftStore] = SqlDrafts
    entries: Callable[[UnitOfWork], EntryStore] = SqlEntries

    def similar(self, text: str, person: Person) -> Sequence[Passage]:
        """FAQ entries that say something like it, the closest first. Call it before the transaction begins."""
        found = self.knowledge.search(text, person.principals, limit=SIMILAR, kind=DocumentKind.FAQ)
        return [each for each in found if each.score >= NEAR]

    def others_like(self, entry: Entry, person: Person) -> Sequence[tuple[str, str]]:
        """Ids and questions of the closest other entries, what may have replaced it."""
        found = self.knowledge.search(entry.question, person.principals, limit=REPLACEMENTS, kind=DocumentKind.FAQ)
        named = ((entry_id_of(each.document.id), each.document.title) for each in found)
        return [(other, question) for other, question in named if other not in ("", entry.id)]

    def findings(self, unit: UnitOfWork, *texts: str) -> Sequence[Finding]:
        names = People(unit).names()
        return [one for text in texts for one in personal_data(text, names)]

    def wording(
        self, unit: UnitOfWork, question: str, answer: str, *, keep: bool = False, review_by: date | None = None
    ) -> Wording:
        """What is published: unless it is to be kept, with what is personal masked."""
        if keep:
            return Wording(question, answer, review_by)
        names = People(unit).names()
        return Wording(masked(question, names), masked(answer, names), review_by)

    def wording_sent(self, unit: UnitOfWork, values: Values) -> Wording:
        """What a form or the page says to publish. Raises UserFacingError."""
        return self.wording(
            unit,
            one(values, "question"),
            one(values, "answer"),
            keep=one(values, "personal") == KEEP,
            review_by=_day(one(values, "review_by")),
        )

    def approve(self, unit: UnitOfWork, draft: Draft, wording: Wording, by: Person, at: datetime) -> Entry:
        """Raises FormRejected or UserFacingError."""
        decided, entry = approval.approve_draft(self.drafts(unit), self.entries(unit), draft, wording, by, at)
        self._decided(unit, decided, "FAQ draft approved", by, at)
        return entry

    def merge(self, unit: UnitOfWork, draft: Draft, entry: Entry, wording: Wording, by: Person, at: datetime) -> Entry:
        """Raises FormRejected or UserFacingError."""
        drafts, entries = self.drafts(unit), self.entries(unit)
        decided, changed = approval.merge_draft(drafts, entries, draft, entry, wording, by, at)
        self._decided(unit, decided, "FAQ draft merged", by, at)
        return changed

    def reject(self, unit: UnitOfWork, draft: Draft, word: str, by: Person, at: datetime) -> Draft:
        """Raises FormRejected or UserFacingError."""
        rejected = approval.reject_draft(self.drafts(unit), draft, word, by)
        self._decided(unit, rejected, "FAQ draft rejected", by, at)
        return rejected

    def edit(self, unit: UnitOfWork, entry: Entry, wording: Wording, by: Person, at: datetime) -> Entry:
        """Raises FormRejected or UserFacingError."""
        changed = approval.edit_entry(self.entries(unit), entry, wording, by, at)
        record(unit, AuditEntry(at, by.id, "FAQ entry edited", entry.id))
        return changed

    def retire(self, unit: UnitOfWork, entry: Entry, by: Person, at: datetime, replaced_by: str = "") -> Entry:
        """Raises FormRejected or UserFacingError."""
        retired = approval.retire_entry(self.entries(unit), entry, by, at, replaced_by)
        details = {"replaced by": replaced_by} if replaced_by else None
        record(unit, AuditEntry(at, by.id, "FAQ entry retired", entry.id, details))
        return retired

    def restore(self, unit: UnitOfWork, entry: Entry, by: Person, at: datetime) -> Entry:
        """Raises UserFacingError."""
        back = approval.restore_entry(self.entries(unit), entry)
        record(unit, AuditEntry(at, by.id, "FAQ entry put back", entry.id))
        return back

    def _decided(self, unit: UnitOfWork, draft: Draft, action: str, by: Person, at: datetime) -> None:
        """In the audit log, on the saver's card, and told to the saver, who did not ask for it this moment."""
        record(unit, AuditEntry(at, by.id, action, draft.id))
        outbox, place = Outbox(unit), draft.place
        if place is None:
            return
        outbox.add(draft_post(draft), place, at)
        if draft.saved_by == by.id:
            return
        saver = People(unit).get(draft.saved_by)
        told = told_post(draft, pages_from(place, self.base_url))
        outbox.add(told, place, at, not_before=quiet_until(saver, at) if saver else None)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UserFacingError("“Review by” is no date like 2027-06-30, so nothing was changed.") from None
