"""From a question to its answer in process, as a multiple of the bare model's forward pass in the same run.

    python -m benchmarks.latency [--chunks 10000] [--questions 200]

The chunks are made from the starter pack's passages, recombined; the questions are its golden ones.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

import numpy as np

from indexer.chunker import Limit, chunk
from indexer.formats.markdown import parse_markdown
from knowledge.answerability import Thresholds
from knowledge.answerer import Answerer
from knowledge.document import Chunk, SourceDocument
from knowledge.onnx_embedder import load_builtin
from knowledge.snapshot_store import SnapshotStore

ROOT = Path(__file__).resolve().parent.parent
READERS = frozenset({"everyone"})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chunks", type=int, default=10_000)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--home", type=Path, default=ROOT / ".guildhall", help="where the model's graph is kept")
    options = parser.parse_args()
    embedder = load_builtin(options.home / "models")
    lines = (ROOT / "examples/starter-golden.jsonl").read_text("utf-8").splitlines()
    questions = [str(json.loads(line)["question"]) for line in lines][: options.questions]
    with tempfile.TemporaryDirectory() as scratch:
        store = SnapshotStore(Path(scratch))
        manifest = store.write(
            recombined(options.chunks),
            embedder,
            at=datetime.now(UTC),
            on_progress=lambda done, total: sys.stderr.write(f"\rindexed {done} of {total}"),
        )
        answerer = Answerer(store.open(manifest.id), embedder, Thresholds(answer=0, offer=0))
        answerer.answer(questions[0], READERS)
        forward, answered = [], []
        for question in questions:
            forward.append(_timed(lambda text=question: next(embedder.encode([text]))))
            answered.append(_timed(lambda text=question: answerer.answer(text, READERS)))
    bare = float(np.percentile(forward, 50))
    sys.stdout.write(f"\n{manifest.chunks} chunks, {len(questions)} questions\n")
    for share in (50, 95):
        one, all_of_it = np.percentile(forward, share), np.percentile(answered, share)
        sys.stdout.write(
            f"p{share}: forward pass {one * 1e3:.1f} ms, question to answer {all_of_it * 1e3:.1f} ms, "
            f"{all_of_it / bare:.2f} times the median forward pass\n"
        )


def recombined(most: int) -> list[tuple[SourceDocument, tuple[Chunk, ...]]]:
    """Documents of real passages in new combinations, so that every chunk differs from every other."""
    limit = Limit()
    real = []
    for file in sorted((ROOT / "examples/starter").rglob("*.md")):
        blocks = parse_markdown(file.read_text("utf-8")).blocks
        document = SourceDocument(file.name, "starter", file.name, file.stem, blocks, audience=READERS)
        real += [(document, one) for one in chunk(document, limit)]
    random = np.random.default_rng(0)
    made = []
    for number in range(most):
        (document, first), (_, second) = (real[int(index)] for index in random.integers(0, len(real), 2))
        words = " ".join([*first.text.split()[:60], *second.text.split()[-60:]])
        own = replace(document, id=str(number), title=f"{document.title} {number}")
        made.append((own, (replace(first, document_id=own.id, ordinal=0, text=words),)))
    return made


def _timed(call: Callable[[], object]) -> float:
    started = perf_counter()
    call()
    return perf_counter() - started


if __name__ == "__main__":
    main()
