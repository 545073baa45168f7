"""Folders of questions: measured through the real retrieval, or refused in words that say what is wrong."""

import json
from pathlib import Path

import pytest

from indexer.evaluate import NotAnEvaluationSet, Progress, measure_set, open_set
from tests.fakes_knowledge import WordEmbedder

CORPUS = {"renewals": "Renewals start ninety days before.", "pricing": "Discounts need approval.", "3": "Ask Dana."}
QUERIES = {"q1": "renewals start ninety days", "q2": "discounts need approval", "q3": "zebra xylophone"}
JUDGEMENTS = "query_id\tdoc_id\trel\nq1\trenewals\t1\nq2\tpricing\t2\nq2\trenewals\t0\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    corpus = [{"id": key, "title": key.title(), "text": text} for key, text in CORPUS.items()]
    queries = [{"id": key, "text": text, "answerable": 1} for key, text in QUERIES.items()]
    write_lines(tmp_path / "corpus.jsonl", corpus)
    write_lines(tmp_path / "queries.jsonl", queries)
    (tmp_path / "qrels.tsv").write_text(JUDGEMENTS, "utf-8")
    return tmp_path


def write_lines(file: Path, lines: list[dict[str, object]]) -> None:
    file.write_text("\n".join(json.dumps(line) for line in lines) + "\n", "utf-8")


def measured(folder: Path, on_progress: Progress = lambda step, done, total: None) -> dict[str, float]:
    embedder = WordEmbedder()
    return measure_set(open_set(folder, embedder, on_progress=on_progress), embedder, on_progress=on_progress)


def test_a_folder_is_measured(folder: Path) -> None:
    found = measured(folder)
    assert (found["ndcg@10"], found["hit@1"], found["mrr@10"], found["recall@10"], found["hit@3"]) == (1, 1, 1, 1, 1)
    assert (found["questions"], found["coverage@95"]) == (3, 0)
    assert found["seconds"] >= 0
    assert 0 <= found["auroc"] <= 1
    assert 0 <= found["ece"] <= 1


def test_progress_tells_of_indexing_and_of_every_question(folder: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    measured(folder, lambda step, done, total: seen.append((step, done, total)))
    assert seen == [("index", 3, 3), ("ask", 1, 3), ("ask", 2, 3), ("ask", 3, 3)]


def test_a_document_of_many_chunks_counts_once(folder: Path) -> None:
    text = "\n\n".join(f"## Part {number}\n\nRenewals start ninety days before." for number in range(12))
    lines = [{"id": "long", "text": text}, {"id": "renewals", "text": "Renewals start in time."}]
    write_lines(folder / "corpus.jsonl", lines)
    (folder / "qrels.tsv").write_text("query_id\tdoc_id\trel\nq1\trenewals\t1\n", "utf-8")
    found = measured(folder)
    assert (found["recall@10"], found["mrr@10"]) == (1, 0.5)


def test_graded_and_fractional_judgements_are_read_and_blank_lines_skipped(folder: Path) -> None:
    (folder / "qrels.tsv").write_text("query_id\tdoc_id\trel\r\nq1\trenewals\t2.0\r\n\r\nq2\tpricing\t0.5\r\n", "utf-8")
    (folder / "queries.jsonl").write_text('\n{"id": 1, "text": "a"}\r\n\n{"id": "q1", "text": "renewals"}', "utf-8")
    found = measured(folder)
    assert (found["questions"], found["hit@1"]) == (2, 1)


def test_a_set_without_judgements_measures_abstention_only(folder: Path) -> None:
    (folder / "qrels.tsv").write_text("query_id\tdoc_id\trel\n", "utf-8")
    found = measured(folder)
    assert set(found) == {"coverage@95", "coverage@95_hit3", "ece", "questions", "seconds"}


def test_an_empty_set_has_nothing_to_measure(folder: Path) -> None:
    for name in ("corpus.jsonl", "queries.jsonl", "qrels.tsv"):
        (folder / name).write_text("", "utf-8")
    assert measured(folder) == {"questions": 0, "seconds": 0}


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl", "qrels.tsv"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(NotAnEvaluationSet, match=rf"{name} is missing\. A set has corpus\.jsonl, queries\.jsonl and"):
        measured(folder)


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl", "qrels.tsv"])
def test_a_file_that_is_not_utf_8_is_named(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(NotAnEvaluationSet, match=f"{name} cannot be read"):
        measured(folder)


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl"])
@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("{", r"no JSON \("),
        ("[1]", "needs id and text"),
        ('"id text"', "needs id and text"),
        ('{"id": "x"}', "needs id and text"),
        ('{"text": "x"}', "needs id and text"),
    ],
)
def test_a_bad_line_is_named_with_its_number(folder: Path, name: str, line: str, wrong: str) -> None:
    with (folder / name).open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    with pytest.raises(NotAnEvaluationSet, match=rf"{name}, line 5: {wrong}"):
        measured(folder)


@pytest.mark.parametrize(
    "line", ["q1 renewals 1", "q1\trenewals", "q1\trenewals\tyes", "q1\t0\trenewals\t1", "q\td\tinf"]
)
def test_a_bad_judgement_is_named_with_its_number(folder: Path, line: str) -> None:
    (folder / "qrels.tsv").write_text(f"{JUDGEMENTS}{line}\n", "utf-8")
    with pytest.raises(NotAnEvaluationSet, match=r"qrels\.tsv, line 5: needs query_id, doc_id and rel \(a number\)"):
        measured(folder)
