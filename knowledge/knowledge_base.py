"""The knowledge in force: one snapshot at a time, swapped between two turns."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from threading import Lock

from knowledge.answer import Answer, Outcome
from knowledge.answerability import Thresholds
from knowledge.answerer import Answerer
from knowledge.document import DocumentKind, SourceDocument
from knowledge.embedder import Embedder
from knowledge.passage import Passage
from knowledge.retriever import prepare, rank
from knowledge.snapshot import Scope, Snapshot
from knowledge.snapshot_store import SnapshotStore


class KnowledgeBase:
    """What the bot asks. Every method takes who reads (`readers`, the principals) and sees nothing else."""

    def __init__(self, snapshots: Path, embedder: Embedder, *, thresholds: Thresholds | None = None) -> None:
        self._store = SnapshotStore(snapshots)
        self._embedder = embedder
        self._thresholds = thresholds or Thresholds()
        self._snapshot: Snapshot | None = None
        self._seen: str | None = None
        self._lock = Lock()
        self.refresh()

    @property
    def snapshot(self) -> Snapshot | None:
        """None before the first index."""
        return self._snapshot

    def refresh(self) -> bool:
        """Moves to the snapshot that the pointer names; True if that is another one. Raises SnapshotDamaged.

        One that another model made cannot be searched and is passed over: the next run makes one that can.
        """
        with self._lock:
            wanted = self._store.current_id()
            if wanted in (None, self._seen):
                return False
            opened = self._store.open_current()
            self._seen = opened.manifest.id if opened else None
            if opened is None or not opened.manifest.fits(self._embedder):
                return False
            self._snapshot = opened
            return True

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
        allowed = snapshot.readable(readers) & snapshot.matching(kind, hub, topic)
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
