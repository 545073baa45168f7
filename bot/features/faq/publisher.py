"""Puts approved entries into the index, and what other features would have answered from as soon; in a thread of its
own that is woken at each commit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

import structlog

from bot.features.faq.entry import as_document
from bot.features.faq.entry_store import EntryStore, SqlEntries
from bot.storage.unit_of_work import Database, UnitOfWork
from bot.storage.wakeups import ENTRIES
from bot.storage.worker import POLL, Worker
from indexer.entries import publish_entries
from indexer.lock import RunInProgress, run_lock
from knowledge.document import SourceDocument
from knowledge.embedder import Embedder
from knowledge.snapshot_store import SnapshotStore

AGAIN = 0.2
"""Seconds before another look while another process publishes."""

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class EntryIndex:
    """Where the entries' snapshots are kept, and who makes their vectors."""

    folder: Path
    embedder: Embedder
    on_published: Callable[[], object] = lambda: None


class LiveDocuments(Protocol):
    """What another feature has in the index beside the entries, inside one transaction. After a change it wakes
    `ENTRIES`. The documents' ids begin with a name of their own, as those of the entries do."""

    def changes(self) -> int:
        """How many there have been: more after each."""
        ...

    def documents(self) -> Sequence[SourceDocument]:
        """All that are live now, in an order that stays."""
        ...


class EntryPublisher:
    """The database says which entries are live; what it says is in the index soon after."""

    def __init__(
        self,
        database: Database,
        index: EntryIndex,
        clock: Callable[[], datetime],
        *,
        stores: Callable[[UnitOfWork], EntryStore] = SqlEntries,
        beside: Sequence[Callable[[UnitOfWork], LiveDocuments]] = (),
    ) -> None:
        self._database = database
        self._index = index
        self._clock = clock
        self._stores = stores
        self._beside = tuple(beside)
        self._changes: Sequence[int] | None = None
        self._worker = Worker("entries", self._step)

    def start(self) -> None:
        self._worker.start(self._database.wakeups, ENTRIES)

    def stop(self, seconds: float = 10.0) -> None:
        self._worker.stop(seconds)

    def publish(self) -> bool:
        """What is live now into the index; False where it is there already. Raises RunInProgress."""
        with self._database.reading() as unit:
            changes = self._changed(unit)
        if changes == self._changes:
            return False
        folder = self._index.folder
        folder.mkdir(parents=True, exist_ok=True)
        with run_lock(folder.with_name(f"{folder.name}.lock")):
            with self._database.reading() as unit:
                changes = self._changed(unit)
                documents = [as_document(entry) for entry in self._stores(unit).live()]
                documents += [each for live in self._beside for each in live(unit).documents()]
            published = publish_entries(documents, SnapshotStore(folder), self._index.embedder, at=self._clock())
        self._index.on_published()
        self._changes = changes
        return published

    def _changed(self, unit: UnitOfWork) -> Sequence[int]:
        return (self._stores(unit).changes(), *(live(unit).changes() for live in self._beside))

    def _step(self, _: bool) -> float:
        try:
            if self.publish():
                log.info("approved entries are in the index")
        except RunInProgress:
            return AGAIN
        return POLL
