"""Saving a message as FAQ: the menu of a message, the form, and the way back."""

from uuid import uuid4

from bot.chat.errors import UserFacingError
from bot.chat.reply import Paragraph, Reply, Span
from bot.chat.turn import Pointed, Turn
from bot.features.channels.store import SqlChannels
from bot.features.channels.use_cases import policy_of
from bot.features.faq import draft_card as card
from bot.features.faq import use_cases
from bot.features.faq.entry_store import faq_entries
from bot.features.faq.model import ASK, Draft
from bot.features.faq.review import Review
from bot.features.faq.review_chat import PAGE, ReviewChat
from bot.features.faq.review_store import faq_review_cards
from bot.features.faq.store import faq_drafts, faq_reviewers
from bot.features.feature import WAITS, Feature, FormRoute, HomeSection, MessageAction
from bot.features.library.links import pages_from
from bot.features.library.model import COMPANY
from bot.storage.unit_of_work import UnitOfWork


class FaqChat:
    """Turn -> use case -> Reply."""

    def __init__(self, review: Review) -> None:
        self._review = review

    def on_save(self, turn: Turn, unit: UnitOfWork) -> Reply:
        if not isinstance(turn.content, Pointed) or not any(letter.isalnum() for letter in turn.content.text):
            raise UserFacingError("There are no words in that message to save, so nothing was kept.")
        hubs = policy_of(SqlChannels(unit), turn.place).hubs if turn.place.is_shared else frozenset()
        return Reply(form=card.form_for(turn.content, next(iter(hubs)) if len(hubs) == 1 else COMPANY))

    def on_save_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        author, url, hub = card.origin_from(turn.carried)
        draft = Draft(
            id=uuid4().hex,
            question=str(turn.values.get("question", "")),
            answer=str(turn.values.get("answer", "")),
            saved_by=turn.person.id,
            saved_by_name=turn.person.name[:200],
            saved_at=turn.at,
            place=turn.private_place,
            author=author,
            source_url=url,
            hub=hub,
        )
        return self._moved(turn, unit, use_cases.save_draft(self._review.drafts(unit), draft))

    def on_withdraw(self, turn: Turn, unit: UnitOfWork) -> Reply:
        taken_back = use_cases.withdraw_draft(self._review.drafts(unit), turn.carried, turn.person)
        return self._moved(turn, unit, taken_back)

    def on_hand_in(self, turn: Turn, unit: UnitOfWork) -> Reply:
        brought_back = use_cases.hand_in_again(self._review.drafts(unit), turn.carried, turn.person)
        return self._moved(turn, unit, brought_back)

    def at_home(self, turn: Turn, unit: UnitOfWork) -> HomeSection | None:
        count = self._review.count_waiting(unit, turn.person)
        if not count:
            return None
        text = "1 FAQ draft waits for your decision: "
        if count > 1:
            text = f"{count} FAQ drafts wait for your decision: "
        page = self._page(turn)
        where = Span("read them", href=page) if page else Span("say “drafts” to read them")
        return HomeSection(WAITS, (Paragraph((Span(text), where)),))

    def _moved(self, turn: Turn, unit: UnitOfWork, draft: Draft) -> Reply:
        self._review.moved(unit, draft, turn.at)
        return Reply((card.draft_post(draft),))

    def _page(self, turn: Turn) -> str:
        """Empty where people reach none."""
        pages = pages_from(turn.place, self._review.base_url)
        return "" if pages is None else f"{pages}{PAGE}"


def faq_feature(chat: FaqChat, review: ReviewChat) -> Feature:
    """Without its pages; `pages.py` and `entry_pages.py` add them."""
    save = MessageAction(chat.on_save, "Save as FAQ", "keep a good answer as a FAQ draft", opens_form=True)
    return Feature(
        name="faq",
        commands={"drafts": review.command},
        buttons={card.WITHDRAW: chat.on_withdraw, card.HAND_IN: chat.on_hand_in, **review.buttons},
        forms={card.SAVE: FormRoute(chat.on_save_sent, card.draft_form), **review.forms},
        message_actions={card.SAVE: save},
        home=(chat.at_home,),
        timers={ASK: review.requests.on_due},
        person_columns=(
            faq_drafts.c.saved_by,
            faq_drafts.c.decided_by,
            faq_drafts.c.author_id,
            faq_entries.c.approved_by,
            faq_entries.c.retired_by,
            faq_entries.c.author_id,
            faq_entries.c.owner_id,
            faq_reviewers.c.person_id,
            faq_review_cards.c.person_id,
        ),
    )
