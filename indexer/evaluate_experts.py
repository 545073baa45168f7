"""Scores a folder of questions and their experts through `knowledge.expertise`."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from indexer.evaluate import NotAnEvaluationSet, Progress, read_judgements, read_lines
from indexer.metrics import Judged, abstention, retrieval
from knowledge.embedder import Embedder
from knowledge.evidence import Evidence
from knowledge.expertise import Expertise
from knowledge.retriever import prepare


def is_expert_set(folder: Path) -> bool:
    return (folder / "history.jsonl").is_file() and (folder / "experts.jsonl").is_file()


def measure_experts(
    folder: Path, embedder: Embedder, *, on_progress: Progress = lambda step, done, total: None
) -> dict[str, float]:
    """Measures by name, of people instead of documents; ``seconds`` is the questions' time, the history left out.

    The folder holds history.jsonl {id, text, experts[], ts}, experts.jsonl {id}, queries.jsonl {id, text, asker, ts}
    and qrels.tsv (query_id, expert_id, rel); ts may be missing or empty. The asker is left out. All of the history
    counts, whatever its time: sets are split at random, and what is far from the question's time counts less.
    Raises NotAnEvaluationSet.
    """
    evidence = read_history(folder)
    queries = list(read_lines(folder / "queries.jsonl", ("id", "text")))
    relevant = read_judgements(folder / "qrels.tsv")
    expertise = Expertise.build(evidence, embedder, on_progress=lambda done, total: on_progress("index", done, total))
    judged: list[Judged] = []
    started = perf_counter()
    for number, line in enumerate(queries, 1):
        query = prepare(str(line["text"]), embedder)
        found = expertise.match(query, at=asked_at(line, folder / "queries.jsonl"), left_out=asker_of(line))
        ranked = [expert.person for expert in found.experts]
        judged.append(Judged(ranked, relevant.get(str(line["id"]), {}), found.confidence))
        on_progress("ask", number, len(queries))
    seconds = perf_counter() - started
    return {**retrieval(judged), **abstention(judged), "questions": len(judged), "seconds": round(seconds, 3)}


def read_history(folder: Path) -> list[Evidence]:
    """What speaks for the people of experts.jsonl. Raises NotAnEvaluationSet."""
    roster = {str(line["id"]) for line in read_lines(folder / "experts.jsonl", ("id",))}
    file = folder / "history.jsonl"
    evidence: dict[str, Evidence] = {}
    for line in read_lines(file, ("id", "text", "experts")):
        key, experts = str(line["id"]), line["experts"]
        if not isinstance(experts, list):
            raise NotAnEvaluationSet(f"{file}, {key}: experts is no list.")
        people = {str(expert): 1.0 for expert in experts if str(expert) in roster}
        evidence[key] = Evidence(key, str(line["text"]), people, when=asked_at(line, file))
    return list(evidence.values())


def asker_of(line: Mapping[str, object]) -> frozenset[str]:
    return frozenset({str(line["asker"])} if line.get("asker") else ())


def asked_at(line: Mapping[str, object], file: Path) -> datetime | None:
    """The time of a question or an item; UTC where it names no zone. Raises NotAnEvaluationSet."""
    stated = line.get("ts")
    if stated is None or stated == "":
        return None
    try:
        if isinstance(stated, int | float):
            return datetime.fromtimestamp(stated, UTC)
        time = datetime.fromisoformat(str(stated))
    except (ValueError, OverflowError, OSError) as error:
        raise NotAnEvaluationSet(f"{file}, {line['id']}: ts is no time ({error}).") from error
    return time if time.tzinfo else time.replace(tzinfo=UTC)
