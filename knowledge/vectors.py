"""The dense side of retrieval: a port, and FAISS behind it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import faiss
import numpy as np
import numpy.typing as npt

from knowledge.embedder import Floats

Rows = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


class VectorIndex(Protocol):
    """Vectors of length 1 by row; similarity is the cosine."""

    def search(self, question: Floats, limit: int, allowed: Mask) -> tuple[Rows, Floats]:
        """The best `limit` of the allowed rows, best first, and their cosines."""
        ...

    def vectors(self, rows: Rows) -> Floats:
        """The vectors of the given rows, shape (rows, dimension), as exact as the index keeps them."""
        ...


class FaissIndex:
    """Exact search on half-precision floats, quick enough for 100,000 rows (docs/decisions/0002-dependencies.md)."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: Floats) -> "FaissIndex":
        index = faiss.IndexScalarQuantizer(vectors.shape[1], faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
        index.add(np.ascontiguousarray(vectors))
        return cls(index)

    @classmethod
    def load(cls, file: Path) -> "FaissIndex":
        return cls(faiss.read_index(str(file)))

    def save(self, file: Path) -> None:
        faiss.write_index(self._index, str(file))

    def search(self, question: Floats, limit: int, allowed: Mask) -> tuple[Rows, Floats]:
        limit = min(limit, int(allowed.sum()))
        if limit == 0:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
        bits = np.packbits(allowed, bitorder="little")
        parameters = faiss.SearchParameters()
        parameters.sel = faiss.IDSelectorBitmap(len(bits), faiss.swig_ptr(bits))
        cosines, rows = self._index.search(question[None, :], limit, params=parameters)
        return rows[0], cosines[0]

    def vectors(self, rows: Rows) -> Floats:
        if len(rows) == 0:
            return np.empty((0, self._index.d), dtype=np.float32)
        return np.asarray(self._index.reconstruct_batch(rows), dtype=np.float32)


def stacked(vectors: Sequence[Floats], dimension: int) -> Floats:
    """One matrix of the vectors, shape (rows, dimension), also of none."""
    return np.stack(vectors).astype(np.float32) if vectors else np.empty((0, dimension), dtype=np.float32)
