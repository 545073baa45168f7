"""Somebody's home as a page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.chat.reply import Actions, Block, Button, Message
from bot.chat.turn import Opened, Place, Turn
from bot.features.experts.expert_card import OWN_PAGE
from bot.features.experts.expert_form import CHANGE as EXPERTISE
from bot.features.home.chat import EMPTY, HomeChat
from bot.features.page import DrawMessage, Page, PageRequest, View, still
from bot.features.profile.settings_card import CHANGE, PAGE
from bot.storage.unit_of_work import Database

PLACES = {CHANGE.action: PAGE, EXPERTISE: OWN_PAGE}
"""Where the page has what a button does in a chat."""


@dataclass(frozen=True, slots=True)
class HomePages:
    chat: HomeChat
    database: Database
    clock: Callable[[], datetime]
    draw: DrawMessage

    def pages(self) -> tuple[Page, ...]:
        return (Page("/home", self.show, nav="Home"),)

    def show(self, request: PageRequest) -> View:
        """What is pressed in a chat is a link here, or left out where the page has no place for it."""
        person = request.person
        turn = Turn("home", person, Place("web", person.id), self.clock(), Opened("home"))
        with self.database.reading() as unit:
            sections = self.chat.sections(turn, unit)
        drawn = [
            (each.title, self.draw(still(Message(each.title, each.blocks))), _links(each.blocks)) for each in sections
        ]
        return View("home/home.html", {"sections": drawn, "empty": EMPTY})


def _links(blocks: Sequence[Block]) -> list[tuple[str, str]]:
    """Label and address."""
    buttons: list[Button] = [button for each in blocks if isinstance(each, Actions) for button in each.buttons]
    return [(button.label, PLACES[button.action]) for button in buttons if button.action in PLACES]
