"""A snapshot: everything that answering needs, in one immutable folder."""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from threading import Lock

import numpy as np
from pydantic import TypeAdapter, ValidationError

from knowledge.document import Chunk, DocumentKind, SourceDocument
from knowledge.embedder import Embedder
from knowledge.late_interaction import Codes, projection_for
from knowledge.lexical import LexicalIndex
from knowledge.vectors import FaissIndex, Mask, Rows, VectorIndex

MANIFEST = "manifest.json"
DOCUMENTS = "documents.json"
CHUNKS = "chunks.json"
VECTORS = "vectors.faiss"
PIECES = "pieces.npy"
PIECE_STARTS = "piece_starts.npy"
KEYS = "keys.npy"
WORDS = "words.json"
LEXICAL = "lexical"
# NumPy reads a file's header with ast, which fails in several threads at once (python/cpython#106905).
_LOADING = Lock()
_ABBREVIATED = re.compile(r"(?P<long>[^()]+?) \((?P<short>[^()]+)\)")


class SnapshotDamaged(Exception):
    """A file is missing or is not what was written."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """`files` maps each file's name to its SHA-256; `model` and `revision` say which embedder made the vectors,
    `projection` which late interaction, `chunker` which chunker."""

    id: str
    created_at: datetime
    model: str
    revision: str
    dimension: int
    projection: str
    chunker: str
    documents: int
    chunks: int
    files: dict[str, str] = field(default_factory=dict)

    def fits(self, embedder: Embedder) -> bool:
        """Whether questions that this embedder reads can be looked up in the snapshot's vectors and codes."""
        return (self.revision, self.projection) == (embedder.revision, projection_for(embedder).name)


manifest_json = TypeAdapter(Manifest)
documents_json = TypeAdapter(tuple[SourceDocument, ...])
chunks_json = TypeAdapter(tuple[Chunk, ...])
words_json = TypeAdapter(dict[str, frozenset[str]])
AUDIENCE_SEPARATOR = "\n"


@dataclass(frozen=True, slots=True)
class Scope:
    """What is looked through, besides what may be read: these kinds, hubs and topics, all where they are empty."""

    kinds: frozenset[DocumentKind] = frozenset()
    hubs: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()


EVERYTHING = Scope()


