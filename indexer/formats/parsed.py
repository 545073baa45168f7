"""What a parser returns, whatever the format."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from knowledge.document import Block

Meta = Mapping[str, str | tuple[str, ...]]
"""Front matter with lower-case keys; what is neither text nor a list of texts stays out."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A question with its answer that the format itself sets apart, e.g. a row of a sheet."""

    title: str
    blocks: tuple[Block, ...]
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file's content. `entries` are documents of their own; `blocks` are what is left beside them."""

    title: str = ""
    blocks: tuple[Block, ...] = ()
    meta: Meta = field(default_factory=dict)
    entries: tuple[Entry, ...] = ()
    warnings: tuple[str, ...] = ()


class Unparsable(Exception):
    """The file cannot be read; the text is the reason that the admin sees."""


class Unsupported(Unparsable):
    """Nothing is wrong with the file, it is just not something to index."""
