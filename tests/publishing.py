"""Publishes one snapshot after another until it is killed: ``python -m tests.publishing FOLDER FIRST_GENERATION``.

All documents of one snapshot are of one generation; each that is in force is said on standard output.
"""

import sys
from collections.abc import Sequence
from itertools import count
from pathlib import Path

from knowledge.document import SourceDocument
from knowledge.snapshot import Snapshot
from knowledge.snapshot_store import SnapshotStore
from tests.builders import document
from tests.fakes_knowledge import WordEmbedder, written

KEPT = 3


def generation(number: int) -> Sequence[SourceDocument]:
    """Documents, as many as the number says by its last digit, so that a mix would show in every file."""
    return [document(f"page-{page}", f"Generation gen{number} of page {page}.") for page in range(2 + number % 10)]


def generation_of(snapshot: Snapshot) -> int:
    """The one generation that all parts of the snapshot are of; fails where there are two."""
    (found,) = {chunk.text.split()[1] for chunk in snapshot.chunks}
    number = int(found.removeprefix("gen"))
    expected = generation(number)
    rows = len(expected)
    embedder = WordEmbedder()
    assert list(snapshot.documents.values()) == expected
    assert (snapshot.manifest.documents, snapshot.manifest.chunks, len(snapshot.chunks)) == (rows, rows, rows)
    assert (snapshot.lexical.scores([found]) > 0).all()
    encoding = next(embedder.encode([f"Page-0\n{snapshot.chunks[0].text}"]))
    best, cosines = snapshot.vectors.search(encoding.sentence, rows, snapshot.readable(frozenset({"everyone"})))
    assert sorted(best) == list(range(rows))
    assert (best[0], cosines[0] > 0.999) == (0, True)
    assert len(snapshot.codes_of(rows - 1)) == len(snapshot.codes_of(0))
    return number


def publish(store: SnapshotStore, number: int) -> None:
    manifest = written(store, *generation(number), embedder=WordEmbedder(), minute=number)
    store.activate(manifest.id)
    store.prune(KEPT)


if __name__ == "__main__":
    opened = SnapshotStore(Path(sys.argv[1]))
    for current in count(int(sys.argv[2])):
        publish(opened, current)
        sys.stdout.write(f"{current}\n")
        sys.stdout.flush()
