"""Does the best passage answer the question? A calibrated probability from what retrieval saw."""

import math
from dataclasses import dataclass

from knowledge.retriever import Query, Ranking
from knowledge.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Thresholds:
    """At or above `answer`: answer. At or above `offer`: "one of these?". Below: "I don't know"."""

    answer: float = 0.6
    offer: float = 0.25


def confidence(snapshot: Snapshot, query: Query, ranking: Ranking) -> float:
    """The probability, 0..1, that the first passage of the ranking answers."""
    if len(ranking) == 0:
        return 0.0
    raw = 14 * (float(ranking.interaction[0]) - 0.62) + 2 * float(ranking.lexical[0])
    return 1 / (1 + math.exp(-raw))
