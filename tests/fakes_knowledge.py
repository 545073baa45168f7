"""An embedder without a model, and snapshots of a few words written with it."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from indexer.chunker import chunk
from knowledge.document import Chunk, SourceDocument
from knowledge.embedder import Encoding, Floats
from knowledge.snapshot import Manifest, Snapshot
from knowledge.snapshot_store import SnapshotStore
from tests.builders import NOON, minutes

_PIECE = re.compile(r"\w{1,8}")
_DIMENSION = 24


class WordEmbedder:
    """Fills `knowledge.embedder.Embedder`: a direction for each piece of a word, their sum for a text.

    Counts what it encodes."""

    name = "words"
    revision = "1"
    dimension = _DIMENSION

    def __init__(self, revision: str = "1") -> None:
        self.revision = revision
        self.encoded = 0

    def encode(self, texts: Sequence[str]) -> Iterator[Encoding]:
        for text in texts:
            self.encoded += 1
            found = _PIECE.findall(text.lower())
            tokens = np.array([_direction(piece) for piece in found], dtype=np.float32).reshape(-1, _DIMENSION)
            whole = tokens.sum(axis=0)
            length = float(np.linalg.norm(whole))
            pieces = np.array([int.from_bytes(piece.encode()[:3], "big") for piece in found], dtype=np.int32)
            yield Encoding(whole / length if length else whole, tokens, pieces)

    def count(self, text: str) -> int:
        return len(_PIECE.findall(text))

    def offsets(self, text: str) -> list[tuple[int, int]]:
        return [found.span() for found in _PIECE.finditer(text)]


@cache
def _direction(piece: str) -> Floats:
    seed = int.from_bytes(hashlib.sha256(piece.encode()).digest()[:8], "big")
    direction = np.random.default_rng(seed).standard_normal(_DIMENSION)
    return np.asarray(direction / np.linalg.norm(direction), dtype=np.float32)


def chunked(*documents: SourceDocument) -> list[tuple[SourceDocument, Sequence[Chunk]]]:
    return [(document, chunk(document)) for document in documents]


def written(
    store: SnapshotStore, *documents: SourceDocument, embedder: WordEmbedder | None = None, minute: float = 0
) -> Manifest:
    """A snapshot of these, not in force."""
    return store.write(chunked(*documents), embedder or WordEmbedder(), at=NOON + minutes(minute))


def published(root: Path, *documents: SourceDocument) -> Snapshot:
    """A snapshot of these, in force."""
    store = SnapshotStore(root)
    manifest = written(store, *documents)
    store.activate(manifest.id)
    return store.open(manifest.id)
