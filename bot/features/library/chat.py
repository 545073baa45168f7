"""Searching the library from a chat, and the feature as a whole."""

from bot.chat.reply import Block, Citation, Message, Note, Paragraph, Reply, Sources, Span, one_message
from bot.chat.turn import Commanded, Turn
from bot.chat.wording import shortened
from bot.features.feature import Command, Feature
from bot.features.library.links import reader_url
from bot.features.library.model import KINDS, Filter, Library
from bot.features.library.pages import library_pages
from bot.storage.unit_of_work import UnitOfWork
from knowledge.passage import Passage

FOUND_LIMIT = 5
QUOTE_LIMIT = 200


def library_feature(library: Library, *, base_url: str = "") -> Feature:
    """`base_url` is how people reach the web page, for links in chats; empty for links inside the page."""

    def on_library(turn: Turn, unit: UnitOfWork) -> Reply:
        words = turn.content.text if isinstance(turn.content, Commanded) else ""
        found = library.search(words, turn.principals, limit=FOUND_LIMIT) if words.strip() else []
        message = found_message(words.strip(), found, base_url)
        return one_message(f"library-{turn.key}", message.summary, message.blocks)

    command = Command(on_library, "search the documents, for example: library renewal risk")
    return Feature("library", commands={"library": command}, pages=library_pages(library))


def found_message(words: str, found: list[Passage], base_url: str) -> Message:
    """The closest passages, or what to do when there are none."""
    page = f"{base_url.rstrip('/')}{Filter(q=words).url()}"
    browse = Note((Span("Open the library", href=page), Span(" to filter by kind, hub and topic.")))
    if not words:
        text = "Say what to search for, for example: /library renewal risk."
        return Message(text, (Paragraph(text), browse))
    if not found:
        text = f"Nothing in the library says that: {shortened(words, 80)}."
        return Message(text, (Paragraph(text), Note("Try other words, or ask it as a question."), browse))
    count = "The closest passage" if len(found) == 1 else f"The {len(found)} closest passages"
    text = f"{count} for {shortened(words, 80)}:"
    blocks: tuple[Block, ...] = (Paragraph(text), Sources(tuple(_citations(found, base_url))), browse)
    return Message(text.removesuffix(":") + ".", blocks)


def _citations(found: list[Passage], base_url: str) -> list[Citation]:
    return [
        Citation(
            number,
            passage.document.title,
            passage.place,
            reader_url(passage.document.id, passage.chunk, base_url=base_url),
            shortened(passage.chunk.text, QUOTE_LIMIT),
            KINDS[passage.document.kind],
        )
        for number, passage in enumerate(found, 1)
    ]
