"""Somebody's home as a page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.chat.reply import Actions, Judge, Message, Suggestions
from bot.chat.turn import Opened, Place, Turn
from bot.features.home.chat import EMPTY, HomeChat
from bot.features.page import Page, PageRequest, View
from bot.storage.unit_of_work import Database

DrawMessage = Callable[[Message], str]
"""A message to HTML in which everything is escaped."""


@dataclass(frozen=True, slots=True)
class HomePages:
    chat: HomeChat
    database: Database
    clock: Callable[[], datetime]
    draw: DrawMessage

    def pages(self) -> tuple[Page, ...]:
        return (Page("/home", self.show, nav="Home"),)

    def show(self, request: PageRequest) -> View:
        """What can only be pressed in a chat is left out: the page has links for it."""
        person = request.person
        turn = Turn("home", person, Place("web", person.id), self.clock(), Opened("home"))
        with self.database.reading() as unit:
            sections = self.chat.sections(turn, unit)
        drawn = [
            (
                section.title,
                self.draw(
                    Message(
                        section.title,
                        tuple(each for each in section.blocks if not isinstance(each, Actions | Judge | Suggestions)),
                    )
                ),
            )
            for section in sections
        ]
        return View("home/home.html", {"sections": drawn, "empty": EMPTY})
