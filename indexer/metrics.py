"""What retrieval and abstention are measured by. Definitions as in ir_measures; macro averages over questions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log2

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_PRECISION = 0.95
_LEAST_ANSWERS = 20
_BINS = 10


@dataclass(frozen=True, slots=True)
class Judged:
    """One question's outcome: document ids best first, their relevance by id (empty: unanswerable), confidence."""

    ranked: Sequence[str]
    relevant: Mapping[str, int]
    confidence: float

    def is_hit(self, depth: int) -> bool:
        return any(document in self.relevant for document in self.ranked[:depth])


def retrieval(judged: Sequence[Judged]) -> dict[str, float]:
    """Over the answerable questions."""
    answerable = [one for one in judged if one.relevant]
    if not answerable:
        return {}
    return {
        "ndcg@10": _mean([_ndcg(one) for one in answerable]),
        "recall@10": _mean([_recall(one) for one in answerable]),
        "mrr@10": _mean([_reciprocal_rank(one) for one in answerable]),
        "hit@1": _mean([float(one.is_hit(1)) for one in answerable]),
        "hit@3": _mean([float(one.is_hit(3)) for one in answerable]),
    }


def abstention(judged: Sequence[Judged]) -> dict[str, float]:
    """AUROC where some questions are unanswerable; coverage and calibration always."""
    if not judged:
        return {}
    confidence = np.array([one.confidence for one in judged], dtype=np.float64)
    answerable = np.array([bool(one.relevant) for one in judged], dtype=np.bool_)
    right = {depth: np.array([one.is_hit(depth) for one in judged]) for depth in (1, 3)}
    measures = {
        "coverage@95": coverage(confidence, right[1], int(answerable.sum())),
        "coverage@95_hit3": coverage(confidence, right[3], int(answerable.sum())),
        "ece": calibration_error(confidence, right[1]),
    }
    if 0 < answerable.sum() < len(judged):
        measures["auroc"] = auroc(confidence[answerable], confidence[~answerable])
    return measures


def auroc(positive: Numbers, negative: Numbers) -> float:
    """The chance that a positive scores above a negative; ties count half."""
    ordered = np.sort(negative)
    below = np.searchsorted(ordered, positive, side="left")
    ties = np.searchsorted(ordered, positive, side="right") - below
    return float((below + ties / 2).sum() / (len(positive) * len(negative)))


def coverage(confidence: Numbers, right: Flags, answerable: int) -> float:
    """Share of the answerable questions answered rightly at the lowest threshold at which 95 % of all that is
    answered (20 at least) is right; questions of one confidence are answered together."""
    if answerable == 0:
        return 0.0
    order = np.argsort(-confidence, kind="stable")
    rights = np.cumsum(right[order])
    answered = np.arange(1, len(order) + 1)
    is_last_of_tie = np.append(np.diff(confidence[order]) != 0, True)
    good = is_last_of_tie & (answered >= _LEAST_ANSWERS) & (rights >= _PRECISION * answered)
    return float(rights[good].max() / answerable) if good.any() else 0.0


def calibration_error(confidence: Numbers, right: Flags) -> float:
    """Expected calibration error in 10 bins of equal width."""
    bins = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    gaps = [
        abs(float(confidence[bins == one].mean()) - float(right[bins == one].mean())) * float((bins == one).sum())
        for one in np.unique(bins)
    ]
    return sum(gaps) / len(confidence)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _ndcg(one: Judged) -> float:
    gains = [one.relevant.get(document, 0) for document in one.ranked[:10]]
    ideal = sorted(one.relevant.values(), reverse=True)[:10]
    return _discounted(gains) / _discounted(ideal)


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / log2(place + 2) for place, gain in enumerate(gains))


def _recall(one: Judged) -> float:
    return sum(document in one.relevant for document in one.ranked[:10]) / len(one.relevant)


def _reciprocal_rank(one: Judged) -> float:
    for place, document in enumerate(one.ranked[:10]):
        if document in one.relevant:
            return 1 / (place + 1)
    return 0.0
