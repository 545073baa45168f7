"""Somebody's home in a chat: opened, or asked for."""

from collections.abc import Callable, Sequence
from typing import Protocol
from uuid import uuid4

from bot.chat.reply import Actions, Block, Heading, Message, Paragraph, Post, Reply
from bot.chat.turn import Turn
from bot.features.feature import WAITS, Command, Feature, HomeSection, HomeSource
from bot.features.home.news import newest, news_section
from bot.features.library.links import pages_from
from bot.features.library.model import Documents
from bot.features.questions.ask_form import ASK
from bot.storage.people import KnownPerson, People
from bot.storage.unit_of_work import UnitOfWork

KEY = "home"
"""One message for each person in the place that is their home; in a chat each begins with it."""

ORDER = {WAITS: -1, "What is new": 1, "Settings": 2}
"""These headings come before or after all others."""

EMPTY = "There is nothing here yet. Ask me a question, and it shows up here."


class Persons(Protocol):
    """Who is interested in what. `bot.storage.people.People` fills it."""

    def get(self, person_id: str) -> KnownPerson | None: ...


class HomeChat:
    """`sources` are those of all features, in their order; `base_url` is how people reach the web page from a chat."""

    def __init__(
        self,
        knowledge: Documents,
        sources: Callable[[], Sequence[HomeSource]],
        *,
        base_url: str = "",
        persons: Callable[[UnitOfWork], Persons] = People,
    ) -> None:
        self._knowledge = knowledge
        self._sources = sources
        self._base_url = base_url.rstrip("/")
        self._persons = persons

    def on_opened(self, turn: Turn, unit: UnitOfWork) -> Reply:
        return Reply((Post(self._message(turn, unit), KEY),))

    def on_home(self, turn: Turn, unit: UnitOfWork) -> Reply:
        return Reply((Post(self._message(turn, unit), f"{KEY}-{uuid4().hex}", turn.private_place),))

    def on_acted(self, turn: Turn, unit: UnitOfWork) -> Reply:
        """A home that something was done in shows what came of it, and can be pressed again."""
        key = turn.message_key
        if turn.place.is_home:
            return self.on_opened(turn, unit)
        if key is None or not key.startswith(f"{KEY}-"):
            return Reply()
        return Reply((Post(self._message(turn, unit), key),))

    def sections(self, turn: Turn, unit: UnitOfWork) -> list[HomeSection]:
        """In the features' order where ORDER says nothing else; what several say under one heading stands together."""
        found: dict[str, HomeSection] = {}
        for source in self._sources():
            section = source(turn, unit)
            if section is not None:
                earlier = found.get(section.title)
                blocks = (*earlier.blocks, *section.blocks) if earlier else section.blocks
                found[section.title] = HomeSection(section.title, blocks)
        return sorted(found.values(), key=lambda each: ORDER.get(each.title, 0))

    def news(self, turn: Turn, unit: UnitOfWork) -> HomeSection:
        person = self._persons(unit).get(turn.person.id)
        interests = person.preferences.topics if person else ()
        found = newest(self._knowledge.documents(turn.person.principals), interests, turn.at.date())
        return news_section(found, interests, pages_from(turn.place, self._base_url))

    def _message(self, turn: Turn, unit: UnitOfWork) -> Message:
        blocks: list[Block] = [Actions((ASK,))]
        for section in self.sections(turn, unit):
            blocks += [Heading(section.title), *section.blocks]
        if len(blocks) == 1:
            blocks.append(Paragraph(EMPTY))
        url = f"{self._base_url}/home" if self._base_url else ""
        return Message("Your home at Guildhall.", tuple(blocks), url)


def home_feature(chat: HomeChat) -> Feature:
    """Without its page; `pages.py` adds it."""
    return Feature(
        name="home",
        opened={"home": chat.on_opened},
        acted=chat.on_acted,
        commands={"home": Command(chat.on_home, "your questions, what waits for you, what is new, your settings")},
        home=(chat.news,),
    )
