"""Scores a folder of questions through the very retrieval and abstention that answer people."""

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from indexer.chunker import CHUNKER_VERSION, Limit, chunk
from indexer.metrics import Judged, abstention, retrieval
from knowledge.answerability import Thresholds
from knowledge.answerer import Answerer
from knowledge.document import SourceDocument
from knowledge.embedder import Embedder
from knowledge.passage import Passage
from knowledge.snapshot import Snapshot
from knowledge.snapshot_store import SnapshotStore

_READERS = frozenset({"everyone"})
_DEPTH = 10
Progress = Callable[[str, int, int], None]


class NotAnEvaluationSet(Exception):
    """The folder lacks a file, or a line of it cannot be read; the text says which."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, as what its passages count (ids, in their order), and the relevance of those ids."""

    text: str
    count_as: Callable[[Sequence[Passage]], list[str]]
    relevant: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class EvaluationSet:
    """A folder's documents, indexed as in production, and its questions."""

    snapshot: Snapshot
    questions: tuple[Asked, ...]


def open_set(
    folder: Path,
    embedder: Embedder,
    *,
    previous: Snapshot | None = None,
    on_progress: Progress = lambda step, done, total: None,
) -> EvaluationSet:
    """The folder holds corpus.jsonl {id, title, text}, queries.jsonl {id, text} and qrels.tsv (query_id, doc_id,
    rel). What `previous` holds is not embedded again. Raises NotAnEvaluationSet.
    """
    documents, questions, relevant = read_set(folder)
    limit = Limit(count=embedder.count)
    with tempfile.TemporaryDirectory(prefix="guildhall-evaluate-") as scratch:
        store = SnapshotStore(Path(scratch))
        manifest = store.write(
            [(document, chunk(document, limit)) for document in documents],
            embedder,
            at=datetime.now(UTC),
            previous=previous,
            chunker=CHUNKER_VERSION,
            on_progress=lambda done, total: on_progress("index", done, total),
        )
        snapshot = store.open(manifest.id)
    asked = tuple(Asked(text, _document_ids, relevant.get(key, {})) for key, text in questions)
    return EvaluationSet(snapshot, asked)


def measure_set(
    opened: EvaluationSet, embedder: Embedder, *, on_progress: Progress = lambda step, done, total: None
) -> dict[str, float]:
    """Measures by name; ``questions`` counts them, ``seconds`` is the time they took, indexing left out."""
    return measure(opened.snapshot, embedder, _READERS, opened.questions, on_progress)


def measure(
    snapshot: Snapshot, embedder: Embedder, readers: frozenset[str], questions: Sequence[Asked], on_progress: Progress
) -> dict[str, float]:
    """Measures by name, as `measure_set` gives them, of questions that `readers` put to a snapshot."""
    answerer = Answerer(snapshot, embedder, Thresholds())
    judged: list[Judged] = []
    started = perf_counter()
    for number, asked in enumerate(questions, 1):
        assessed = answerer.assess(asked.text, readers)
        ranked = asked.count_as(answerer.passages(assessed.ranking, _DEPTH))
        judged.append(Judged(ranked, asked.relevant, assessed.confidence))
        on_progress("ask", number, len(questions))
    seconds = perf_counter() - started
    return {**retrieval(judged), **abstention(judged), "questions": len(judged), "seconds": round(seconds, 3)}


def read_set(folder: Path) -> tuple[list[SourceDocument], list[tuple[str, str]], dict[str, dict[str, int]]]:
    """Documents; questions as (id, text); relevance by document id, by question id. Raises NotAnEvaluationSet."""
    documents = [_document(line) for line in read_lines(folder / "corpus.jsonl", ("id", "text"))]
    questions = [(str(line["id"]), str(line["text"])) for line in read_lines(folder / "queries.jsonl", ("id", "text"))]
    return documents, questions, read_judgements(folder / "qrels.tsv")


def _document_ids(passages: Sequence[Passage]) -> list[str]:
    return [passage.document.id for passage in passages]


def _document(line: dict[str, object]) -> SourceDocument:
    from indexer.formats.markdown import parse_markdown  # with parsers that golden questions do not need

    key = str(line["id"])
    return SourceDocument(
        id=key,
        source="evaluation",
        path=key,
        title=str(line.get("title", "")),
        blocks=parse_markdown(str(line["text"])).blocks,
        audience=_READERS,
    )


def read_lines(file: Path, needed: tuple[str, ...]) -> Iterator[dict[str, object]]:
    """The objects of a JSON Lines file, each of which has what is needed. Raises NotAnEvaluationSet."""
    for number, text in enumerate(_read(file).split("\n"), 1):
        if not text.strip():
            continue
        try:
            line = json.loads(text)
        except ValueError as error:
            raise NotAnEvaluationSet(f"{file}, line {number}: no JSON ({error}).") from error
        if not isinstance(line, dict) or any(name not in line for name in needed):
            raise NotAnEvaluationSet(f"{file}, line {number}: needs {' and '.join(needed)}.")
        yield line


def read_judgements(file: Path) -> dict[str, dict[str, int]]:
    """Relevance by document or person, by question. The first line is the header. Grades are whole numbers; one below
    1 says that it is not relevant. Raises NotAnEvaluationSet."""
    relevant: dict[str, dict[str, int]] = {}
    for number, text in enumerate(_read(file).splitlines()[1:], 2):
        if not text.strip():
            continue
        try:
            question, document, grade = text.split("\t")
            whole = int(float(grade))
        except (ValueError, OverflowError) as error:
            raise NotAnEvaluationSet(
                f"{file}, line {number}: needs query_id, doc_id and rel (a number), parted by tabs."
            ) from error
        if whole > 0:
            relevant.setdefault(question, {})[document] = whole
    return relevant


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except FileNotFoundError as error:
        raise NotAnEvaluationSet(
            f"{file} is missing. A set has corpus.jsonl, queries.jsonl and qrels.tsv (header: query_id doc_id rel); "
            "a set of experts has history.jsonl and experts.jsonl in place of corpus.jsonl."
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise NotAnEvaluationSet(f"{file} cannot be read: {error}") from error
