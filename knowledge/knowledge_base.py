"""The knowledge in force: one snapshot at a time, swapped between two turns; approved entries are part of it."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Lock

from knowledge.answer import Answer, Outcome
from knowledge.answerability import Thresholds
from knowledge.answerer import Answerer
from knowledge.document import DocumentKind, SourceDocument
from knowledge.embedder import Embedder
from knowledge.joined import joined
from knowledge.passage import Passage
from knowledge.retriever import prepare, rank
from knowledge.snapshot import Scope, Snapshot, SnapshotDamaged
from knowledge.snapshot_store import SnapshotStore


class KnowledgeBase:
    """What the bot asks. Every method takes who reads (`readers`, the principals) and sees nothing else.

    `entries` is where the snapshots of approved entries are: they answer together with the library's."""

    def __init__(
        self,
        snapshots: Path,
        embedder: Embedder,
        *,
        entries: Path | None = None,
        thresholds: Thresholds | None = None,
    ) -> None:
        self._library = _InForce(SnapshotStore(snapshots))
        self._entries = _InForce(SnapshotStore(entries)) if entries else None
        self._embedder = embedder
        self._thresholds = thresholds or Thresholds()
        self._snapshot: Snapshot | None = None
        self._lock = Lock()
        self.refresh()

    @property
    def snapshot(self) -> Snapshot | None:
        """None before the first index."""
        return self._snapshot

    def refresh(self) -> bool:
        """Moves to the snapshots that the pointers name; True if one is another. Raises SnapshotDamaged, of entries
        never: they are written anew from where they are kept.

        One that another model made cannot be searched and is passed over: the next run makes one that can.
        """
        with self._lock:
            moved = self._library.refresh(self._embedder)
            if self._entries is not None:
                with suppress(SnapshotDamaged):
                    moved = self._entries.refresh(self._embedder) or moved
            if moved:
                self._snapshot = self._together()
            return moved

    def _together(self) -> Snapshot | None:
        library, entries = self._library.snapshot, self._entries.snapshot if self._entries else None
        if library is None or entries is None or not entries.chunks:
            return library or entries
        return joined(library, entries)

    def ask(
        self,
        question: str,
        readers: frozenset[str],
        *,
        hubs: frozenset[str] = frozenset(),
        previous: Sequence[str] = (),
        kinds: frozenset[DocumentKind] = frozenset(),
        only_hubs: frozenset[str] = frozenset(),
        answer_from: float | None = None,
    ) -> Answer:
        """`previous` are the thread's earlier questions, oldest first; `hubs` are the person's. Only documents of
        `kinds` and `only_hubs` count, all where they are empty. `answer_from` asks for more confidence than usual."""
        snapshot = self._snapshot
        if snapshot is None:
            return Answer(Outcome.UNKNOWN, 0.0, question)
        usual = self._thresholds
        thresholds = replace(usual, answer=max(usual.answer, answer_from)) if answer_from is not None else usual
        answerer = Answerer(snapshot, self._embedder, thresholds, Scope(kinds, only_hubs))
        return answerer.answer(question, readers, hubs=hubs, previous=previous)

    def search(
        self,
        text: str,
        readers: frozenset[str],
        *,
        limit: int = 20,
        kind: DocumentKind | None = None,
        hub: str = "",
        topic: str = "",
    ) -> list[Passage]:
        """The best passage of each document that fits the filters, best first."""
        snapshot = self._snapshot
        if snapshot is None:
            return []
        scope = Scope(frozenset(filter(None, [kind])), frozenset(filter(None, [hub])), frozenset(filter(None, [topic])))
        allowed = snapshot.readable(readers) & snapshot.within(scope)
        ranking = rank(snapshot, prepare(text, self._embedder), allowed)
        return Answerer(snapshot, self._embedder, self._thresholds).passages(ranking, limit)

    def document(self, document_id: str, readers: frozenset[str]) -> SourceDocument | None:
        """None for what is not there and for what these readers may not see alike."""
        document = self._snapshot.documents.get(document_id) if self._snapshot else None
        return document if document is not None and document.audience & readers else None

    def documents(self, readers: frozenset[str]) -> list[SourceDocument]:
        """All that these readers may see, by title."""
        if self._snapshot is None:
            return []
        visible = (document for document in self._snapshot.documents.values() if document.audience & readers)
        return sorted(visible, key=lambda document: (document.title.casefold(), document.id))


class _InForce:
    """The snapshot that a store's pointer names, as far as it fits the model."""

    def __init__(self, store: SnapshotStore) -> None:
        self._store = store
        self._seen: str | None = None
        self.snapshot: Snapshot | None = None

    def refresh(self, embedder: Embedder) -> bool:
        """True if it is another one. Raises SnapshotDamaged."""
        wanted = self._store.current_id()
        if wanted in (None, self._seen):
            return False
        opened = self._store.open_current()
        self._seen = opened.manifest.id if opened else None
        if opened is None or not opened.manifest.fits(embedder):
            return False
        self.snapshot = opened
        return True
