"""Freshness in a chat: the cards' buttons and forms, the command, and what a home says."""

from datetime import date
from uuid import uuid4

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.form import one
from bot.chat.reply import Block, Bullets, Paragraph, Post, Reply, Span, Text
from bot.chat.turn import Turn
from bot.chat.wording import shortened
from bot.features.faq import approval
from bot.features.faq.entry import entry_id_of
from bot.features.feature import WAITS, Command, Feature, FormRoute, HomeSection
from bot.features.freshness import card, use_cases
from bot.features.freshness.card import Editing
from bot.features.freshness.desk import Desk, may_decide
from bot.features.freshness.model import Check
from bot.features.freshness.owners import colleague_named
from bot.features.freshness.showing import REMIND
from bot.features.freshness.store import freshness_cards, freshness_checks, freshness_confirmations
from bot.features.library.links import pages_from
from bot.storage.unit_of_work import UnitOfWork

CARDS = 3
"""Shown whole on command."""

LISTED = 3
TITLE_LENGTH = 80
NOBODY = "Nobody known has that name or address, or several have. Write their full name, or their e-mail address."


class FreshnessChat:
    """Turn -> desk -> Reply. The desk posts: every card shows what came of it, the one that was pressed too."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def on_freshness(self, turn: Turn, unit: UnitOfWork) -> Reply:
        own, others = self._waiting(turn, unit)
        pages = pages_from(turn.place, self._desk.showing.base_url)
        where, key = turn.private_place, uuid4().hex
        posts = [Post(card.list_message(own, others, pages), f"freshness-list-{key}", where)]
        for number, check in enumerate(own[:CARDS]):
            posts.append(self._desk.showing.card(check, turn.person.id, where, f"freshness-{key}-{number}", unit))
        return Reply(tuple(posts))

    def on_confirm(self, turn: Turn, unit: UnitOfWork) -> Reply:
        self._desk.confirm(self._open(turn.carried, unit), turn.person, unit, turn.at)
        return Reply()

    def on_edit(self, turn: Turn, unit: UnitOfWork) -> Reply:
        check = self._decidable(Editing.from_text(turn.carried).check_id, turn, unit)
        entry = approval.known_entry(self._desk.showing.entries(unit), entry_id_of(check.subject))
        state = Editing(check.id, entry.revision).text
        return Reply(form=card.edit_form(state, entry.question, entry.answer))

    def on_edit_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        editing = Editing.from_text(turn.carried)
        check = self._open(editing.check_id, unit)
        self._desk.edit(check, turn.values, editing.revision, turn.person, unit, turn.at)
        return Reply()

    def on_not_mine(self, turn: Turn, unit: UnitOfWork) -> Reply:
        self._desk.disown(self._open(turn.carried, unit), turn.person, unit, turn.at)
        return Reply()

    def on_hand_on(self, turn: Turn, unit: UnitOfWork) -> Reply:
        return Reply(form=card.hand_on_form(self._decidable(turn.carried, turn, unit).id))

    def on_hand_on_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        check = self._open(turn.carried, unit)
        colleague = colleague_named(one(turn.values, card.COLLEAGUE), unit)
        if colleague is None:
            raise FormRejected({card.COLLEAGUE: NOBODY})
        self._desk.hand_on(check, colleague, turn.person, unit, turn.at)
        return Reply()

    def on_retire(self, turn: Turn, unit: UnitOfWork) -> Reply:
        self._desk.retire(self._open(turn.carried, unit), turn.person, unit, turn.at)
        return Reply()

    def on_take_back(self, turn: Turn, unit: UnitOfWork) -> Reply:
        check = use_cases.known_check(self._desk.store(unit), turn.carried)
        self._desk.take_back(check, turn.person, unit, turn.at)
        return Reply()

    def at_home(self, turn: Turn, unit: UnitOfWork) -> HomeSection | None:
        own, others = self._waiting(turn, unit)
        pages = pages_from(turn.place, self._desk.showing.base_url)
        blocks: list[Block] = []
        if own:
            lines: list[Text] = [_line(each, pages) for each in own[:LISTED]]
            if len(own) > LISTED:
                lines.append((Span(f"{len(own) - LISTED} more: "), _more(pages)))
            blocks += [Paragraph("Say whether these still hold:"), Bullets(tuple(lines))]
        if others:
            blocks.append(Paragraph((Span(f"{card.with_curators(others)} "), _more(pages))))
        return HomeSection(WAITS, tuple(blocks)) if blocks else None

    def _waiting(self, turn: Turn, unit: UnitOfWork) -> tuple[list[Check], int]:
        """What they are asked, the weightiest first, then what is longest due; and how much waits for curators."""
        store = self._desk.store(unit)
        own = sorted(store.opened(turn.person.id), key=lambda each: (-each.reason.weight, each.due_on or date.max))
        return own, store.count_with_curators() if turn.person.curates else 0

    def _open(self, check_id: str, unit: UnitOfWork) -> Check:
        return use_cases.open_check(self._desk.store(unit), check_id)

    def _decidable(self, check_id: str, turn: Turn, unit: UnitOfWork) -> Check:
        """Before a form shows anything of it."""
        check = self._open(check_id, unit)
        if not may_decide(check, turn.person):
            raise UserFacingError(use_cases.NOT_YOURS)
        return check


def freshness_feature(chat: FreshnessChat, desk: Desk) -> Feature:
    """Without its job and its pages; `jobs.py` and `pages.py` add them."""
    return Feature(
        name="freshness",
        commands={"freshness": Command(chat.on_freshness, "your documents that are due for a look")},
        buttons={
            card.CONFIRM: chat.on_confirm,
            card.EDIT: chat.on_edit,
            card.NOT_MINE: chat.on_not_mine,
            card.HAND_ON: chat.on_hand_on,
            card.RETIRE: chat.on_retire,
            card.TAKE_BACK: chat.on_take_back,
        },
        forms={
            card.EDIT: FormRoute(chat.on_edit_sent, card.edit_form),
            card.HAND_ON: FormRoute(chat.on_hand_on_sent, card.hand_on_form),
        },
        home=(chat.at_home,),
        timers={REMIND: desk.on_remind},
        person_columns=(
            freshness_checks.c.person_id,
            freshness_checks.c.decided_by,
            freshness_cards.c.person_id,
            freshness_confirmations.c.person_id,
        ),
    )


def _line(check: Check, pages: str | None) -> Text:
    href = f"{pages}{card.address(check)}" if pages is not None else None
    return (Span(shortened(check.title, TITLE_LENGTH), href=href), Span(f" – {check.because}"))


def _more(pages: str | None) -> Span:
    return Span("see them", href=f"{pages}{card.PAGE}") if pages is not None else Span("say “freshness” to see them")
