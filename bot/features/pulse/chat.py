"""The pulse in a chat, and by the same buttons on its page."""

from uuid import uuid4

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.form import one
from bot.chat.reply import Message, Post, Reply
from bot.chat.turn import Pressed, Submitted, Turn
from bot.features.library.links import pages_from
from bot.features.page import number_in
from bot.features.pulse import cards, use_cases
from bot.features.pulse.model import LEAST, OPEN_FOR, key_of
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
        use_cases.check_colleague(turn.person)
        place, store = turn.private_place, SqlPulse(unit)
        trend, pages = use_cases.trend(store.groups()), pages_from(place, self._base_url)
        opted_out = store.get(turn.person.id).opted_out
        message = cards.overview_message(trend, self._least, pages, opted_out=opted_out)
        return Reply((Post(message, f"pulse-{uuid4().hex[:12]}", None if place == turn.place else place),))

    def on_answer(self, turn: Turn, unit: UnitOfWork) -> Reply:
        use_cases.check_colleague(turn.person)
        use_cases.answer(SqlPulse(unit), turn.person, number_in(turn.carried), turn.at)
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
        use_cases.check_colleague(turn.person)
        SqlPulse(unit).opt(turn.person.id, out=True)
        return self._said(turn, unit, cards.left_message(self._pages(turn)))

    def on_back(self, turn: Turn, unit: UnitOfWork) -> Reply:
        use_cases.check_colleague(turn.person)
        SqlPulse(unit).opt(turn.person.id, out=False)
        return self._said(turn, unit, cards.back_message(self._pages(turn)))

    def _said(self, turn: Turn, unit: UnitOfWork, message: Message) -> Reply:
        """In place of the card that was pressed, and of the question wherever that stands."""
        store = SqlPulse(unit)
        own, asked_in = store.get(turn.person.id), store.place_of(turn.person.id)
        is_on_page = isinstance(turn.content, Pressed | Submitted) and not turn.content.nonce
        pressed = turn.message_key or ""
        key = pressed if pressed.startswith("pulse-") and not is_on_page else f"pulse-{uuid4().hex[:12]}"
        is_recent = own.asked_at is not None and turn.at < own.asked_at + OPEN_FOR
        if asked_in is not None and is_recent and (asked_in, key_of(own)) != (turn.place, key):
            Outbox(unit).show(Post(message, key_of(own)), asked_in, turn.at)
        return Reply((Post(message, key),))

    def _pages(self, turn: Turn) -> str | None:
        return pages_from(turn.place, self._base_url)
