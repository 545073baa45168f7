"""Searching the library from a chat, and the feature as a whole."""

from datetime import date
from uuid import uuid4

from bot.chat.reply import Block, Citation, Found, Message, Note, Paragraph, Quote, Reply, Sources, Span, one_message
from bot.chat.turn import EVERYONE, Commanded, Searched, Turn
from bot.chat.wording import shortened
from bot.features.feature import Command, Feature
from bot.features.library.links import pages_from, source_url
from bot.features.library.model import KINDS, Filter, Library
from bot.features.library.pages import (
    Confirmed,
    Retired,
    SearchedFor,
    library_pages,
    nobody_confirmed,
    nobody_counts,
    nothing_retired,
)
from bot.storage.unit_of_work import UnitOfWork
from knowledge.document import Chunk, SourceDocument
from knowledge.passage import Passage

FOUND_LIMIT = 5
QUOTE_LIMIT = 200
CARDS_LIMIT = 10


def library_feature(
    library: Library,
    *,
    base_url: str = "",
    retired: Retired = nothing_retired,
    confirmed: Confirmed = nobody_confirmed,
    searched: SearchedFor = nobody_counts,
) -> Feature:
    """`base_url` is how people reach the web page from a chat; empty where they do not. `retired` knows what stood
    where there is no document any more, `confirmed` who said of one that it still holds; `searched` is told what people
    search for."""

    def on_library(turn: Turn, unit: UnitOfWork) -> Reply:
        words = turn.content.text if isinstance(turn.content, Commanded) else ""
        found = library.search(words, turn.principals, limit=FOUND_LIMIT) if words.strip() else []
        if words.strip():
            searched(words, turn.person, unit)
        message = found_message(words.strip(), found, pages_from(turn.place, base_url))
        return one_message(f"library-{uuid4().hex}", message.summary, message.blocks)

    def on_search(turn: Turn, unit: UnitOfWork) -> Reply:
        """Nobody knows who will read the message that a card is put into, so only what all of the company may read
        is found, and of that what this person may."""
        words = turn.content.text.strip() if isinstance(turn.content, Searched) else ""
        readers = turn.principals & turn.person.principals & {EVERYONE}
        pages = pages_from(turn.place, base_url)
        if not words:
            newest = sorted(library.documents(readers), key=lambda each: each.changed_on or date.min, reverse=True)
            return Reply(found=tuple(document_card(each, "", pages) for each in newest[:CARDS_LIMIT]))
        found = library.search(words, readers, limit=CARDS_LIMIT)
        return Reply(found=tuple(document_card(each.document, each.chunk.text, pages, each.chunk) for each in found))

    command = Command(on_library, "search the documents, for example: library renewal risk", free_words=True)
    return Feature(
        "library",
        search=on_search,
        commands={"library": command},
        pages=library_pages(library, retired, confirmed, searched),
    )


def document_card(document: SourceDocument, quote: str, pages: str | None, chunk: Chunk | None = None) -> Found:
    """A document to put into a message: what it is, the words that were found, and where it opens."""
    url = source_url(document, chunk, pages=pages)
    facts = [KINDS[document.kind], *([f"owner: {document.owner}"] if document.owner else [])]
    kind = ", ".join(facts)
    blocks: list[Block] = [Paragraph((Span(document.title, bold=True, href=url),))]
    if quote:
        blocks.append(Quote(shortened(quote, QUOTE_LIMIT)))
    blocks.append(Note(f"{kind}. From the library."))
    summary = f"{document.title}, from the library."
    return Found(
        document.title, f"{kind} · {shortened(quote, 100)}" if quote else kind, Message(summary, tuple(blocks), url)
    )


def found_message(words: str, found: list[Passage], pages: str | None) -> Message:
    """The closest passages, or what to do when there are none."""
    browse: tuple[Block, ...] = ()
    if pages is not None:
        opens = Span("Open the library", href=f"{pages}{Filter(q=words).url()}")
        browse = (Note((opens, Span(" to filter by kind, hub and topic."))),)
    if not words:
        text = "Say after the command what to search for, for example: library renewal risk."
        return Message(text, (Paragraph(text), *browse))
    if not found:
        text = f"Nothing in the library says that: {shortened(words, 80)}."
        return Message(text, (Paragraph(text), Note("Try other words, or ask it as a question."), *browse))
    count = "The closest passage" if len(found) == 1 else f"The {len(found)} closest passages"
    text = f"{count} for {shortened(words, 80)}:"
    blocks: tuple[Block, ...] = (Paragraph(text), Sources(tuple(_citations(found, pages))), *browse)
    return Message(text.removesuffix(":") + ".", blocks)


def _citations(found: list[Passage], pages: str | None) -> list[Citation]:
    return [
        Citation(
            number,
            passage.document.title,
            passage.place,
            source_url(passage.document, passage.chunk, pages=pages),
            shortened(passage.chunk.text, QUOTE_LIMIT),
            KINDS[passage.document.kind],
        )
        for number, passage in enumerate(found, 1)
    ]
