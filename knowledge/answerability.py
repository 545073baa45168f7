"""Does the best passage answer the question? A calibrated probability from what retrieval saw."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np

from knowledge.embedder import Floats
from knowledge.retriever import Ranking
from knowledge.snapshot import Snapshot

_FAR = 0.7  # below this cosine another candidate says something else than the first
_NEAR = 0.85  # from this cosine on it says the same
_DEPTH = 30  # candidates that "the rest" is made of

FEATURES = (
    "interaction",  # how well the question's words are met, wherever they stand in the passage
    "weakest",  # the word that is met worst
    "window",  # how well they are met close together
    "lead",  # by how much the best passage that says something else is met worse
    "cosine",
    "lexical_lead",  # by how much the next document shares fewer of the terms
    "rest",  # by how much the score stands out from the rest of the list
    "alike",  # how many candidates say the same
    "titled",
)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """At or above `answer`: answer. At or above `offer`: "one of these?". Below: "I don't know"."""

    answer: float = 0.4
    offer: float = 0.25


@dataclass(frozen=True, slots=True)
class Calibration:
    """Logistic regression on FEATURES, fitted by training/answerability.py."""

    weights: tuple[float, ...]
    bias: float

    def probability(self, features: Sequence[float]) -> float:
        raw = self.bias + sum(weight * value for weight, value in zip(self.weights, features, strict=True))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, raw))))


@cache
def fitted() -> Calibration:
    stored = json.loads((resources.files("knowledge") / "answerability.json").read_text("utf-8"))
    return Calibration(tuple(stored["weights"][name] for name in FEATURES), stored["bias"])


def confidence(snapshot: Snapshot, ranking: Ranking) -> float:
    """The probability, 0..1, that the first passage of the ranking answers."""
    return fitted().probability(evidence(snapshot, ranking)) if len(ranking) else 0.0


def evidence(snapshot: Snapshot, ranking: Ranking) -> list[float]:
    """The values of FEATURES for a ranking that is not empty."""
    documents = [snapshot.chunks[int(row)].document_id for row in ranking.rows]
    other_document = np.array([document != documents[0] for document in documents])
    far = ranking.similarity < _FAR
    scores = np.zeros(_DEPTH, dtype=np.float32)
    scores[: len(ranking)] = ranking.score[:_DEPTH]
    first = int(np.argmax(other_document)) if other_document.any() else 0
    return [
        float(ranking.interaction[0]),
        float(ranking.matches[:, 0].min()),
        float(ranking.window[0]),
        float(ranking.window[0]) - _highest(ranking.window[far]),
        float(ranking.cosine[0]),
        float(ranking.lexical[0] - ranking.lexical[first]),
        float(scores[0] - scores[5:].mean()),
        math.log1p(int((ranking.similarity >= _NEAR).sum())),
        float(bool(snapshot.place_of(int(ranking.rows[0]))[0])),
    ]


def _highest(values: Floats) -> float:
    return float(values.max()) if len(values) else 0.0
