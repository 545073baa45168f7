"""Scores a folder of questions through the very retrieval and abstention that answer people."""

import json
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from indexer.chunker import CHUNKER_VERSION, Limit, chunk
from indexer.formats.markdown import parse_markdown
from indexer.metrics import Judged, abstention, retrieval
from knowledge.answerability import Thresholds
from knowledge.answerer import Answerer
from knowledge.document import SourceDocument
from knowledge.embedder import Embedder
from knowledge.snapshot_store import SnapshotStore

_READERS = frozenset({"everyone"})
_DEPTH = 10
Progress = Callable[[str, int, int], None]


class NotAnEvaluationSet(Exception):
    """The folder lacks a file, or a line of it cannot be read; the text says which."""


def evaluate_folder(
    folder: Path, embedder: Embedder, *, on_progress: Progress = lambda step, done, total: None
) -> dict[str, float]:
    """Measures by name; ``questions`` counts them, ``seconds`` is the time they took, indexing left out.

    The folder holds corpus.jsonl {id, title, text}, queries.jsonl {id, text} and qrels.tsv (query_id, doc_id,
    rel). Raises NotAnEvaluationSet.
    """
    documents, questions, relevant = read_set(folder)
    limit = Limit(count=embedder.count)
    with tempfile.TemporaryDirectory(prefix="guildhall-evaluate-") as scratch:
        store = SnapshotStore(Path(scratch))
        manifest = store.write(
            [(document, chunk(document, limit)) for document in documents],
            embedder,
            at=datetime.now(UTC),
            chunker=CHUNKER_VERSION,
            on_progress=lambda done, total: on_progress("index", done, total),
        )
        snapshot = store.open(manifest.id)
    answerer = Answerer(snapshot, embedder, Thresholds())
    judged: list[Judged] = []
    started = perf_counter()
    for number, (key, text) in enumerate(questions, 1):
        assessed = answerer.assess(text, _READERS)
        passages = answerer.passages(assessed.ranking, _DEPTH)
        ranked = [passage.document.id for passage in passages]
        judged.append(Judged(ranked, relevant.get(key, {}), assessed.confidence))
        on_progress("ask", number, len(questions))
    seconds = perf_counter() - started
    return {**retrieval(judged), **abstention(judged), "questions": len(judged), "seconds": round(seconds, 3)}


def read_set(folder: Path) -> tuple[list[SourceDocument], list[tuple[str, str]], dict[str, dict[str, int]]]:
    """Documents; questions as (id, text); relevance by document id, by question id. Raises NotAnEvaluationSet."""
    documents = [_document(line) for line in _lines(folder / "corpus.jsonl", ("id", "text"))]
    questions = [(str(line["id"]), str(line["text"])) for line in _lines(folder / "queries.jsonl", ("id", "text"))]
    return documents, questions, _judgements(folder / "qrels.tsv")


def _document(line: dict[str, object]) -> SourceDocument:
    key = str(line["id"])
    return SourceDocument(
        id=key,
        source="evaluation",
        path=key,
        title=str(line.get("title", "")),
        blocks=parse_markdown(str(line["text"])).blocks,
        audience=_READERS,
    )


def _lines(file: Path, needed: tuple[str, ...]) -> Iterator[dict[str, object]]:
    if not file.is_file():
        raise NotAnEvaluationSet(f"{file} is missing. A set has corpus.jsonl, queries.jsonl and qrels.tsv.")
    for number, text in enumerate(file.read_text("utf-8").split("\n"), 1):
        if not text.strip():
            continue
        try:
            line = json.loads(text)
        except ValueError as error:
            raise NotAnEvaluationSet(f"{file}, line {number}: no JSON ({error}).") from error
        if not isinstance(line, dict) or any(name not in line for name in needed):
            raise NotAnEvaluationSet(f"{file}, line {number}: needs {' and '.join(needed)}.")
        yield line


def _judgements(file: Path) -> dict[str, dict[str, int]]:
    if not file.is_file():
        raise NotAnEvaluationSet(f"{file} is missing. Its header is: query_id doc_id rel.")
    relevant: dict[str, dict[str, int]] = {}
    for number, text in enumerate(file.read_text("utf-8").splitlines()[1:], 2):
        parts = text.split("\t")
        if len(parts) != 3:
            raise NotAnEvaluationSet(f"{file}, line {number}: needs query_id, doc_id and rel, parted by tabs.")
        if float(parts[2]) > 0:
            relevant.setdefault(parts[0], {})[parts[1]] = int(float(parts[2]))
    return relevant
