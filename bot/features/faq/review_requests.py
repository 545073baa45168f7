"""Asking those who decide about a draft, and keeping what they see of it true."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.chat.reply import Message, Post
from bot.chat.turn import EVERYONE, Place
from bot.features.faq import review_card as card
from bot.features.faq.entry import Entry
from bot.features.faq.entry_store import EntryStore, SqlEntries
from bot.features.faq.model import Draft, DraftState
from bot.features.faq.personal import Finding, personal_data
from bot.features.faq.review_store import ReviewCard, ReviewStore, SqlReviews
from bot.features.faq.store import DraftStore, SqlDrafts
from bot.features.library.links import pages_from
from bot.features.library.model import Searchable
from bot.features.profile.quiet import quiet_until
from bot.features.profile.reach import reach
from bot.storage.outbox import Outbox
from bot.storage.people import People
from bot.storage.unit_of_work import UnitOfWork
from knowledge.document import DocumentKind
from knowledge.passage import Passage

SIMILAR = 3
NEAR = 0.6
"""Of a passage's score: what is farther mostly says something else. Questions put otherwise have 0.6 to 0.9 on the
starter pack, others up to 0.55."""

OWNERS = 3
"""Who own the topic most are asked; the others are not bothered."""

Owners = Callable[[str], Sequence[str]]
"""Ids of those whose topic a text is, the first foremost."""

COLLEAGUES = frozenset({EVERYONE})
"""What anybody may read who is asked."""


def nobody(text: str) -> Sequence[str]:
    return ()


@dataclass(frozen=True, slots=True)
class ReviewRequests:
    """`curators` are account ids or verified e-mail addresses. `owners` say whose topic something is. `base_url` is how
    people reach the web page from a chat, empty where they do not."""

    knowledge: Searchable
    base_url: str = ""
    curators: frozenset[str] = frozenset()
    owners: Owners = nobody
    drafts: Callable[[UnitOfWork], DraftStore] = SqlDrafts
    entries: Callable[[UnitOfWork], EntryStore] = SqlEntries
    reviews: Callable[[UnitOfWork], ReviewStore] = SqlReviews

    def on_due(self, draft_id: str, now: datetime, unit: UnitOfWork) -> None:
        """A card to each who decides, and what has changed of it on those that stand already. Whoever said it is not
        asked as an owner: somebody else looks at it."""
        with unit.database.reading() as before:
            draft = self.drafts(before).get(draft_id)
        if draft is None or draft.state is not DraftState.WAITING:
            return
        similar = self.similar(draft.question, COLLEAGUES)
        is_for_all = EVERYONE in draft.audience
        owners = self.owners(f"{draft.question}\n{draft.answer}")[:OWNERS] if is_for_all else ()
        draft = self.drafts(unit).take(draft_id)
        if draft is None or draft.state is not DraftState.WAITING:
            return
        curators = self._curators(unit)
        for person_id in owners:
            if person_id not in (draft.author_id, draft.saved_by):
                self.reviews(unit).ask(draft.id, person_id)
        asked = dict.fromkeys((*self.reviews(unit).asked(draft.id), *curators))
        standing = {(each.person_id, each.key) for each in self.reviews(unit).cards(draft.id)}
        for person_id in asked:
            place = reach(person_id, unit)
            if place is not None and (person_id, draft.review_key) not in standing:
                self.reviews(unit).add_card(ReviewCard(draft.id, place, draft.review_key, person_id))
        self._show(unit, draft, now, similar, curators)

    def similar(self, text: str, readers: frozenset[str]) -> Sequence[Passage]:
        """FAQ entries that say something like it, the closest first. Call it before the transaction begins."""
        found = self.knowledge.search(text, readers, limit=SIMILAR, kind=DocumentKind.FAQ)
        return [each for each in found if each.score >= NEAR]

    def findings(self, unit: UnitOfWork, *texts: str, people: Sequence[str] = ()) -> Sequence[Finding]:
        names = People(unit).names()
        return [one for text in texts for one in personal_data(text, names, people)]

    def waiting_message(
        self, unit: UnitOfWork, draft: Draft, similar: Sequence[Passage], place: Place, *, curates: bool, reader: str
    ) -> Message:
        """As `reader` sees it in `place`."""
        first = card.entry_beside(similar)
        entry = self.entries(unit).get(first) if first else None
        may_merge = entry is not None and entry.is_live and (curates or reader in (entry.owner_id, entry.approved_by))
        findings = self.findings(unit, draft.question, draft.answer, people=draft.people)
        beside = card.Beside(findings, similar, pages_from(place, self.base_url), first if may_merge else "")
        return card.review_message(draft, beside, card.AS_CURATOR if curates else card.AS_OWNER)

    def settle(self, unit: UnitOfWork, draft: Draft, at: datetime, pressed: tuple[str, str | None]) -> None:
        """What was decided, or taken back, on all cards but the one that was `pressed`, by conversation and key."""
        entry = self.entries(unit).get(draft.entry_id) if draft.entry_id else None
        for each in self.reviews(unit).cards(draft.id):
            if (each.place.conversation, each.key) != pressed:
                message = card.decided_message(draft, entry, pages_from(each.place, self.base_url))
                self._post(unit, each, message, at)

    def settle_entry(self, unit: UnitOfWork, entry: Entry, at: datetime, pressed: tuple[str, str | None]) -> None:
        """The same for an entry that was changed, on the cards of all drafts that became part of it."""
        for each in self.reviews(unit).cards_of_entry(entry.id):
            if (each.place.conversation, each.key) != pressed:
                pages = pages_from(each.place, self.base_url)
                self._post(unit, each, card.entry_message(entry, pages), at)

    def _show(
        self,
        unit: UnitOfWork,
        draft: Draft,
        now: datetime,
        similar: Sequence[Passage],
        curators: Mapping[str, None],
    ) -> None:
        for each in self.reviews(unit).cards(draft.id):
            curates = each.person_id in curators
            message = self.waiting_message(unit, draft, similar, each.place, curates=curates, reader=each.person_id)
            self._post(unit, each, message, now)

    def _post(self, unit: UnitOfWork, shown: ReviewCard, message: Message, now: datetime) -> None:
        person = People(unit).get(shown.person_id)
        quiet = quiet_until(person, now) if person else None
        Outbox(unit).add(Post(message, shown.key, shown.place), shown.place, now, not_before=quiet)

    def _curators(self, unit: UnitOfWork) -> Mapping[str, None]:
        """Person ids, in one order."""
        found = (People(unit).named(name) for name in sorted(self.curators) if name)
        return {person.id: None for person in found if person is not None}
