"""Fits knowledge/answerability.json: the probability that the best passage answers.

    python -m training.answerability SETS CACHE [--projection SET[,SET...]=FILE ...]
                                     [--golden QUESTIONS SNAPSHOTS] [--output FILE]

SETS holds one abstention set a folder. Each set is asked through a projection that was learned without it
(--projection; training/late_interaction.py --leave-out), so that scores are as they will be on documents that
nobody has trained on. Golden questions are put to the snapshot in force. Prints each set's figures with that set
left out of the fit, then fits on all. Needs scikit-learn (training/README.md).
"""

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from indexer.evaluate import EvaluationSet, open_set
from indexer.golden import GoldenFile, everyone, golden_set, read_golden
from indexer.metrics import Judged, abstention
from knowledge.answerability import FEATURES, Thresholds, evidence
from knowledge.answerer import Answerer
from knowledge.embedder import Embedder
from knowledge.late_interaction import learned_projection, register
from knowledge.onnx_embedder import load_builtin
from knowledge.snapshot_store import SnapshotStore

_READERS = frozenset({"everyone"})
_SHIPPED = Path("knowledge/late_interaction.npz")
_MOST = 2500  # questions a set
_REGULARISATION = 0.003
# Golden questions are what people ask; utterances of a chat bot's intents have neither titles nor passages.
_WEIGHTS = {"golden": 1.5, "clinc150_val": 0.4, "hint3_curekart": 0.4}


@dataclass(frozen=True)
class Evidence:
    """Features by question, whether the first document is right, and what the measures need."""

    features: np.ndarray
    right: np.ndarray
    judged: list[Judged]


def collect(opened: EvaluationSet, embedder: Embedder, readers: frozenset[str]) -> Evidence:
    answerer = Answerer(opened.snapshot, embedder, Thresholds())
    chosen = np.random.default_rng(0).permutation(len(opened.questions))[:_MOST]
    features, judged = [], []
    for asked in (opened.questions[int(index)] for index in chosen):
        ranking = answerer.assess(asked.text, readers).ranking
        if len(ranking):
            features.append(evidence(opened.snapshot, ranking))
            judged.append(Judged(asked.count_as(answerer.passages(ranking, 10)), asked.relevant, 0.0))
    return Evidence(np.array(features), np.array([one.is_hit(1) for one in judged]), judged)


def fit(sets: Mapping[str, Evidence]) -> tuple[np.ndarray, float]:
    """Weights and bias on the features as they are; a set counts as _WEIGHTS says, whatever its size."""
    features = np.concatenate([one.features for one in sets.values()])
    right = np.concatenate([one.right for one in sets.values()])
    weight = np.concatenate(
        [np.full(len(one.right), 1000 * _WEIGHTS.get(name, 1.0) / len(one.right)) for name, one in sets.items()]
    )
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
    parser.add_argument("--golden", nargs=2, type=Path, metavar=("QUESTIONS", "SNAPSHOTS"))
    parser.add_argument("--output", type=Path, default=Path("knowledge/answerability.json"))
    options = parser.parse_args()
    embedder = load_builtin(options.cache)
    sets = {}
    if options.golden:
        snapshot = SnapshotStore(options.golden[1]).open_current()
        if snapshot is None:
            parser.error(f"{options.golden[1]} holds no snapshot in force")
        questions = read_golden(GoldenFile(options.golden[0]))
        sets["golden"] = collect(golden_set(questions, snapshot), embedder, everyone(snapshot))
    projections: dict[str, Path] = {}
    for given in options.projection:
        names, _, file = given.partition("=")
        projections |= dict.fromkeys(names.split(","), Path(file))
    for folder in sorted(path for path in options.sets.iterdir() if path.is_dir()):
        with projections.get(folder.name, _SHIPPED).open("rb") as file:
            register(*learned_projection(file))
        sets[folder.name] = collect(open_set(folder, embedder), embedder, _READERS)
    for name, one in sets.items():
        others = {key: other for key, other in sets.items() if key != name}
        sys.stdout.write(f"{name} left out: {measured(one, *fit(others))}\n")
    weights, bias = fit(sets)
    for name, one in sets.items():
        sys.stdout.write(f"{name}: {measured(one, weights, bias)}\n")
    stored = {
        "weights": {name: round(float(weight), 4) for name, weight in zip(FEATURES, weights, strict=True)},
        "bias": round(bias, 4),
    }
    options.output.write_text(json.dumps(stored, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
