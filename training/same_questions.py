"""From which cosine two questions are the same, measured on questions with the same right answer.

    python -m training.same_questions CACHE SET...

Each SET is a retrieval set (see indexer.evaluate) in which several questions have the same relevant documents. One
question after another arrives where 50 others of the set are open; one in five of them is asked already. The closest
open one is joined from each cosine on: precision is the share of joins that are right, recall that of the repeated
questions that find theirs, and the last column the share of new questions that are joined to something else.
"""

import sys
from collections import defaultdict
from pathlib import Path

import numpy as np

from indexer.evaluate import read_judgements, read_lines
from knowledge.onnx_embedder import load_builtin

_OPEN = 50
_ARRIVALS = 4_000
_REPEATED = 5  # one in so many
_MOST = 1_800  # questions of a set
_OF_ONE_ANSWER = 6
_COSINES = (0.7, 0.75, 0.8, 0.82, 0.85, 0.9)


def main() -> None:
    cache, *folders = map(Path, sys.argv[1:])
    embedder = load_builtin(cache)
    joined = []
    for folder in folders:
        texts, answers = _questions(folder)
        vectors = np.array([found.sentence for found in embedder.encode(texts)])
        arrivals = _arrivals(vectors, answers)
        joined.append(arrivals)
        _report(folder.name, arrivals)
    _report("all", np.concatenate(joined))


def _questions(folder: Path) -> tuple[list[str], np.ndarray]:
    """Texts, and a number for the documents that answer each."""
    relevant = read_judgements(folder / "qrels.tsv")
    by_answer: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for question in read_lines(folder / "queries.jsonl", ("id", "text")):
        key = tuple(sorted(relevant.get(str(question["id"]), {})))
        if key and len(by_answer[key]) < _OF_ONE_ANSWER:
            by_answer[key].append(str(question["text"]))
    order = np.random.default_rng(5).permutation(len(by_answer))
    groups = [list(by_answer.values())[one] for one in order]
    found = [(text, number) for number, group in enumerate(groups) for text in group][:_MOST]
    return [text for text, _ in found], np.array([number for _, number in found])


def _arrivals(vectors: np.ndarray, answers: np.ndarray) -> np.ndarray:
    """For each: the closest cosine, whether it was asked already, whether the closest is the right one."""
    draw = np.random.default_rng(3)
    several = [rows for answer in np.unique(answers) if len(rows := np.flatnonzero(answers == answer)) > 1]
    found = []
    for number in range(_ARRIVALS):
        is_repeated = number % _REPEATED == 0
        if is_repeated:
            new, old = draw.choice(several[draw.integers(len(several))], 2, replace=False)
        else:
            new, old = draw.integers(len(answers)), -1
        rows = [row for row in draw.choice(len(answers), _OPEN + 10, replace=False) if answers[row] != answers[new]]
        rows = [*rows[: _OPEN - is_repeated], *([old] if is_repeated else [])]
        cosines = vectors[rows] @ vectors[new]
        found.append((cosines.max(), is_repeated, rows[int(cosines.argmax())] == old))
    return np.array(found)


def _report(name: str, arrivals: np.ndarray) -> None:
    sys.stdout.write(f"{name}\n")
    is_repeated = arrivals[:, 1] == 1
    for cosine in _COSINES:
        joins = arrivals[:, 0] >= cosine
        right = (arrivals[:, 2] == 1) & joins
        precision, recall = right.sum() / max(joins.sum(), 1), right.sum() / is_repeated.sum()
        wrong = (joins & ~is_repeated).sum() / (~is_repeated).sum()
        sys.stdout.write(
            f"  {cosine:.2f}  precision {precision:.3f}  recall {recall:.3f}  new ones joined {wrong:.4f}\n"
        )


if __name__ == "__main__":
    main()
