"""What an event left behind, in the library: a document that answers cite."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.chat.moments import day_in_words
from bot.features.events.cards import NAMES, PAGE
from bot.features.events.model import Event, names_in_words
from bot.features.events.store import SqlEvents
from bot.storage.unit_of_work import UnitOfWork
from knowledge.document import Block, DocumentKind, Heading, ListItem, Paragraph, SourceDocument
from knowledge.inline import escape_inline

SOURCE = "Events"
PREFIX = "~event/"
"""Of the document's id: no source that is connected can have such a name."""

_ADDRESS = re.compile(r"https://[^\s()<>\[\]\\]+")


@dataclass(frozen=True, slots=True)
class LiveRecordings:
    """Fills `LiveDocuments` of the publisher: events that are over and have a recording or notes. `base_url` is where
    the web page stands, empty where that is not known."""

    unit: UnitOfWork
    base_url: str = ""

    def changes(self) -> int:
        return SqlEvents(self.unit).changes_of_over()

    def documents(self) -> Sequence[SourceDocument]:
        kept = SqlEvents(self.unit).over()
        return [as_document(each, self.base_url) for each in kept if each.recording or each.notes]


def as_document(event: Event, base_url: str) -> SourceDocument:
    """What people wrote stays words: no marks, no links, no markup. Whoever could come may read it."""
    blocks = tuple(_blocks(event))
    return SourceDocument(
        id=f"{PREFIX}{event.id}",
        source=SOURCE,
        path=event.id,
        title=event.title,
        blocks=blocks,
        kind=DocumentKind.ARTICLE,
        owner=event.organisers[0].name,
        audience=event.readers,
        hub=event.hub,
        topics=event.topics,
        url=f"{base_url}{PAGE}/{event.id}" if base_url else "",
        content_hash=hashlib.sha256(repr(blocks).encode()).hexdigest(),
        changed_on=event.last_day,
    )


def _blocks(event: Event) -> Iterator[Block]:
    said = f"{NAMES[event.kind]} of {day_in_words(event.first_day)} with {names_in_words(event)}."
    yield Paragraph(escape_inline(said))
    yield from _paragraphs(event.about)
    if _ADDRESS.fullmatch(event.recording):
        yield Heading("Recording", 2, "recording")
        yield ListItem(f"[{escape_inline(event.title)}]({event.recording})")
    if event.notes:
        yield Heading("Notes", 2, "notes")
        yield from _paragraphs(event.notes)


def _paragraphs(text: str) -> Iterator[Paragraph]:
    return (Paragraph(escape_inline(" ".join(line.split()))) for line in text.splitlines() if line.strip())
