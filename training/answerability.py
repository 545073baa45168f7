"""Fits knowledge/answerability.json: the probability that the best passage answers.

    python -m training.answerability SETS CACHE [--projection SET[,SET...]=FILE ...] [--output FILE]

SETS holds one abstention set a folder. Each set is asked through a projection that was learned without it
(--projection; training/late_interaction.py --leave-out), so that scores are as they will be on documents that
nobody has trained on. Prints each set's figures with that set left out of the fit, then fits on all.
Needs scikit-learn (training/README.md).
"""

import argparse
import json
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from indexer.chunker import Limit, chunk
from indexer.evaluate import read_set
from indexer.metrics import Judged, abstention
from knowledge.answerability import FEATURES, Thresholds, evidence
from knowledge.answerer import Answerer
from knowledge.late_interaction import learned_projection, register
from knowledge.onnx_embedder import load_builtin
from knowledge.snapshot_store import SnapshotStore

_READERS = frozenset({"everyone"})
_MOST = 2500  # questions a set
_REGULARISATION = 0.03


@dataclass(frozen=True)
class Evidence:
    """Features by question, whether the first document is right, and what the measures need."""

    features: np.ndarray
    right: np.ndarray
    judged: list[Judged]


def collect(folder: Path, cache: Path, projection: Path | None) -> Evidence:
    embedder = load_builtin(cache)
    if projection is not None:
        with projection.open("rb") as file:
            register(*learned_projection(file))
    documents, questions, relevant = read_set(folder)
    store = SnapshotStore(cache / f"{folder.name}-{projection.stem if projection else 'shipped'}")
    if store.current_id() is None:
        limit = Limit(count=embedder.count)
        parts = [(one, chunk(one, limit)) for one in documents]
        store.activate(store.write(parts, embedder, at=datetime.now(UTC)).id)
    snapshot = store.open(store.current_id() or "")
    answerer = Answerer(snapshot, embedder, Thresholds())
    chosen = np.random.default_rng(0).permutation(len(questions))[:_MOST]
    features, judged = [], []
    for key, text in (questions[int(index)] for index in chosen):
        ranking = answerer.assess(text, _READERS).ranking
        if len(ranking):
            ranked = [passage.document.id for passage in answerer.passages(ranking, 10)]
            features.append(evidence(snapshot, ranking))
            judged.append(Judged(ranked, relevant.get(key, {}), 0.0))
    return Evidence(np.array(features), np.array([one.is_hit(1) for one in judged]), judged)


def fit(sets: list[Evidence]) -> tuple[np.ndarray, float]:
    """Weights and bias on the features as they are; every set counts the same."""
    features = np.concatenate([one.features for one in sets])
    right = np.concatenate([one.right for one in sets])
    weight = np.concatenate([np.full(len(one.right), 1000 / len(one.right)) for one in sets])
    model = make_pipeline(StandardScaler(), LogisticRegression(C=_REGULARISATION, max_iter=2000))
    model.fit(features, right, logisticregression__sample_weight=weight)
    scaler, regression = model[0], model[1]
    weights = regression.coef_[0] / scaler.scale_
    return weights, float(regression.intercept_[0] - (weights * scaler.mean_).sum())


def measured(one: Evidence, weights: np.ndarray, bias: float) -> dict[str, float]:
    confidence = 1 / (1 + np.exp(-(one.features @ weights + bias)))
    judged = [Judged(old.ranked, old.relevant, float(sure)) for old, sure in zip(one.judged, confidence, strict=True)]
    return {name: round(value, 3) for name, value in abstention(judged).items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", type=Path)
    parser.add_argument("cache", type=Path)
    parser.add_argument("--projection", action="append", default=[])
    parser.add_argument("--output", type=Path, default=Path("knowledge/answerability.json"))
    options = parser.parse_args()
    projections: dict[str, Path] = {}
    for given in options.projection:
        names, _, file = given.partition("=")
        projections |= dict.fromkeys(names.split(","), Path(file))
    sets = {
        folder.name: collect(folder, options.cache, projections.get(folder.name))
        for folder in sorted(path for path in options.sets.iterdir() if path.is_dir())
    }
    for name, one in sets.items():
        others = [other for key, other in sets.items() if key != name]
        sys.stdout.write(f"{name} left out: {measured(one, *fit(others))}\n")
    weights, bias = fit(list(sets.values()))
    for name, one in sets.items():
        sys.stdout.write(f"{name}: {measured(one, weights, bias)}\n")
    stored = {
        "weights": {name: round(float(weight), 4) for name, weight in zip(FEATURES, weights, strict=True)},
        "bias": round(bias, 4),
    }
    options.output.write_text(json.dumps(stored, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
