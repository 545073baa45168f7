"""Published stories in the library: documents that answers cite as evidence."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.chat.turn import EVERYONE
from bot.features.stories.messages import PAGE, PARTS, VALUES, facts_of, said_of
from bot.features.stories.model import Story, Told, as_told
from bot.features.stories.store import SqlStories
from bot.storage.unit_of_work import UnitOfWork
from knowledge.document import Block, DocumentKind, Heading, ListItem, Paragraph, SourceDocument
from knowledge.inline import escape_inline

SOURCE = "Success stories"
PREFIX = "~story/"
"""Of the document's id: no source that is connected can have such a name."""

_ADDRESS = re.compile(r"https://[^\s()<>\[\]\\]+")


@dataclass(frozen=True, slots=True)
class LiveStories:
    """Fills `LiveDocuments` of the publisher. `base_url` is where the web page stands, empty where that is not
    known."""

    unit: UnitOfWork
    base_url: str = ""

    def changes(self) -> int:
        return SqlStories(self.unit).changes_of_published()

    def documents(self) -> Sequence[SourceDocument]:
        published = SqlStories(self.unit).published()
        return [as_document(each, self.base_url) for each in sorted(published, key=lambda each: each.id)]


def as_document(story: Story, base_url: str) -> SourceDocument:
    """What people wrote stays words: no marks, no links, no markup. Every colleague may read it."""
    told = as_told(story)
    blocks = tuple(_blocks(story, told))
    topics = (*told.topics, told.industry, told.product, VALUES[story.value] if story.value else "")
    return SourceDocument(
        id=f"{PREFIX}{story.id}",
        source=SOURCE,
        path=story.id,
        title=told.title,
        blocks=blocks,
        kind=DocumentKind.SUCCESS_STORY,
        owner=told.teller,
        audience=frozenset({EVERYONE}),
        topics=tuple(dict.fromkeys(each for each in topics if each)),
        url=f"{base_url}{PAGE}/{story.id}" if base_url else "",
        content_hash=hashlib.sha256(repr(blocks).encode()).hexdigest(),
        changed_on=story.published_at.date() if story.published_at else None,
    )


def _blocks(story: Story, told: Told) -> Iterator[Block]:
    yield Paragraph(escape_inline(said_of(told)))
    for label, name in PARTS:
        yield Heading(label, 2, name)
        yield from _paragraphs(str(getattr(told, name)))
    facts = facts_of(story, told)
    if facts or told.picture_link:
        yield Heading("Facts", 2, "facts")
    for label, text in facts:
        yield ListItem(escape_inline(f"{label}: {text}"))
    if _ADDRESS.fullmatch(told.picture_link):
        yield ListItem(f"[Picture]({told.picture_link})")


def _paragraphs(text: str) -> Iterator[Paragraph]:
    return (Paragraph(escape_inline(" ".join(line.split()))) for line in text.splitlines() if line.strip())
