"""Two snapshots read as one: the library's, and that of the entries which people approved since."""

from dataclasses import replace

import numpy as np

from knowledge.embedder import Floats
from knowledge.lexical import LexicalIndex
from knowledge.snapshot import Snapshot
from knowledge.vectors import Mask, Rows, VectorIndex


class JoinedVectors:
    """Fills `VectorIndex` with the rows of `first`, then those of `second`. Both are exact, and so is this."""

    def __init__(self, first: VectorIndex, second: VectorIndex, rows_of_first: int) -> None:
        self._first = first
        self._second = second
        self._border = rows_of_first

    def search(self, question: Floats, limit: int, allowed: Mask) -> tuple[Rows, Floats]:
        rows, cosines = self._first.search(question, limit, allowed[: self._border])
        more_rows, more_cosines = self._second.search(question, limit, allowed[self._border :])
        all_rows = np.concatenate([rows, more_rows + self._border])
        all_cosines = np.concatenate([cosines, more_cosines])
        best = np.argsort(-all_cosines, kind="stable")[:limit]
        return all_rows[best], all_cosines[best]

    def vectors(self, rows: Rows) -> Floats:
        is_second = rows >= self._border
        first = self._first.vectors(rows[~is_second])
        second = self._second.vectors(rows[is_second] - self._border)
        found = np.empty((len(rows), first.shape[1]), dtype=np.float32)
        found[~is_second], found[is_second] = first, second
        return found


def joined(library: Snapshot, entries: Snapshot) -> Snapshot:
    """Ranks as one snapshot of all their chunks would, under the library's id. Both stay as they are; nothing is
    embedded, and only the lexical index is made anew."""
    border = len(library.chunks)
    mine, theirs = library.words_by_audience, entries.words_by_audience
    own, added = library.manifest, entries.manifest
    return Snapshot(
        replace(own, documents=own.documents + added.documents, chunks=own.chunks + added.chunks),
        {**library.documents, **entries.documents},
        library.chunks + entries.chunks,
        JoinedVectors(library.vectors, entries.vectors, border),
        LexicalIndex.joined(library.lexical, entries.lexical),
        lambda row: library.codes_of(row) if row < border else entries.codes_of(row - border),
        np.concatenate([library.keys, entries.keys]),
        {
            audience: mine.get(audience, frozenset()) | theirs.get(audience, frozenset())
            for audience in {*mine, *theirs}
        },
    )
