"""Writes a snapshot's files, each fsynced, the manifest last."""

import hashlib
import os
import re
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import numpy as np

from knowledge.document import Chunk, SourceDocument
from knowledge.embedder import Embedder, Floats
from knowledge.late_interaction import Codes, projection_for
from knowledge.lexical import LexicalIndex
from knowledge.snapshot import (
    AUDIENCE_SEPARATOR,
    CHUNKS,
    DOCUMENTS,
    KEYS,
    LEXICAL,
    MANIFEST,
    PIECE_STARTS,
    PIECES,
    VECTORS,
    WORDS,
    Manifest,
    Snapshot,
    chunks_json,
    documents_json,
    file_hash,
    indexed_text,
    manifest_json,
    words_json,
)
from knowledge.vectors import FaissIndex, Rows, stacked

Progress = Callable[[int, int], None]
Embedded = tuple[list[Floats], list[Codes]]
_WORD = re.compile(r"[^\W\d_]{5,}")
_ROUND = 64  # chunks between two looks at `cancelled`


class Cancelled(Exception):
    """Whoever asked for the work has called it off."""


def write_snapshot(
    folder: Path,
    documents: Sequence[tuple[SourceDocument, Sequence[Chunk]]],
    embedder: Embedder,
    *,
    at: datetime,
    previous: Snapshot | None,
    chunker: str,
    on_progress: Progress,
    cancelled: Callable[[], bool],
) -> Manifest:
    """Everything into `folder`, which must not exist yet. Raises Cancelled and leaves the folder unfinished."""
    folder.mkdir(parents=True)
    chunks = tuple(chunk for _, own in documents for chunk in own)
    texts = [indexed_text(document, chunk) for document, own in documents for chunk in own]
    keys = np.array([_key(text) for text in texts], dtype=np.int64)
    vectors, codes = _embed(texts, keys, embedder, previous, on_progress, cancelled)
    projection = projection_for(embedder)
    FaissIndex.build(stacked(vectors, embedder.dimension)).save(folder / VECTORS)
    _lexical(texts, keys, previous if previous and previous.manifest.chunker == chunker else None).save(
        folder / LEXICAL
    )
    width = projection.matrix.shape[1]
    np.save(folder / PIECES, np.concatenate(codes) if codes else np.empty((0, width), dtype=np.int8))
    np.save(folder / PIECE_STARTS, np.cumsum([0, *map(len, codes)], dtype=np.int64))
    np.save(folder / KEYS, keys)
    (folder / DOCUMENTS).write_bytes(documents_json.dump_json(tuple(document for document, _ in documents)))
    (folder / CHUNKS).write_bytes(chunks_json.dump_json(chunks))
    (folder / WORDS).write_bytes(words_json.dump_json(_words(documents)))
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    for file in files:
        fsync(file)
    manifest = Manifest(
        id=folder.name,
        created_at=at,
        model=embedder.name,
        revision=embedder.revision,
        dimension=embedder.dimension,
        projection=projection.name,
        chunker=chunker,
        documents=len(documents),
        chunks=len(chunks),
        files={file.relative_to(folder).as_posix(): file_hash(file) for file in files},
    )
    (folder / MANIFEST).write_bytes(manifest_json.dump_json(manifest, indent=2))
    for path in (folder / MANIFEST, folder / LEXICAL, folder, folder.parent):
        fsync(path)
    return manifest


def fsync(path: Path) -> None:
    """Makes a file's bytes, or a folder's entries, survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _words(documents: Sequence[tuple[SourceDocument, Sequence[Chunk]]]) -> dict[str, frozenset[str]]:
    """The words that stand in more than one chunk, by who may read them."""
    counts: dict[str, Counter[str]] = {}
    for document, chunks in documents:
        counted = counts.setdefault(AUDIENCE_SEPARATOR.join(sorted(document.audience)), Counter())
        for chunk in chunks:
            counted.update(set(_WORD.findall(indexed_text(document, chunk).lower())))
    return {key: frozenset(word for word, count in found.items() if count > 1) for key, found in counts.items()}


def _lexical(texts: Sequence[str], keys: Rows, previous: Snapshot | None) -> LexicalIndex:
    """Where texts were only added at the end, the others are not read again."""
    known = len(previous.keys) if previous is not None else 0
    if previous is None or not np.array_equal(previous.keys, keys[:known]):
        return LexicalIndex.build(texts)
    return LexicalIndex.joined(previous.lexical, LexicalIndex.build(texts[known:]))


def _key(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little", signed=True)


def _embed(
    texts: Sequence[str],
    keys: Rows,
    embedder: Embedder,
    previous: Snapshot | None,
    on_progress: Progress,
    cancelled: Callable[[], bool],
) -> Embedded:
    """Vectors and codes by row; those of chunks that `previous` holds unchanged are taken over."""
    projection = projection_for(embedder)
    vectors: dict[int, Floats] = {}
    codes: dict[int, Codes] = {}
    if previous is not None and previous.manifest.fits(embedder):
        known = {int(key): row for row, key in enumerate(previous.keys)}
        shared = [(row, known[int(key)]) for row, key in enumerate(keys) if int(key) in known]
        taken = previous.vectors.vectors(np.array([old for _, old in shared], dtype=np.int64))
        for (row, old), vector in zip(shared, taken, strict=True):
            vectors[row], codes[row] = vector, previous.codes_of(old)
    missing = sorted((row for row in range(len(texts)) if row not in vectors), key=lambda row: len(texts[row]))
    for start in range(0, len(missing), _ROUND):
        if cancelled():
            raise Cancelled
        rows = missing[start : start + _ROUND]
        for row, encoding in zip(rows, embedder.encode([texts[row] for row in rows]), strict=True):
            vectors[row], codes[row] = encoding.sentence, projection.codes(encoding)
        on_progress(start + len(rows), len(missing))
    return [vectors[row] for row in range(len(texts))], [codes[row] for row in range(len(texts))]
