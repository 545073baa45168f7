"""Puts approved entries into the index, in a thread of its own that is woken at each commit."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog

from bot.features.faq.entry import as_document
from bot.features.faq.entry_store import EntryStore, SqlEntries
from bot.storage.unit_of_work import Database, UnitOfWork
from bot.storage.wakeups import ENTRIES
from indexer.entries import publish_entries
from indexer.lock import RunInProgress, run_lock
from knowledge.embedder import Embedder
from knowledge.snapshot_store import SnapshotStore

POLL = 5.0
"""Seconds; the safety net under the wake-ups."""

AGAIN = 0.2
"""Seconds before another look while another process publishes."""

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class EntryIndex:
    """Where the entries' snapshots are kept, and who makes their vectors."""

    folder: Path
    embedder: Embedder
    on_published: Callable[[], object] = lambda: None


class EntryPublisher:
    """The database says which entries are live; what it says is in the index soon after."""

    def __init__(
        self,
        database: Database,
        index: EntryIndex,
        clock: Callable[[], datetime],
        *,
        stores: Callable[[UnitOfWork], EntryStore] = SqlEntries,
    ) -> None:
        self._database = database
        self._index = index
        self._clock = clock
        self._stores = stores
        self._changes: int | None = None
        self._bell = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="entries", daemon=True)
        self._unsubscribe: Callable[[], None] = lambda: None

    def start(self) -> None:
        self._unsubscribe = self._database.wakeups.subscribe(ENTRIES, self._bell.set)
        self._thread.start()

    def stop(self, seconds: float = 10.0) -> None:
        self._unsubscribe()
        self._stopping.set()
        self._bell.set()
        if self._thread.is_alive():
            self._thread.join(seconds)

    def publish(self) -> bool:
        """What is live now into the index; False where it is there already. Raises RunInProgress."""
        with self._database.reading() as unit:
            changes = self._stores(unit).changes()
        if changes == self._changes:
            return False
        folder = self._index.folder
        folder.mkdir(parents=True, exist_ok=True)
        with run_lock(folder.with_name(f"{folder.name}.lock")):
            with self._database.reading() as unit:
                store = self._stores(unit)
                changes, live = store.changes(), store.live()
            documents = [as_document(entry) for entry in live]
            published = publish_entries(documents, SnapshotStore(folder), self._index.embedder, at=self._clock())
        self._index.on_published()
        self._changes = changes
        return published

    def _loop(self) -> None:
        while not self._stopping.is_set():
            self._bell.clear()
            wait = POLL
            try:
                if self.publish():
                    log.info("approved entries are in the index")
            except RunInProgress:
                wait = AGAIN
            except Exception:
                log.exception("approved entries could not be put into the index; tried again in a moment")
            self._bell.wait(wait)
