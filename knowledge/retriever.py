"""Hybrid retrieval: lexical and dense candidates, fused, then ordered by late interaction."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.embedder import Embedder, Encoding, Floats
from knowledge.late_interaction import best_matches, projection_for
from knowledge.lexical import Analyzer
from knowledge.snapshot import Snapshot
from knowledge.vectors import Mask, Rows

_POOL = 100  # taken from each list
_RERANKED = 40  # of the fused list, ordered by late interaction


@dataclass(frozen=True, slots=True)
class Query:
    """A question made ready: its terms, its encoding, its projected word pieces and their weights."""

    text: str
    terms: tuple[str, ...]
    encoding: Encoding
    pieces: Floats
    weights: Floats


@dataclass(frozen=True, slots=True)
class Ranking:
    """Candidates best first. `rows` are the snapshot's; `score` orders; the rest is evidence, each shape (rows,):
    `interaction` and `cosine` are cosines, `lexical` is BM25 as a share of the most that the terms could give,
    `matches` (word pieces of the question, rows) the best cosine of each."""

    rows: Rows
    score: Floats
    interaction: Floats
    cosine: Floats
    lexical: Floats
    matches: Floats

    def __len__(self) -> int:
        return len(self.rows)


def prepare(text: str, embedder: Embedder, *, more_terms: Sequence[str] = ()) -> Query:
    """`more_terms` (already stemmed) widen the lexical side only."""
    encoding = next(embedder.encode([text]))
    pieces, weights = projection_for(embedder).question(encoding)
    terms = tuple(dict.fromkeys((*Analyzer().terms(text), *more_terms)))
    return Query(text, terms, encoding, pieces, weights)


def rank(snapshot: Snapshot, query: Query, allowed: Mask) -> Ranking:
    """The candidates among the allowed rows; none where nothing is allowed."""
    lexical = np.where(allowed, snapshot.lexical.scores(query.terms), 0)
    by_terms = _best(lexical, _POOL)
    by_meaning, _ = snapshot.vectors.search(query.encoding.sentence, _POOL, allowed)
    rows = np.union1d(by_terms, by_meaning)
    if len(rows) == 0 or len(query.pieces) == 0:
        none = np.empty(0, dtype=np.float32)
        return Ranking(rows[:0], none, none, none, none, np.empty((len(query.pieces), 0), dtype=np.float32))
    cosine = snapshot.vectors.cosines(query.encoding.sentence, rows)
    fused = _scaled(lexical[rows]) + _scaled(cosine)
    order = np.argsort(-fused, kind="stable")[:_RERANKED]
    rows, cosine, fused = rows[order], cosine[order], fused[order]
    matches = _matches(snapshot, query, rows)
    interaction = np.asarray(query.weights @ matches, dtype=np.float32)
    most = sum(snapshot.lexical.rarity(term) for term in query.terms) * 2.5 or 1.0
    score = np.asarray(0.75 * interaction + 0.125 * fused, dtype=np.float32)
    order = np.argsort(-score, kind="stable")
    return Ranking(
        rows[order],
        score[order],
        interaction[order],
        cosine[order],
        np.asarray(lexical[rows][order] / most, dtype=np.float32),
        matches[:, order],
    )


def _best(scores: Floats, limit: int) -> Rows:
    """Rows of the highest positive scores."""
    limit = min(limit, len(scores))
    if limit == 0:
        return np.empty(0, dtype=np.int64)
    rows = np.argpartition(-scores, limit - 1)[:limit]
    return rows[scores[rows] > 0].astype(np.int64)


def _scaled(scores: Floats) -> Floats:
    """From 0 for the lowest to 1 for the highest."""
    low, high = scores.min(), scores.max()
    return np.asarray((scores - low) / (high - low + 1e-9), dtype=np.float32)


def _matches(snapshot: Snapshot, query: Query, rows: Rows) -> Floats:
    codes = [snapshot.codes_of(int(row)) for row in rows]
    width = query.pieces.shape[1]
    codes = [one if len(one) else np.zeros((1, width), dtype=np.int8) for one in codes]
    starts = np.cumsum([0, *map(len, codes[:-1])], dtype=np.int64)
    return best_matches(query.pieces, np.concatenate(codes), starts)
