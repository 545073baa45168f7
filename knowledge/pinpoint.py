"""Which sentence, item or row of a passage meets a question best."""

import numpy as np

from knowledge.embedder import Embedder
from knowledge.extract import ANSWERS_WHOLE, KNOWN_BY, Unit, units
from knowledge.late_interaction import similarities
from knowledge.passage import Passage
from knowledge.retriever import Query
from knowledge.snapshot import Snapshot, indexed_text


def best_unit(snapshot: Snapshot, embedder: Embedder, query: Query, passage: Passage) -> Unit | None:
    """None where the passage has no unit, e.g. is code."""
    found = units(passage)
    if len(found) < 2 or passage.document.kind in ANSWERS_WHOLE:
        return found[0] if found else None  # an entry is written so that its first sentence answers
    text = passage.chunk.text
    indexed = indexed_text(passage.document, passage.chunk)
    above = len(indexed) - len(text)
    codes = snapshot.codes_of(passage.row)
    begins, ends = np.array(embedder.offsets(indexed)[: len(codes)], dtype=np.int64).reshape(-1, 2).T - above
    own = similarities(query.pieces, codes[: len(begins)])
    scores = []
    cursor = 0
    for unit in found:
        start = max(text.find(unit.text[:KNOWN_BY], cursor), cursor)
        cursor = start
        inside = (begins >= start) & (ends <= start + len(unit.text))
        scores.append(float(query.weights @ own[:, inside].max(axis=1)) if inside.any() else 0.0)
    return found[int(np.argmax(scores))]
