"""The port that every source fills."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from indexer.formats.parsed import Meta


class SourceUnavailable(Exception):
    """The source cannot be read now; the text says why. Its documents stay as they were."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """`path` is relative to the source, with slashes. `stamp` changes when the file does and costs no reading;
    empty where only reading tells. `meta` is what an admin said about this one file, and wins over the file."""

    path: str
    read: Callable[[], bytes]
    stamp: str = ""
    url: str = ""
    changed_on: date | None = None
    meta: Meta = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that is there and will not be read."""

    path: str
    reason: str


class Source(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def defaults(self) -> Meta:
        """What holds for every file that does not say otherwise: audience, hub, kind, language, owner, topics."""
        ...

    def files(self, cancelled: Callable[[], bool]) -> Iterator[SourceFile | Refused]:
        """In a stable order. Raises SourceUnavailable; ends early when `cancelled`."""
        ...
