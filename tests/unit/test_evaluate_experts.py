"""Folders of questions and their experts: measured through the real matching, or refused in words."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from indexer.evaluate import NotAnEvaluationSet, Progress
from indexer.evaluate_experts import is_expert_set, measure_experts
from tests.fakes_knowledge import WordEmbedder

HISTORY = [
    {
        "id": "1",
        "text": "Renewals start ninety days before",
        "experts": ["dana", "unlisted"],
        "ts": "2026-01-05T10:00:00",
    },
    {"id": "2", "text": "Discounts need approval", "experts": ["kim"], "ts": ""},
    {"id": "3", "text": "Renewals of partners start later", "experts": ["lee"], "ts": "2019-01-05T10:00:00.5+02:00"},
]
QUERIES = [
    {"id": "q1", "text": "when do renewals start", "asker": "kim", "ts": "2026-01-06T10:00:00Z"},
    {"id": "q2", "text": "discounts need approval"},
    {"id": "q3", "text": "discounts need approval", "asker": "kim", "ts": 1767700000},
]
JUDGEMENTS = "query_id\texpert_id\trel\nq1\tdana\t2\nq1\tlee\t1\nq2\tkim\t1\nq3\tkim\t1\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_lines(tmp_path / "history.jsonl", HISTORY)
    write_lines(tmp_path / "queries.jsonl", QUERIES)
    write_lines(tmp_path / "experts.jsonl", [{"id": person} for person in ("dana", "kim", "lee")])
    (tmp_path / "qrels.tsv").write_text(JUDGEMENTS, "utf-8")
    return tmp_path


def write_lines(file: Path, lines: list[dict[str, object]]) -> None:
    file.write_text("\n".join(json.dumps(line) for line in lines) + "\n", "utf-8")


def measured(folder: Path, on_progress: Progress = lambda step, done, total: None) -> dict[str, float]:
    return measure_experts(folder, WordEmbedder(), on_progress=on_progress)


def test_experts_are_measured_without_the_asker(folder: Path) -> None:
    found = measured(folder)
    assert (found["hit@1"], found["hit@3"], found["mrr@10"]) == pytest.approx((2 / 3, 2 / 3, 2 / 3))
    assert (found["questions"], "auroc" in found) == (3, False)
    assert 0 <= found["ece"] <= 1


def test_only_who_is_listed_counts_as_an_expert(folder: Path) -> None:
    (folder / "qrels.tsv").write_text("query_id\texpert_id\trel\nq1\tunlisted\t2\n", "utf-8")
    assert measured(folder)["mrr@10"] == 0


def test_progress_tells_of_the_history_and_of_every_question(folder: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    measured(folder, lambda step, done, total: seen.append((step, done, total)))
    assert seen == [(step, number, 3) for step in ("index", "ask") for number in (1, 2, 3)]


def test_an_empty_history_finds_nobody(folder: Path) -> None:
    (folder / "history.jsonl").write_text("", "utf-8")
    assert (measured(folder)["hit@3"], measured(folder)["mrr@10"]) == (0, 0)


@pytest.mark.parametrize("missing", ["history.jsonl", "experts.jsonl"])
def test_a_folder_is_one_of_experts_by_its_history_and_roster(folder: Path, missing: str) -> None:
    assert is_expert_set(folder)
    (folder / missing).unlink()
    assert not is_expert_set(folder)


@pytest.mark.parametrize(
    ("name", "line", "wrong"),
    [
        ("history.jsonl", {"id": "4", "text": "x"}, "line 5: needs id and text and experts"),
        ("history.jsonl", {"id": "4", "text": "x", "experts": "dana"}, "4: experts is no list"),
        ("history.jsonl", {"id": "4", "text": "x", "experts": [], "ts": "soon"}, "4: ts is no time"),
        ("queries.jsonl", {"id": "4", "text": "x", "ts": 1e300}, "4: ts is no time"),
        ("experts.jsonl", {"history_items": 2}, "line 5: needs id"),
    ],
)
def test_a_bad_line_is_named(folder: Path, name: str, line: dict[str, object], wrong: str) -> None:
    with (folder / name).open("a", encoding="utf-8") as file:
        file.write(f"\n{json.dumps(line)}\n")
    with pytest.raises(NotAnEvaluationSet, match=wrong):
        measured(folder)


def test_the_command_says_what_a_set_of_experts_lacks(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUILDHALL_HOME", str(folder / "home"))
    (folder / "qrels.tsv").unlink()
    outcome = CliRunner().invoke(app, ["evaluate", str(folder), "--json"])
    assert (outcome.exit_code, json.loads(outcome.stdout)) == (1, {})
    assert "qrels.tsv is missing" in outcome.stderr


def test_the_command_measures_experts_with_the_real_model(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUILDHALL_HOME", str(folder / "home"))
    outcome = CliRunner().invoke(app, ["evaluate", str(folder), "--json"])
    found = json.loads(outcome.stdout)[folder.name]
    assert (outcome.exit_code, found["hit@3"], found["questions"], found["auroc"]) == (0, 0.6667, 3, None)