class Snapshot:
    """Open for reading; safe for several threads. Row i of every index is ``chunks[i]``."""

    def __init__(
        self,
        manifest: Manifest,
        documents: Mapping[str, SourceDocument],
        chunks: tuple[Chunk, ...],
        vectors: VectorIndex,
        lexical: LexicalIndex,
        codes: Callable[[int], Codes],
        keys: Rows,
        words: Mapping[str, frozenset[str]],
    ) -> None:
        self.manifest = manifest
        self.documents = documents
        self.chunks = chunks
        self.vectors = vectors
        self.lexical = lexical
        self.keys = keys
        self.words_by_audience = words
        self._codes = codes
        kinds = (documents[chunk.document_id].kind for chunk in chunks)
        self.is_glossary: Mask = np.fromiter((kind is DocumentKind.GLOSSARY for kind in kinds), np.bool_, len(chunks))
        self._rows_of: dict[str, list[int]] = {}
        for row, chunk in enumerate(chunks):
            self._rows_of.setdefault(chunk.document_id, []).append(row)
        self.readable = lru_cache(maxsize=256)(self._readable)
        self.words = lru_cache(maxsize=256)(self._words_for)
        self.abbreviations = lru_cache(maxsize=256)(self._abbreviations_for)
        self.within = lru_cache(maxsize=256)(self._within)
        self.languages = lru_cache(maxsize=256)(self._languages_for)

    @classmethod
    def open(cls, folder: Path) -> "Snapshot":
        """Checks every file against the manifest first. Raises SnapshotDamaged."""
        try:
            manifest = manifest_json.validate_json((folder / MANIFEST).read_bytes())
            for name, expected in manifest.files.items():
                if file_hash(folder / name) != expected:
                    raise SnapshotDamaged(f"{folder / name} is not what was written.")
            documents = documents_json.validate_json((folder / DOCUMENTS).read_bytes())
            chunks = chunks_json.validate_json((folder / CHUNKS).read_bytes())
            by_id = {document.id: document for document in documents}
            with _LOADING:
                return cls(
                    manifest,
                    by_id,
                    chunks,
                    FaissIndex.load(folder / VECTORS),
                    LexicalIndex.load(folder / LEXICAL, lambda: indexed_texts(by_id, chunks)),
                    _stored_codes(folder),
                    np.load(folder / KEYS),
                    words_json.validate_json((folder / WORDS).read_bytes()),
                )
        except (OSError, ValidationError) as error:
            raise SnapshotDamaged(f"{folder} cannot be read: {error}") from error

    def chunks_of(self, document_id: str) -> tuple[Chunk, ...]:
        return tuple(self.chunks[row] for row in self._rows_of.get(document_id, ()))

    def _words_for(self, readers: frozenset[str]) -> frozenset[str]:
        """The words of what these readers may see: a correction must not name what is hidden from them."""
        visible = [
            words
            for key, words in self.words_by_audience.items()
            if key and readers & set(key.split(AUDIENCE_SEPARATOR))
        ]
        return frozenset().union(*visible)

    def _abbreviations_for(self, readers: frozenset[str]) -> dict[str, str]:
        """From "NPS" to "Net Promoter Score", as the readable glossary has them."""
        return {
            found["short"]: found["long"]
            for document in self.documents.values()
            if document.kind is DocumentKind.GLOSSARY and document.audience & readers
            if (found := _ABBREVIATED.fullmatch(document.title))
        }

    def _languages_for(self, readers: frozenset[str]) -> frozenset[str]:
        return frozenset(one.language for one in self.documents.values() if one.audience & readers)

    def place_of(self, row: int) -> tuple[str, ...]:
        """Title and headings above one chunk, outermost first."""
        chunk = self.chunks[row]
        return (self.documents[chunk.document_id].title, *chunk.headings)

    def codes_of(self, row: int) -> Codes:
        """The late interaction's codes of one chunk, shape (word pieces, kept dimension)."""
        return self._codes(row)

    def _readable(self, readers: frozenset[str]) -> Mask:
        """Which rows somebody who is all of `readers` may see; a document without an audience is for nobody."""
        allowed = {key for key, document in self.documents.items() if document.audience & readers}
        return self._rows_in(allowed)

    def _within(self, scope: Scope) -> Mask:
        """Which rows belong to documents in `scope`."""
        wanted = {
            key
            for key, document in self.documents.items()
            if (not scope.kinds or document.kind in scope.kinds)
            and (not scope.hubs or document.hub in scope.hubs)
            and (not scope.topics or not scope.topics.isdisjoint(document.topics))
        }
        return self._rows_in(wanted)

    def _rows_in(self, documents: AbstractSet[str]) -> Mask:
        return np.fromiter(
            (chunk.document_id in documents for chunk in self.chunks), dtype=np.bool_, count=len(self.chunks)
        )


def indexed_text(document: SourceDocument, chunk: Chunk) -> str:
    """What the models read: where the chunk stands, then its words. Headings carry much of the meaning."""
    place = " > ".join((document.title, *chunk.headings))
    return f"{place}\n{chunk.text}" if place else chunk.text


def indexed_texts(documents: Mapping[str, SourceDocument], chunks: Sequence[Chunk]) -> list[str]:
    return [indexed_text(documents[chunk.document_id], chunk) for chunk in chunks]


def _stored_codes(folder: Path) -> Callable[[int], Codes]:
    pieces: Codes = np.load(folder / PIECES, mmap_mode="r").view(np.ndarray)  # slices of a memmap cost thrice
    starts: Rows = np.load(folder / PIECE_STARTS)
    return lambda row: pieces[starts[row] : starts[row + 1]]


def file_hash(file: Path) -> str:
    """SHA-256 in hexadecimal."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
