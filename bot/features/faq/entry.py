"""What an approved entry is, and the document that the library shows and answers from. Pure."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.chat.turn import EVERYONE
from bot.features.faq.model import Link
from bot.features.library.model import COMPANY
from knowledge.document import Block, DocumentKind, ListItem, Paragraph, SourceDocument
from knowledge.inline import escape_inline

SOURCE = "Approved answers"
PREFIX = "~faq/"
"""Of the document's id: no source that is connected can have such a name."""

REVIEWED_AFTER = timedelta(days=365)

_ADDRESS = re.compile(r"https://[^\s()<>\[\]\\]+")
_ITEM = re.compile(r"\s*(?:[-•*]|(?P<number>\d{1,3})[.)])\s+(?P<words>.*)")


class EntryState(StrEnum):
    """A `live` entry is answered from, a `retired` one is not; each can become the other."""

    LIVE = "live"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Entry:
    """`author` said it, `owner` sees to it; their ids are empty where Guildhall does not know them. `replaced_by` is
    the id of the entry that says it now. `revision` counts its changes: one is made to the revision that somebody read,
    or not at all."""

    id: str
    question: str
    answer: str
    approved_by: str
    approved_by_name: str
    approved_at: datetime
    source_url: str = ""
    author: str = ""
    owner: str = ""
    review_by: date | None = None
    audience: frozenset[str] = frozenset({EVERYONE})
    hub: str = COMPANY
    language: str = "en"
    state: EntryState = EntryState.LIVE
    retired_by: str = ""
    retired_by_name: str = ""
    retired_at: datetime | None = None
    replaced_by: str = ""
    revision: int = 1
    author_id: str = ""
    owner_id: str = ""
    links: tuple[Link, ...] = ()
    topics: tuple[str, ...] = ()

    @property
    def document_id(self) -> str:
        return f"{PREFIX}{self.id}"

    @property
    def is_live(self) -> bool:
        return self.state is EntryState.LIVE


def entry_id_of(document_id: str) -> str:
    """Empty for a document that is no entry."""
    return document_id.removeprefix(PREFIX) if document_id.startswith(PREFIX) else ""


def as_document(entry: Entry) -> SourceDocument:
    """What people said stays words: no marks, no links, no markup. What it links to comes after it."""
    linked = "".join(f"\n{link.title} {link.url}" for link in entry.links)
    digest = hashlib.sha256(f"{entry.question}\n{entry.answer}{linked}".encode())
    return SourceDocument(
        id=entry.document_id,
        source=SOURCE,
        path=entry.id,
        title=entry.question,
        blocks=(*_blocks(entry.answer), *_links(entry.links)),
        kind=DocumentKind.FAQ,
        owner=entry.owner,
        review_by=entry.review_by,
        audience=entry.audience,
        hub=entry.hub,
        topics=entry.topics,
        language=entry.language,
        url=entry.source_url,
        content_hash=digest.hexdigest(),
        changed_on=entry.approved_at.date(),
    )


def _blocks(answer: str) -> list[Block]:
    """Paragraphs, and lines that begin as a list's items do."""
    blocks: list[Block] = []
    lines: list[str] = []
    for line in [*answer.splitlines(), ""]:
        item = _ITEM.fullmatch(line)
        if item is None and line.strip():
            lines.append(line.strip())
            continue
        if lines:
            blocks.append(Paragraph(escape_inline(" ".join(lines))))
            lines = []
        if item is not None and item["words"].strip():
            number = int(item["number"]) if item["number"] else None
            blocks.append(ListItem(escape_inline(item["words"].strip()), number=number))
    return blocks


def _links(links: Iterable[Link]) -> Iterator[Block]:
    for link in links:
        if _ADDRESS.fullmatch(link.url):
            yield ListItem(f"[{escape_inline(link.title)}]({link.url})")
