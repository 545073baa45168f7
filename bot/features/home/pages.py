"""Somebody's home as a page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.chat.reply import Actions, Block, Button, Message
from bot.chat.turn import Opened, Place, Turn
from bot.features.experts.expert_card import OWN_PAGE
from bot.features.experts.expert_form import CHANGE as EXPERTISE
from bot.features.feature import HomeSection
from bot.features.home.chat import EMPTY, HomeChat
from bot.features.office_hours.acts import LIST as OFFICE_HOURS
from bot.features.office_hours.addresses import PAGE as OFFICE_HOURS_PAGE
from bot.features.page import DrawMessage, Page, PageRequest, View, still
from bot.features.profile.settings_card import CHANGE, PAGE
from bot.storage.unit_of_work import Database

PLACES = {CHANGE.action: PAGE, EXPERTISE: OWN_PAGE, OFFICE_HOURS: OFFICE_HOURS_PAGE}
"""Where the page has what a button does in a chat."""


@dataclass(frozen=True, slots=True)
class Part:
    """Some blocks of a section, drawn, and what can be done about them: `buttons`, and `links` as label and address."""

    html: str
    buttons: Sequence[Button] = ()
    links: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class HomePages:
    """`on_pages` are the actions that a page may offer."""

    chat: HomeChat
    database: Database
    clock: Callable[[], datetime]
    draw: DrawMessage
    on_pages: Callable[[], frozenset[str]] = frozenset

    def pages(self) -> tuple[Page, ...]:
        return (Page("/home", self.show, nav="Home"),)

    def show(self, request: PageRequest) -> View:
        """What is pressed in a chat is a button or a link here, or left out where the page has no place for it."""
        person = request.person
        turn = Turn("home", person, Place("web", person.id), self.clock(), Opened("home"))
        with self.database.reading() as unit:
            sections = self.chat.sections(turn, unit)
        drawn = [(each.title, self._parts(each)) for each in sections]
        return View("home/home.html", {"sections": drawn, "empty": EMPTY})

    def _parts(self, section: HomeSection) -> Sequence[Part]:
        """Each ends with the buttons that stand below its blocks."""
        parts: list[Part] = []
        blocks: list[Block] = []
        for block in section.blocks:
            blocks.append(block)
            if isinstance(block, Actions):
                parts.append(self._part(section.title, blocks, block.buttons))
                blocks = []
        return [*parts, self._part(section.title, blocks, ())] if blocks else parts

    def _part(self, title: str, blocks: Sequence[Block], buttons: Sequence[Button]) -> Part:
        allowed = self.on_pages()
        return Part(
            self.draw(still(Message(title, tuple(blocks)))),
            tuple(each for each in buttons if each.action in allowed),
            tuple((each.label, PLACES[each.action]) for each in buttons if each.action in PLACES),
        )
