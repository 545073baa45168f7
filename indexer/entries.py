"""Approved entries, in the index within seconds: a snapshot of their own beside the library's."""

from collections.abc import Sequence
from datetime import datetime

from indexer.build import open_current
from indexer.chunker import CHUNKER_VERSION, Limit, chunk
from knowledge.document import SourceDocument
from knowledge.embedder import Embedder
from knowledge.snapshot_store import SnapshotStore


def publish_entries(
    documents: Sequence[SourceDocument], store: SnapshotStore, embedder: Embedder, *, at: datetime
) -> bool:
    """Puts exactly these in force; False where they are already. One process at a time.

    Only what is new is embedded. No run of the indexer touches them, and a roll back of the library leaves them.
    """
    chunker = f"{CHUNKER_VERSION}/{embedder.name}"
    previous = open_current(store)
    if previous is None and not documents:
        return False
    kept = previous if previous is not None and previous.manifest.chunker == chunker else None
    before = kept.documents if kept is not None else {}
    if kept is not None and kept.manifest.fits(embedder) and list(before.values()) == list(documents):
        return False
    limit = Limit(count=embedder.count)
    pairs = [
        (one, kept.chunks_of(one.id) if kept is not None and before.get(one.id) == one else chunk(one, limit))
        for one in documents
    ]
    manifest = store.write(pairs, embedder, at=at, previous=previous, chunker=chunker)
    store.activate(manifest.id)
    store.prune(1)
    return True
