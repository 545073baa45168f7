"""What good looks like, in the library: documents that answers cite."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.chat.turn import EVERYONE
from bot.features.reviews.addresses import file_address, page_of
from bot.features.reviews.example import Example, example_of
from bot.features.reviews.store import SqlReviews
from bot.storage.unit_of_work import UnitOfWork
from bot.storage.wakeups import ENTRIES
from knowledge.document import Block, DocumentKind, Heading, ListItem, Paragraph, SourceDocument, Table
from knowledge.inline import escape_inline

SOURCE = "Peer reviews"
PREFIX = "~review/"
"""Of the document's id: no source that is connected can have such a name."""

_ADDRESS = re.compile(r"https://[^\s()<>\[\]\\]+")


class InLibrary:
    """Fills `Examples`: what is there follows from the submissions, so whoever publishes has to look again."""

    def put(self, example: Example, unit: UnitOfWork, now: datetime) -> None:
        unit.wake(ENTRIES)

    def take_back(self, example_id: str, unit: UnitOfWork, now: datetime) -> None:
        unit.wake(ENTRIES)


@dataclass(frozen=True, slots=True)
class LiveExamples:
    """Fills `LiveDocuments` of the publisher. `base_url` is where the web page stands, empty where that is not
    known."""

    unit: UnitOfWork
    base_url: str = ""

    def changes(self) -> int:
        return SqlReviews(self.unit).changes_of_closed()

    def documents(self) -> Sequence[SourceDocument]:
        return [as_document(example_of(each), self.base_url) for each in SqlReviews(self.unit).examples()]


def as_document(example: Example, base_url: str) -> SourceDocument:
    """What people wrote stays words: no marks, no links, no markup. Every colleague may read it."""
    blocks = tuple(_blocks(example, base_url))
    return SourceDocument(
        id=f"{PREFIX}{example.id}",
        source=SOURCE,
        path=example.id,
        title=example.title,
        blocks=blocks,
        kind=DocumentKind.EXAMPLE,
        owner=example.author_name,
        audience=frozenset({EVERYONE}),
        topics=example.topics,
        language=example.language or "en",
        url=f"{base_url}{page_of(example.id)}" if base_url else "",
        content_hash=hashlib.sha256(repr(blocks).encode()).hexdigest(),
        changed_on=example.closed_at.date() if example.closed_at else None,
    )


def _blocks(example: Example, base_url: str) -> Iterable[Block]:
    many = "one colleague" if example.reviewers == 1 else f"{example.reviewers} colleagues"
    yield Paragraph(escape_inline(f"{example.kind}: “{example.title}”, an example that {many} reviewed."))
    for paragraph in _paragraphs(example.about):
        yield Paragraph(paragraph)
    yield Heading("The work", 2, "work")
    for link in example.links:
        if _ADDRESS.fullmatch(link.url):
            yield ListItem(f"[{escape_inline(' '.join(link.title.split()) or 'The work')}]({link.url})")
    for file in example.files:
        name = escape_inline(file.name)
        yield ListItem(f"[{name}]({base_url}{file_address(example.id, file.id)})" if base_url else name)
    yield Heading("How it stands", 2, "standing")
    rows = tuple((escape_inline(each.criterion), escape_inline(each.level)) for each in example.standings)
    yield Table(("Criterion", "How its reviewers rated it"), rows)
    yield Heading("What should stay", 2, "good")
    for said in example.good:
        for paragraph in _paragraphs(said):
            yield ListItem(paragraph)


def _paragraphs(text: str) -> Iterable[str]:
    return (escape_inline(" ".join(line.split())) for line in text.splitlines() if line.strip())
