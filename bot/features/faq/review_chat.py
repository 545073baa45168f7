"""Deciding drafts in a chat: the cards, their buttons and their forms."""

from uuid import uuid4

from bot.chat.errors import UserFacingError
from bot.chat.form import one
from bot.chat.reply import Message, Post, Reply
from bot.chat.turn import Turn
from bot.features.faq import approval
from bot.features.faq import review_card as card
from bot.features.faq.draft_card import drafts_message
from bot.features.faq.model import Draft
from bot.features.faq.review import Review
from bot.features.faq.review_card import Beside, Decision
from bot.features.feature import Command, FormRoute, Handler, for_admins
from bot.features.library.links import pages_from
from bot.storage.unit_of_work import UnitOfWork

PAGE = "/faq/drafts"
CARDS = 3
"""Drafts that are shown whole, the longest waiting first."""


class ReviewChat:
    """Turn -> use case -> Reply."""

    def __init__(self, review: Review) -> None:
        self._review = review

    @property
    def command(self) -> Command:
        return Command(self.on_drafts, "the FAQ drafts that wait for an admin", admin_only=True)

    @property
    def buttons(self) -> dict[str, Handler]:
        return {
            card.APPROVE: for_admins(self.on_approve),
            card.EDIT: for_admins(self.on_edit),
            card.MERGE: for_admins(self.on_merge),
            card.REJECT: for_admins(self.on_reject),
            card.RETIRE: for_admins(self.on_retire),
            card.RESTORE: for_admins(self.on_restore),
        }

    @property
    def forms(self) -> dict[str, FormRoute]:
        return {
            card.EDIT: FormRoute(for_admins(self.on_edit_sent), lambda state: card.publish_form(card.EDIT, state)),
            card.MERGE: FormRoute(for_admins(self.on_merge_sent), lambda state: card.publish_form(card.MERGE, state)),
            card.REJECT: FormRoute(for_admins(self.on_reject_sent), card.reject_form),
        }

    def on_drafts(self, turn: Turn, unit: UnitOfWork) -> Reply:
        """The list, then the first ones to decide."""
        with unit.database.reading() as before:
            drafts = self._review.drafts(before).waiting()
            cards = [self._card(draft, turn, before) for draft in drafts[:CARDS]]
        pages = self._pages(turn)
        messages = [drafts_message(drafts, "" if pages is None else f"{pages}{PAGE}"), *cards]
        key = uuid4().hex
        return Reply(tuple(Post(each, f"faq-drafts-{key}-{n}", turn.private_place) for n, each in enumerate(messages)))

    def on_approve(self, turn: Turn, unit: UnitOfWork) -> Reply:
        """What is personal is masked: to keep it, a curator edits first."""
        draft = self._draft(turn, unit)
        wording = self._review.wording(unit, draft.question, draft.answer)
        entry = self._review.approve(unit, draft, wording, turn.person, turn.at)
        return _in_place(card.approved_message(entry, self._pages(turn)), turn)

    def on_edit(self, turn: Turn, unit: UnitOfWork) -> Reply:
        draft = self._draft(turn, unit)
        return Reply(form=card.publish_form(card.EDIT, turn.carried, (draft.question, draft.answer)))

    def on_edit_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        draft = self._draft(turn, unit)
        entry = self._review.approve(unit, draft, self._review.wording_sent(unit, turn.values), turn.person, turn.at)
        return _in_place(card.approved_message(entry, self._pages(turn)), turn)

    def on_merge(self, turn: Turn, unit: UnitOfWork) -> Reply:
        draft, decision = self._draft(turn, unit), Decision.from_text(turn.carried)
        entry = approval.known_entry(self._review.entries(unit), decision.entry_id)
        if not entry.is_live:
            raise UserFacingError("That entry was retired since, so there is nothing to merge with.")
        state = Decision(draft.id, draft.edition, entry.id, entry.revision).text
        wording = (entry.question, card.both_answers(entry, draft))
        return Reply(form=card.publish_form(card.MERGE, state, wording, entry.review_by))

    def on_merge_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        draft, decision = self._draft(turn, unit), Decision.from_text(turn.carried)
        entry = approval.known_entry(self._review.entries(unit), decision.entry_id, decision.revision)
        merged = self._review.merge(
            unit, draft, entry, self._review.wording_sent(unit, turn.values), turn.person, turn.at
        )
        return _in_place(card.approved_message(merged, self._pages(turn), is_merged=True), turn)

    def on_reject(self, turn: Turn, unit: UnitOfWork) -> Reply:
        self._draft(turn, unit)
        return Reply(form=card.reject_form(turn.carried))

    def on_reject_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        draft = self._draft(turn, unit)
        rejected = self._review.reject(unit, draft, one(turn.values, "word"), turn.person, turn.at)
        return _in_place(card.rejected_message(rejected), turn)

    def on_retire(self, turn: Turn, unit: UnitOfWork) -> Reply:
        decision = Decision.from_text(turn.carried)
        entry = approval.known_entry(self._review.entries(unit), decision.entry_id, decision.revision)
        return _in_place(card.retired_message(self._review.retire(unit, entry, turn.person, turn.at)), turn)

    def on_restore(self, turn: Turn, unit: UnitOfWork) -> Reply:
        decision = Decision.from_text(turn.carried)
        entry = approval.known_entry(self._review.entries(unit), decision.entry_id, decision.revision)
        back = self._review.restore(unit, entry, turn.person, turn.at)
        return _in_place(card.approved_message(back, self._pages(turn)), turn)

    def _card(self, draft: Draft, turn: Turn, unit: UnitOfWork) -> Message:
        similar = self._review.similar(draft.question, turn.person)
        findings = self._review.findings(unit, draft.question, draft.answer)
        return card.review_message(draft, Beside(findings, similar, self._pages(turn)))

    def _draft(self, turn: Turn, unit: UnitOfWork) -> Draft:
        """As it was read."""
        decision = Decision.from_text(turn.carried)
        return approval.waiting_draft(self._review.drafts(unit), decision.draft_id, decision.edition)

    def _pages(self, turn: Turn) -> str | None:
        return pages_from(turn.place, self._review.base_url)


def _in_place(message: Message, turn: Turn) -> Reply:
    """Of the card that was pressed, or whose form was sent."""
    return Reply((Post(message, turn.message_key or f"faq-decided-{uuid4().hex}"),))
