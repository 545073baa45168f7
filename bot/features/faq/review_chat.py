"""Deciding drafts in a chat: the cards, their buttons and their forms."""

from uuid import uuid4

from bot.chat.errors import UserFacingError
from bot.chat.form import one
from bot.chat.reply import Message, Post, Reply
from bot.chat.turn import Turn
from bot.features.faq import approval
from bot.features.faq import review_card as card
from bot.features.faq.draft_card import drafts_message
from bot.features.faq.entry import Entry
from bot.features.faq.model import Draft
from bot.features.faq.review import Pressed, Review
from bot.features.faq.review_card import Decision
from bot.features.faq.review_requests import ReviewRequests
from bot.features.faq.review_store import ReviewCard
from bot.features.feature import Command, FormRoute, Handler
from bot.features.library.links import pages_from
from bot.storage.unit_of_work import UnitOfWork

PAGE = "/faq/drafts"
CARDS = 3
"""Drafts that are shown whole, the longest waiting first."""


class ReviewChat:
    """Turn -> use case -> Reply. Who may do it is asked with each press, whoever sees the card."""

    def __init__(self, review: Review) -> None:
        self._review = review

    @property
    def requests(self) -> ReviewRequests:
        return self._review.requests

    @property
    def command(self) -> Command:
        return Command(self.on_drafts, "the FAQ drafts that wait for you to decide")

    @property
    def buttons(self) -> dict[str, Handler]:
        return {
            card.APPROVE: self.on_approve,
            card.EDIT: self.on_edit,
            card.MERGE: self.on_merge,
            card.REJECT: self.on_reject,
            card.RETIRE: self.on_retire,
            card.RESTORE: self.on_restore,
        }

    @property
    def forms(self) -> dict[str, FormRoute]:
        return {
            card.EDIT: FormRoute(self.on_edit_sent, lambda state: card.publish_form(card.EDIT, state)),
            card.MERGE: FormRoute(self.on_merge_sent, lambda state: card.publish_form(card.MERGE, state)),
            card.REJECT: FormRoute(self.on_reject_sent, card.reject_form),
        }

    def on_drafts(self, turn: Turn, unit: UnitOfWork) -> Reply:
        """The list, then the first ones to decide."""
        place, requests = turn.private_place, self._review.requests
        with unit.database.reading() as before:
            drafts = self._review.waiting(before, turn.person)
            shown = [(draft, requests.similar(draft.question, turn.person.principals)) for draft in drafts[:CARDS]]
        pages = self._pages(turn)
        key = uuid4().hex
        posts = [Post(drafts_message(drafts, "" if pages is None else f"{pages}{PAGE}"), f"faq-drafts-{key}", place)]
        for number, (draft, similar) in enumerate(shown, 1):
            message = requests.waiting_message(
                unit, draft, similar, place, curates=turn.person.curates, reader=turn.person.id
            )
            posts.append(Post(message, f"faq-drafts-{key}-{number}", place))
            requests.reviews(unit).add_card(ReviewCard(draft.id, place, posts[-1].key, turn.person.id))
        return Reply(tuple(posts))

    def on_approve(self, turn: Turn, unit: UnitOfWork) -> Reply:
        """What is personal is masked: to keep it, whoever decides edits first."""
        draft = self._draft(turn, unit)
        wording = self._review.wording(unit, draft.question, draft.answer, draft.people)
        return self._approved(turn, self._review.approve(unit, draft, wording, turn.person, turn.at, _pressed(turn)))

    def on_edit(self, turn: Turn, unit: UnitOfWork) -> Reply:
        draft = self._draft(turn, unit)
        return Reply(form=card.publish_form(card.EDIT, turn.carried, (draft.question, draft.answer)))

    def on_edit_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        draft = self._draft(turn, unit)
        wording = self._review.wording_sent(unit, turn.values, draft.people)
        return self._approved(turn, self._review.approve(unit, draft, wording, turn.person, turn.at, _pressed(turn)))

    def on_merge(self, turn: Turn, unit: UnitOfWork) -> Reply:
        draft, decision = self._draft(turn, unit), Decision.from_text(turn.carried)
        entry = approval.known_entry(self._review.entries(unit), decision.entry_id)
        approval.check_may_change(entry, turn.person)
        if not entry.is_live:
            raise UserFacingError("That entry was retired since, so there is nothing to merge with.")
        state = Decision(draft.id, draft.edition, entry.id, entry.revision).text
        wording = (entry.question, card.both_answers(entry, draft))
        return Reply(form=card.publish_form(card.MERGE, state, wording, entry.review_by))

    def on_merge_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        draft, decision = self._draft(turn, unit), Decision.from_text(turn.carried)
        entry = approval.known_entry(self._review.entries(unit), decision.entry_id, decision.revision)
        wording = self._review.wording_sent(unit, turn.values, draft.people)
        merged = self._review.merge(unit, draft, entry, wording, turn.person, turn.at, _pressed(turn))
        return self._approved(turn, merged, is_merged=True)

    def on_reject(self, turn: Turn, unit: UnitOfWork) -> Reply:
        self._draft(turn, unit)
        return Reply(form=card.reject_form(turn.carried))

    def on_reject_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        draft = self._draft(turn, unit)
        word = one(turn.values, "word")
        rejected = self._review.reject(unit, draft, word, turn.person, turn.at, _pressed(turn))
        return _in_place(card.rejected_message(rejected), turn)

    def on_retire(self, turn: Turn, unit: UnitOfWork) -> Reply:
        retired = self._review.retire(unit, self._entry(turn, unit), turn.person, turn.at, pressed=_pressed(turn))
        return _in_place(card.retired_message(retired), turn)

    def on_restore(self, turn: Turn, unit: UnitOfWork) -> Reply:
        back = self._review.restore(unit, self._entry(turn, unit), turn.person, turn.at, _pressed(turn))
        return self._approved(turn, back)

    def _approved(self, turn: Turn, entry: Entry, *, is_merged: bool = False) -> Reply:
        return _in_place(card.approved_message(entry, self._pages(turn), is_merged=is_merged), turn)

    def _draft(self, turn: Turn, unit: UnitOfWork) -> Draft:
        """As it was read."""
        decision = Decision.from_text(turn.carried)
        return self._review.decidable(unit, decision.draft_id, decision.edition, turn.person)

    def _entry(self, turn: Turn, unit: UnitOfWork) -> Entry:
        """As it was read."""
        decision = Decision.from_text(turn.carried)
        return approval.known_entry(self._review.entries(unit), decision.entry_id, decision.revision)

    def _pages(self, turn: Turn) -> str | None:
        return pages_from(turn.place, self._review.base_url)


def _pressed(turn: Turn) -> Pressed:
    return turn.place.conversation, turn.message_key


def _in_place(message: Message, turn: Turn) -> Reply:
    """Of the card that was pressed, or whose form was sent."""
    return Reply((Post(message, turn.message_key or f"faq-decided-{uuid4().hex}"),))
