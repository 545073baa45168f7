"""Evaluation sets as training reads them: an index of the raw hidden states, and questions with their passages."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from indexer.chunker import CHUNKER_VERSION, Limit, chunk
from indexer.evaluate import read_set
from knowledge.document import Chunk, SourceDocument
from knowledge.embedder import Embedder, Encoding
from knowledge.retriever import prepare, rank
from knowledge.snapshot import Snapshot
from knowledge.snapshot_store import SnapshotStore

_READERS = frozenset({"everyone"})
_SEPARATOR = " > "


class RawStates:
    """An embedder under a revision for which no projection is learned, so that states are kept as they are."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.name, self.dimension = embedder.name, embedder.dimension
        self.revision = f"raw-{embedder.revision}"

    def encode(self, texts: Sequence[str]) -> Iterator[Encoding]:
        return self._embedder.encode(texts)

    def count(self, text: str) -> int:
        return self._embedder.count(text)

    def offsets(self, text: str) -> list[tuple[int, int]]:
        return self._embedder.offsets(text)


@dataclass(frozen=True)
class Example:
    """A question's raw states (word pieces, dimension) and its candidates' rows, the right ones apart."""

    question: np.ndarray
    right: np.ndarray
    wrong: np.ndarray


@dataclass(frozen=True)
class TrainingSet:
    name: str
    snapshot: Snapshot
    examples: list[Example]


def load(folder: Path, cache: Path, embedder: RawStates, most: int, *, headings: bool = False) -> TrainingSet:
    """At most `most` questions. With `headings` the questions are the documents' own last headings, which are
    taken out of what is indexed: a heading is what its author thought the section answers."""
    documents, questions, relevant = read_set(folder)
    name = f"{folder.name}-headings" if headings else folder.name
    if headings:
        documents, questions, relevant = _headings(documents)
    store = SnapshotStore(cache / name)
    if store.current_id() is None:
        limit = Limit(count=embedder.count)
        parts: list[tuple[SourceDocument, tuple[Chunk, ...]]] = [(one, chunk(one, limit)) for one in documents]
        store.activate(store.write(parts, embedder, at=datetime.now(UTC), chunker=CHUNKER_VERSION).id)
    snapshot = store.open(store.current_id() or "")
    chosen = np.random.default_rng(0).permutation(len(questions))[:most]
    allowed = snapshot.readable(_READERS)
    examples = []
    for key, text in (questions[int(index)] for index in chosen):
        query = prepare(text, embedder)
        found = rank(snapshot, query, allowed).rows
        is_right = np.array([snapshot.chunks[int(row)].document_id in relevant.get(key, {}) for row in found])
        if is_right.any() and not is_right.all():
            examples.append(Example(query.encoding.tokens, found[is_right][:3], found[~is_right]))
    return TrainingSet(name, snapshot, examples)


def _headings(
    documents: list[SourceDocument],
) -> tuple[list[SourceDocument], list[tuple[str, str]], dict[str, dict[str, int]]]:
    paths = [document.title.split(_SEPARATOR) for document in documents]
    seen = Counter(path[-1].lower() for path in paths)
    kept, questions, relevant = [], [], {}
    for document, path in zip(documents, paths, strict=True):
        above = _SEPARATOR.join(path[:-1]) or document.title
        kept.append(replace(document, title=above))
        if len(path) > 1 and 2 <= len(path[-1].split()) <= 25 and seen[path[-1].lower()] <= 2:
            questions.append((f"heading of {document.id}", path[-1]))
            relevant[f"heading of {document.id}"] = {document.id: 1}
    return kept, questions, relevant


def describe(sets: list[TrainingSet]) -> str:
    return json.dumps({one.name: len(one.examples) for one in sets})
