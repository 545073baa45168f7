"""Source documents, the blocks they are made of, and the chunks that are indexed."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal


class DocumentKind(StrEnum):
    """What a document is for. `article` is a document whose kind nobody has stated."""

    FAQ = "faq"
    BEST_PRACTICE = "best-practice"
    PLAYBOOK = "playbook"
    TEMPLATE = "template"
    PERSONA = "persona"
    JOURNEY_MAP = "journey-map"
    CHARTER = "charter"
    GLOSSARY = "glossary"
    METRIC = "metric"
    SUCCESS_STORY = "success-story"
    EXAMPLE = "example"
    ARTICLE = "article"


@dataclass(frozen=True, slots=True)
class Heading:
    """`text` of every block is inline CommonMark, limited to links, strong, emphasis and code."""

    text: str
    level: int
    anchor: str
    kind: Literal["heading"] = "heading"


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True, slots=True)
class ListItem:
    """`depth` 0 is the outermost list; `number` is None in a bulleted list."""

    text: str
    depth: int = 0
    number: int | None = None
    kind: Literal["item"] = "item"


@dataclass(frozen=True, slots=True)
class Table:
    """Every row has as many cells as `header`."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    kind: Literal["table"] = "table"


@dataclass(frozen=True, slots=True)
class Code:
    """Preformatted text, not inline CommonMark."""

    text: str
    kind: Literal["code"] = "code"


Block = Heading | Paragraph | ListItem | Table | Code


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """One document, or one entry of a FAQ or glossary.

    `id` is stable across runs: source name, path in the source and, for an entry, its anchor.
    `audience` holds the principals who may read it; empty means nobody.
    `url` is where the original can be opened, empty when only the reader page can show it.
    `content_hash` is the SHA-256 of the original bytes together with the settings that shaped the document.
    """

    id: str
    source: str
    path: str
    title: str
    blocks: tuple[Block, ...]
    kind: DocumentKind = DocumentKind.ARTICLE
    topics: tuple[str, ...] = ()
    owner: str = ""
    review_by: date | None = None
    audience: frozenset[str] = frozenset()
    hub: str = "company"
    language: str = "en"
    url: str = ""
    content_hash: str = ""
    changed_on: date | None = None
    duplicate_of: str = ""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stretch of whole blocks (or, of one long block, whole sentences) that is indexed and shown.

    `text` is plain text, what the models see and what an answer quotes; `headings` is the path above it,
    outermost first, without the document's title. `first_block` and `last_block` (inclusive) say where it
    stands in the document; `anchor` is the nearest heading's, empty at the top.
    """

    document_id: str
    ordinal: int
    text: str
    headings: tuple[str, ...] = ()
    anchor: str = ""
    first_block: int = 0
    last_block: int = 0

    @property
    def id(self) -> str:
        return f"{self.document_id}#{self.ordinal}"
