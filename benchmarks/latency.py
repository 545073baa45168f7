"""From a question to its answer in process, as a multiple of the bare model's forward pass in the same run.

    python -m benchmarks.latency [--chunks 10000] [--questions 200]

The chunks are made from the starter pack's passages, recombined; the questions are its golden ones.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

import numpy as np

from benchmarks.results import write_results
from bot.bootstrap.parts import open_embedder
from bot.commands.terminal import read_settings
from indexer.chunker import Limit, chunk
from indexer.formats.markdown import parse_markdown
from knowledge.answerability import Thresholds
from knowledge.answerer import Answerer
from knowledge.document import Chunk, SourceDocument
from knowledge.embedder import Embedder
from knowledge.snapshot_store import SnapshotStore

ROOT = Path(__file__).resolve().parent.parent
READERS = frozenset({"everyone"})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chunks", type=int, default=10_000)
    parser.add_argument("--questions", type=int, default=200)
    options = parser.parse_args()
    embedder = open_embedder(read_settings())
    lines = (ROOT / "examples/starter-golden.jsonl").read_text("utf-8").splitlines()
    questions = [str(json.loads(line)["question"]) for line in lines][: options.questions]
    with tempfile.TemporaryDirectory() as scratch:
        store = SnapshotStore(Path(scratch))
        manifest = store.write(recombined(options.chunks), embedder, at=datetime.now(UTC), on_progress=_show)
        # Whatever is found is answered: an "I don't know" would be quicker.
        answerer = Answerer(store.open(manifest.id), embedder, Thresholds(answer=0, offer=0))
        answerer.answer(questions[0], READERS)
        times = [(_forward_pass(embedder, question), _answer(answerer, question)) for question in questions]
    forward, answered = zip(*times, strict=True)
    write_results("latency", {"chunks": manifest.chunks, "questions": len(questions), **figures(forward, answered)})


def figures(forward: Sequence[float], answered: Sequence[float]) -> dict[str, float]:
    """Both in seconds; the multiples are of the median forward pass."""
    bare = float(np.percentile(forward, 50))
    found: dict[str, float] = {}
    for share in (50, 95):
        alone, whole = float(np.percentile(forward, share)), float(np.percentile(answered, share))
        found[f"forward_pass_p{share}_ms"] = round(alone * 1e3, 2)
        found[f"question_to_answer_p{share}_ms"] = round(whole * 1e3, 2)
        found[f"multiple_p{share}"] = round(whole / bare, 2)
    return found


def recombined(most: int) -> list[tuple[SourceDocument, tuple[Chunk, ...]]]:
    """Documents of real passages in new combinations, so that every chunk differs from every other."""
    limit = Limit()
    real: list[tuple[SourceDocument, Chunk]] = []
    for file in sorted((ROOT / "examples/starter").rglob("*.md")):
        blocks = parse_markdown(file.read_text("utf-8")).blocks
        document = SourceDocument(file.name, "starter", file.name, file.stem, blocks, audience=READERS)
        real += [(document, one) for one in chunk(document, limit)]
    random = np.random.default_rng(0)
    made: list[tuple[SourceDocument, tuple[Chunk, ...]]] = []
    for number in range(most):
        (document, first), (_, second) = (real[int(index)] for index in random.integers(0, len(real), 2))
        words = " ".join([*first.text.split()[:60], *second.text.split()[-60:]])
        own = replace(document, id=str(number), title=f"{document.title} {number}")
        made.append((own, (replace(first, document_id=own.id, ordinal=0, text=words),)))
    return made


def _forward_pass(embedder: Embedder, question: str) -> float:
    started = perf_counter()
    next(embedder.encode([question]))
    return perf_counter() - started


def _answer(answerer: Answerer, question: str) -> float:
    started = perf_counter()
    answerer.answer(question, READERS)
    return perf_counter() - started


def _show(done: int, total: int) -> None:
    sys.stderr.write(f"\rindexed {done} of {total}" + ("\n" if done == total else ""))


if __name__ == "__main__":
    main()
