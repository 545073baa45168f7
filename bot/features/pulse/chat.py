"""The pulse in a chat, and by the same buttons on its page."""

from uuid import uuid4

from bot.chat.colleagues import check_colleague
from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.form import one
from bot.chat.reply import Message, Post, Reply
from bot.chat.turn import EVERYONE, Pressed, Submitted, Turn
from bot.features.feature import HomeSection
from bot.features.library.links import pages_from
from bot.features.page import number_in
from bot.features.pulse import cards, use_cases
from bot.features.pulse.model import LEAST, key_of, trend
from bot.features.pulse.store import SqlPulse
from bot.storage.outbox import Outbox
from bot.storage.unit_of_work import UnitOfWork


class PulseChat:
    """Turn -> use case -> Reply. `base_url` is how people reach the web page from a chat; nothing is shown of fewer
    than `least`."""

    def __init__(self, least: int = LEAST, *, base_url: str = "") -> None:
        self._least = least
        self._base_url = base_url

    def on_pulse(self, turn: Turn, unit: UnitOfWork) -> Reply:
        """In private, for it says whether they are asked."""
        check_colleague(turn.person)
        place, store = turn.private_place, SqlPulse(unit)
        opted_out, pages = store.get(turn.person.id).opted_out, pages_from(place, self._base_url)
        message = cards.overview_message(trend(store.groups()), self._least, pages, opted_out=opted_out)
        return Reply((Post(message, f"pulse-{uuid4().hex[:12]}", None if place == turn.place else place),))

    def on_answer(self, turn: Turn, unit: UnitOfWork) -> Reply:
        check_colleague(turn.person)
        hub = use_cases.hub_of(turn.person, unit)
        use_cases.answer(SqlPulse(unit), turn.person, hub, number_in(turn.carried), turn.at)
        return self._said(turn, unit, cards.thanks_message(self._pages(turn), may_add=True))

    def on_word(self, turn: Turn, unit: UnitOfWork) -> Reply:
        use_cases.check_may_add(SqlPulse(unit), turn.person, turn.at)
        return Reply(form=cards.word_form(""))

    def on_word_sent(self, turn: Turn, unit: UnitOfWork) -> Reply:
        try:
            use_cases.add_word(SqlPulse(unit), turn.person, one(turn.values, cards.TEXT), turn.at)
        except UserFacingError as refused:
            raise FormRejected({cards.TEXT: str(refused)}) from refused
        return self._said(turn, unit, cards.thanks_message(self._pages(turn), may_add=False))

    def on_out(self, turn: Turn, unit: UnitOfWork) -> Reply:
        check_colleague(turn.person)
        SqlPulse(unit).opt(turn.person.id, out=True)
        return self._said(turn, unit, cards.left_message(self._pages(turn)))

    def on_back(self, turn: Turn, unit: UnitOfWork) -> Reply:
        check_colleague(turn.person)
        SqlPulse(unit).opt(turn.person.id, out=False)
        return self._said(turn, unit, cards.back_message(self._pages(turn)))

    def on_hide(self, turn: Turn, unit: UnitOfWork) -> Reply:
        return self._hidden(turn, unit, is_hidden=True)

    def on_unhide(self, turn: Turn, unit: UnitOfWork) -> Reply:
        return self._hidden(turn, unit, is_hidden=False)

    def at_home(self, turn: Turn, unit: UnitOfWork) -> HomeSection | None:
        if EVERYONE not in turn.principals:
            return None
        return cards.home_section(trend(SqlPulse(unit).groups()), self._pages(turn))

    def _hidden(self, turn: Turn, unit: UnitOfWork, *, is_hidden: bool) -> Reply:
        use_cases.hide_word(unit, turn.person, turn.carried, turn.at, hidden=is_hidden)
        message = cards.hidden_message(self._pages(turn), is_hidden=is_hidden)
        return Reply((Post(message, f"pulse-{uuid4().hex[:12]}"),))

    def _said(self, turn: Turn, unit: UnitOfWork, message: Message) -> Reply:
        """In place of the card that was pressed, and of the question wherever that stands."""
        store = SqlPulse(unit)
        own, asked_in = store.get(turn.person.id), store.place_of(turn.person.id)
        is_on_page = isinstance(turn.content, Pressed | Submitted) and not turn.content.nonce
        pressed = turn.message_key or ""
        key = pressed if pressed.startswith("pulse-") and not is_on_page else f"pulse-{uuid4().hex[:12]}"
        if asked_in is not None and own.is_recent(turn.at) and (asked_in, key_of(own)) != (turn.place, key):
            Outbox(unit).show(Post(message, key_of(own)), asked_in, turn.at)
        return Reply((Post(message, key),))

    def _pages(self, turn: Turn) -> str | None:
        return pages_from(turn.place, self._base_url)
