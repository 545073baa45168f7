"""How sure the matching of experts may be, and how it does where only what came before a question is known.

python -m training.experts CACHE SET...
"""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from indexer.evaluate import read_judgements, read_lines
from indexer.evaluate_experts import asked_at, asker_of, read_history
from indexer.metrics import Judged, calibration_error, retrieval
from knowledge.embedder import Embedder
from knowledge.expertise import Expertise
from knowledge.onnx_embedder import load_builtin
from knowledge.retriever import prepare

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def matched(folder: Path, embedder: Embedder, *, only_before: bool) -> tuple[list[Judged], np.ndarray]:
    """The questions in the order of time, and the share of the first person. With `only_before` the evidence grows
    with time as it does in the product; without, all of it is known, as in `guildhall evaluate`."""
    evidence = read_history(folder)
    relevant = read_judgements(folder / "qrels.tsv")
    file = folder / "queries.jsonl"
    queries = sorted(read_lines(file, ("id", "text")), key=lambda line: asked_at(line, file) or _LONG_AGO)
    expertise = Expertise.build([] if only_before else evidence, embedder)
    judged, shares = [], []
    for line in queries:
        at = asked_at(line, file)
        if only_before and at is not None:
            known = [item for item in evidence if item.when is not None and item.when < at]
            expertise = Expertise.build(known, embedder, expertise.memory)
        found = expertise.match(prepare(str(line["text"]), embedder), at=at, left_out=asker_of(line))
        ranked = [expert.person for expert in found.experts]
        judged.append(Judged(ranked, relevant.get(str(line["id"]), {}), found.confidence))
        shares.append(found.experts[0].share if found.experts else 0.0)
    return judged, np.array(shares)


def fitted(odds: np.ndarray, right: np.ndarray, weights: np.ndarray) -> tuple[float, float]:
    """Logistic regression by Newton's method."""
    inputs = np.stack([odds, np.ones_like(odds)], axis=1)
    line = np.zeros(2)
    for _ in range(100):
        probability = 1 / (1 + np.exp(-(inputs @ line)))
        slope = inputs.T @ (weights * (probability - right))
        curve = inputs.T @ (inputs * (weights * probability * (1 - probability))[:, None])
        line -= np.linalg.solve(curve, slope)
    return float(line[0]), float(line[1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cache", type=Path)
    parser.add_argument("sets", type=Path, nargs="+")
    options = parser.parse_args()
    embedder = load_builtin(options.cache)
    odds, right, weights = [], [], []
    for folder in options.sets:
        has_times = any(item.when for item in read_history(folder))
        for only_before in (False, True) if has_times else (False,):
            judged, shares = matched(folder, embedder, only_before=only_before)
            hits = np.array([one.is_hit(1) for one in judged])
            confidence = np.array([one.confidence for one in judged])
            measures = {**retrieval(judged), "ece": calibration_error(confidence, hits)}
            known = "only what was before" if only_before else "all"
            sys.stdout.write(f"{folder.name}, {known}: { ({key: round(one, 3) for key, one in measures.items()}) }\n")
            shares = shares.clip(1e-4, 1 - 1e-4)
            odds.append(np.log(shares / (1 - shares)))
            right.append(hits)
            weights.append(np.full(len(hits), 1 / len(hits)))
    slope, intercept = fitted(np.concatenate(odds), np.concatenate(right), np.concatenate(weights))
    sys.stdout.write(f"_SLOPE, _INTERCEPT = {slope:.2f}, {intercept:.2f}\n")


if __name__ == "__main__":
    main()
