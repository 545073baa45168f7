"""Finds documents that say the same in the same words."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import replace

from indexer.chunker import Limit, block_pieces
from knowledge.document import SourceDocument

_WORD = re.compile(r"\w+")
_WHOLE = Limit(10**9)
_SHORTEST = 5  # words; shorter texts are alike by chance


def mark_duplicates(documents: Iterable[SourceDocument]) -> list[SourceDocument]:
    """Sets `duplicate_of` on all but the first of each group.

    A copy counts as one only where everyone who may read it may read the original, in the same hub: otherwise
    leaving it out would hide it from somebody.
    """
    firsts: dict[str, list[SourceDocument]] = {}
    marked: list[SourceDocument] = []
    for document in documents:
        key = _fingerprint(document)
        alike = firsts.setdefault(key, []) if key else []
        original = next((first for first in alike if _covers(first, document)), None)
        if original is None:
            alike.append(document)
        marked.append(replace(document, duplicate_of=original.id if original else ""))
    return marked


def _covers(first: SourceDocument, document: SourceDocument) -> bool:
    return first.audience >= document.audience and first.hub == document.hub


def _fingerprint(document: SourceDocument) -> str:
    text = "\n".join(piece for block in document.blocks for piece in block_pieces(block, _WHOLE))
    words = _WORD.findall(f"{document.title}\n{text}".casefold())
    return hashlib.sha256(" ".join(words).encode()).hexdigest() if len(words) >= _SHORTEST else ""
