"""From a question to an Answer: rank, judge, extract."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.answer import Answer, Outcome, Source
from knowledge.answerability import Thresholds, confidence
from knowledge.embedder import Embedder
from knowledge.extract import Unit, extract, units
from knowledge.late_interaction import similarities
from knowledge.passage import Passage
from knowledge.retriever import Query, Ranking, prepare, rank
from knowledge.snapshot import Snapshot
from knowledge.vectors import Mask

_SHOWN = 3  # sources of an answer, offers, or nearest misses


@dataclass(frozen=True, slots=True)
class Assessment:
    """`confidence` is the calibrated probability that the ranking's first passage answers the query."""

    query: Query
    ranking: Ranking
    confidence: float


class Answerer:
    """Answers from one snapshot."""

    def __init__(self, snapshot: Snapshot, embedder: Embedder, thresholds: Thresholds) -> None:
        self._snapshot = snapshot
        self._embedder = embedder
        self._thresholds = thresholds

    def assess(self, question: str, allowed: Mask) -> Assessment:
        """What retrieval found and how sure it is: all that the outcome rests on."""
        query = prepare(question, self._embedder)
        ranking = rank(self._snapshot, query, allowed)
        return Assessment(query, ranking, confidence(self._snapshot, ranking))

    def answer(self, question: str, allowed: Mask) -> Answer:
        assessed = self.assess(question, allowed)
        query, ranking, certainty = assessed.query, assessed.ranking, assessed.confidence
        passages = self.passages(ranking, limit=_SHOWN)
        sources = tuple(Source(passage, self._quote(query, passage)) for passage in passages)
        if not sources or certainty < self._thresholds.offer:
            return Answer(Outcome.UNKNOWN, certainty, question, sources=sources)
        if certainty < self._thresholds.answer:
            return Answer(Outcome.CANDIDATES, certainty, question, sources=sources)
        return self.answer_from(question, query, certainty, sources)

    def answer_from(self, question: str, query: Query, certainty: float, sources: Sequence[Source]) -> Answer:
        """The first source's own words as the answer."""
        found = extract(sources[0].passage, self._best_unit(query, sources[0].passage))
        return Answer(Outcome.ANSWER, certainty, question, found.lead, found.blocks, tuple(sources))

    def passages(self, ranking: Ranking, limit: int) -> list[Passage]:
        """The best chunk of each document, best first."""
        best: dict[str, Passage] = {}
        for row, score in zip(ranking.rows, ranking.score, strict=True):
            chunk = self._snapshot.chunks[int(row)]
            if chunk.document_id not in best:
                document = self._snapshot.documents[chunk.document_id]
                best[chunk.document_id] = Passage(document, chunk, float(np.clip(score, 0, 1)), int(row))
                if len(best) == limit:
                    break
        return list(best.values())

    def _quote(self, query: Query, passage: Passage) -> str:
        unit = self._best_unit(query, passage)
        return unit.text if unit else passage.chunk.text

    def _best_unit(self, query: Query, passage: Passage) -> Unit | None:
        """The sentence, item or row that meets the question best."""
        found = units(passage)
        if len(found) < 2:
            return found[0] if found else None
        text = passage.chunk.text
        # The codes begin with the title and headings, whose pieces are as many as the text's are fewer.
        codes = self._snapshot.codes_of(passage.row)
        offsets = self._embedder.offsets(text)
        own = codes[max(0, len(codes) - len(offsets)) :]
        scores: list[float] = []
        cursor = 0
        for unit in found:
            start = text.find(unit.text[:40], cursor)
            start = start if start >= 0 else cursor
            end = start + len(unit.text)
            cursor = start
            rows = [i for i, (left, right) in enumerate(offsets[: len(own)]) if left >= start and right <= end]
            if not rows:
                scores.append(0.0)
                continue
            scores.append(float(query.weights @ similarities(query.pieces, own[rows]).max(axis=1)))
        return found[int(np.argmax(scores))]
