"""Hybrid retrieval: lexical and dense candidates, fused, then ordered by late interaction."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from knowledge.embedder import Embedder, Encoding, Floats
from knowledge.late_interaction import Codes, projection_for, similarities
from knowledge.lexical import Analyzer
from knowledge.snapshot import Snapshot
from knowledge.vectors import Mask, Rows

_POOL = 100  # taken from each list
_RERANKED = 30  # of the fused list, ordered by late interaction
_OF_ONE_DOCUMENT = 6  # of these
_HALF_WINDOW = 12  # word pieces
_GLOSSARY_HANDICAP = 0.1  # an entry is all title: it meets the words of questions that it does not answer
_ASKS_FOR_MEANING = re.compile(
    r"^\W*(?:what(?:'s| is| are| does)|define|explain|who is)\b.{0,60}$|stands? for|\bmean(?:ing)?\b"
    r"|^\W*\S+(?: \([^()]+\))?\W*$",  # one word, or an abbreviation spelled out
    re.IGNORECASE,
)


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
    """Candidates best first. `rows` are the snapshot's; `score` orders; the rest is evidence, each shape (rows,).

    `interaction` is the weighed mean of `matches` (word pieces of the question, rows), the best cosine of each
    piece in the chunk; `window` is the same within the best stretch of 24 word pieces; `cosine` is the dense
    one; `lexical` is BM25 as a share of the most that the terms could give; `similarity` is the cosine of
    each candidate to the first, 1 where title and headings are the same.
    """

    rows: Rows
    score: Floats
    interaction: Floats
    window: Floats
    cosine: Floats
    lexical: Floats
    similarity: Floats
    matches: Floats

    def __len__(self) -> int:
        return len(self.rows)


def prepare(text: str, embedder: Embedder) -> Query:
    """One forward pass of the model: everything about a question that no snapshot is needed for."""
    encoding = next(embedder.encode([text]))
    pieces, weights = projection_for(embedder).question(encoding)
    terms = tuple(dict.fromkeys(Analyzer().terms(text)))
    return Query(text, terms, encoding, pieces, weights)


def rank(snapshot: Snapshot, query: Query, allowed: Mask) -> Ranking:
    """The candidates among the allowed rows; none where nothing is allowed."""
    lexical = np.where(allowed, snapshot.lexical.scores(query.terms), 0)
    by_meaning, _ = snapshot.vectors.search(query.encoding.sentence, _POOL, allowed)
    is_candidate = np.zeros(len(allowed), dtype=np.bool_)
    is_candidate[_best(lexical, _POOL)] = True
    is_candidate[by_meaning] = True
    rows = np.flatnonzero(is_candidate)
    if len(rows) == 0 or len(query.pieces) == 0:
        none = np.empty(0, dtype=np.float32)
        return Ranking(rows[:0], none, none, none, none, none, none, np.empty((len(query.pieces), 0), dtype=np.float32))
    vectors = snapshot.vectors.vectors(rows)
    cosine = vectors @ query.encoding.sentence
    fused = (_scaled(lexical[rows]) + _scaled(cosine)) / 2
    kept = _spread(snapshot, rows, np.argsort(-fused, kind="stable"))
    matches, window = _interact(query, [snapshot.codes_of(int(row)) for row in rows[kept]])
    interaction = query.weights @ matches
    # The weights were fitted on the tuning sets, each left out in turn (docs/figures.md); they sum to 1.
    score = 0.645 * interaction + 0.13 * fused[kept] + 0.225 * cosine[kept]
    if not _ASKS_FOR_MEANING.search(query.text):
        score = score - _GLOSSARY_HANDICAP * snapshot.is_glossary[rows[kept]]
    order = np.argsort(-score, kind="stable")
    kept = kept[order]
    most = sum(snapshot.lexical.rarity(term) for term in query.terms) * 2.5 or 1.0
    places = [snapshot.place_of(int(row)) for row in rows[kept]]
    same_place = np.array([place == places[0] for place in places])
    return Ranking(
        rows=rows[kept],
        score=_floats(score[order]),
        interaction=_floats(interaction[order]),
        window=_floats(window[order]),
        cosine=_floats(cosine[kept]),
        lexical=_floats(lexical[rows][kept] / most),
        similarity=_floats(np.where(same_place, 1.0, vectors[kept] @ vectors[kept[0]])),
        matches=matches[:, order],
    )


def _floats(values: npt.ArrayLike) -> Floats:
    return np.asarray(values, dtype=np.float32)


def _best(scores: Floats, limit: int) -> Rows:
    """Rows of the highest positive scores."""
    limit = min(limit, len(scores))
    if limit == 0:
        return np.empty(0, dtype=np.int64)
    rows = np.argpartition(-scores, limit - 1)[:limit]
    return rows[scores[rows] > 0].astype(np.int64)


def _spread(snapshot: Snapshot, rows: Rows, order: Rows) -> Rows:
    """The first of `order` that are ordered anew; a long document may not crowd out the others."""
    counts: Counter[str] = Counter()
    kept: list[int] = []
    for index in order:
        document = snapshot.chunks[int(rows[index])].document_id
        counts[document] += 1
        if counts[document] <= _OF_ONE_DOCUMENT:
            kept.append(int(index))
            if len(kept) == _RERANKED:
                break
    return np.array(kept, dtype=np.int64)


def _scaled(scores: Floats) -> Floats:
    """From 0 for the lowest to 1 for the highest."""
    low, high = scores.min(), scores.max()
    return _floats((scores - low) / (high - low + 1e-9))


def _interact(query: Query, candidates: Sequence[Codes]) -> tuple[Floats, Floats]:
    """`matches` and `window` of a Ranking, in the candidates' order."""
    codes = [one if len(one) else np.zeros((1, query.pieces.shape[1]), dtype=np.int8) for one in candidates]
    lengths = np.array([len(one) for one in codes])
    firsts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    similar = similarities(query.pieces, np.concatenate(codes))
    # Best of each half window, then of each two neighbours: a half at a chunk's end stands alone.
    halves = -(-lengths // _HALF_WINDOW)
    first_halves = np.concatenate([[0], np.cumsum(halves)[:-1]])
    starts = np.repeat(firsts - _HALF_WINDOW * first_halves, halves) + _HALF_WINDOW * np.arange(halves.sum())
    best = np.maximum.reduceat(similar, starts, axis=1)
    joined = np.maximum(best, np.roll(best, -1, axis=1))
    last_halves = first_halves + halves - 1
    joined[:, last_halves] = best[:, last_halves]
    window = np.maximum.reduceat(query.weights @ joined, first_halves)
    return np.maximum.reduceat(best, first_halves, axis=1), _floats(window)
