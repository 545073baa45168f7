"""What scripts rely on: exit codes, the fields of --json, and that each stands in docs/command-line.md."""

import json
import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner

from bot.__main__ import app, main
from bot.bootstrap.parts import open_database
from bot.chat.errors import UserFacingError
from bot.commands.answer_text import answer_fields, answer_lines
from bot.commands.evaluate import FIGURES, golden_files, names, report
from bot.commands.run_text import exit_code, run_fields, run_lines
from bot.commands.sources import name_from
from bot.commands.terminal import BY, read_settings
from bot.features.indexing.model import IndexRun, RunState
from bot.storage.audit import latest
from indexer.golden import GoldenFile
from indexer.report import BuildReport, Result, Verdict
from knowledge.answer import Answer, Outcome, Source
from knowledge.document import Chunk, ListItem, Paragraph, SourceDocument, Table
from knowledge.passage import Passage

ROOT = Path(__file__).parents[2]
DOCUMENTED = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GUILDHALL_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GUILDHALL_STARTER", "")
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield tmp_path / "home"
    root.handlers = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def documented_fields(command: str) -> set[str]:
    section = re.search(rf"^## {command}\n(.*?)(?=^## |\Z)", DOCUMENTED, re.DOTALL | re.MULTILINE)
    assert section is not None, f"{command} is not documented"
    first_cells = re.findall(r"^\| (`.*?) \|", section[1], re.MULTILINE)
    return {name for cell in first_cells for name in re.findall(r"`([^`]+)`", cell)}


def fields_of(value: object, prefix: str = "") -> set[str]:
    """Dotted names of everything in a JSON value, lists as []."""
    if isinstance(value, list):
        return {name for item in value for name in fields_of(item, f"{prefix}[]")}
    if not isinstance(value, dict):
        return set()
    own = {f"{prefix}.{key}".lstrip(".") for key in value}
    return own.union(*(fields_of(item, f"{prefix}.{key}".lstrip(".")) for key, item in value.items()))


def an_answer(outcome: Outcome) -> Answer:
    document = SourceDocument("kb:renewals.md", "kb", "renewals.md", "Renewals", (), audience=frozenset({"everyone"}))
    chunk = Chunk(document.id, 2, "Send it 60 days before.", ("Proposal",), anchor="proposal")
    source = Source(Passage(document, chunk, 0.91234567, row=0), "Send it 60 days before.")
    table = Table(("When", "What"), (("60 days", "**proposal**"),))
    blocks = (Paragraph("See [the template](t.md)."), ListItem("First", 0, 1), ListItem("Then", 1), table)
    return Answer(outcome, 0.87654321, "When?", "Send it 60 days before.", blocks, (source,))


def test_the_fields_of_ask_are_those_documented() -> None:
    fields = answer_fields(an_answer(Outcome.ANSWER), "http://localhost:8080")
    assert fields_of(fields) == documented_fields("ask")
    assert fields["outcome"] == "answer"
    assert fields["confidence"] == 0.8765


def test_an_answer_is_the_sources_words_without_marks() -> None:
    fields = answer_fields(an_answer(Outcome.ANSWER), "")
    assert fields["answer"] == (
        "Send it 60 days before.\nSee the template.\n1. First\n  - Then\nWhen | What\n60 days | proposal"
    )


@pytest.mark.parametrize("outcome", [Outcome.CANDIDATES, Outcome.UNKNOWN])
def test_without_an_answer_there_are_no_words_but_sources(outcome: Outcome) -> None:
    fields = answer_fields(an_answer(outcome), "")
    assert fields["answer"] == ""
    assert fields["sources"]


def test_every_outcome_says_something_at_the_terminal() -> None:
    for outcome in Outcome:
        assert "Renewals › Proposal" in "\n".join(answer_lines(an_answer(outcome), "http://localhost:8080"))
    nothing = Answer(Outcome.UNKNOWN, 0.0, "When?")
    assert list(answer_lines(nothing, "")) == ["Nothing in the library answers this."]


def test_the_fields_of_doctor_are_those_documented_and_so_are_its_checks() -> None:
    outcome = CliRunner().invoke(app, ["doctor", "--json"])
    value = json.loads(outcome.stdout)
    assert fields_of(value) == documented_fields("doctor")
    assert outcome.exit_code == (0 if value["ok"] else 1)
    row = re.search(r"^\| `checks\[\].name` \| (.*) \|$", DOCUMENTED, re.MULTILINE)
    assert row is not None
    assert {check["name"] for check in value["checks"]} == set(re.findall(r"`([^`]+)`", row[1]))


def test_the_fields_of_evaluate_are_those_documented(capsys: pytest.CaptureFixture[str]) -> None:
    report({"set": {"ndcg@10": 0.51237, "questions": 12}}, as_json=True)
    printed = json.loads(capsys.readouterr().out)
    assert set(printed["set"]) == documented_fields("evaluate") == set(FIGURES)
    assert printed["set"]["ndcg@10"] == 0.5124
    assert printed["set"]["questions"] == 12
    assert printed["set"]["auroc"] is None


def test_folders_of_one_name_are_told_apart() -> None:
    assert names([Path("/a/one"), Path("/b/one"), Path("/b/two")]) == ["a/one", "b/one", "two"]


def test_evaluate_names_a_folder_that_is_none_and_fails(tmp_path: Path) -> None:
    outcome = CliRunner().invoke(app, ["evaluate", str(tmp_path), "--json"])
    assert outcome.exit_code == 1
    assert json.loads(outcome.stdout) == {}
    assert "corpus.jsonl is missing" in outcome.stderr


@pytest.mark.parametrize(
    ("argument", "said"), [("golden", "no source has golden questions"), ("asked.jsonl", "Nothing is indexed yet")]
)
def test_evaluate_says_why_golden_questions_cannot_be_asked(argument: str, said: str, tmp_path: Path) -> None:
    line = {"id": "g1", "question": "when do renewals start", "answerable": 1, "sources": ["renewals.md"]}
    (tmp_path / "asked.jsonl").write_text(json.dumps(line), encoding="utf-8")
    named = argument if argument == "golden" else str(tmp_path / argument)
    outcome = CliRunner().invoke(app, ["evaluate", named, "--json"])
    assert (outcome.exit_code, json.loads(outcome.stdout)) == (1, {})
    assert said in outcome.stderr


def test_evaluate_takes_a_file_or_a_folder_of_golden_questions(tmp_path: Path, home: Path) -> None:
    file = tmp_path / "starter-golden.jsonl"
    file.write_text("", encoding="utf-8")
    settings = read_settings()
    assert list(golden_files(file, settings)) == list(golden_files(tmp_path, settings)) == [GoldenFile(file)]
    (tmp_path / "corpus.jsonl").write_text("", encoding="utf-8")
    assert list(golden_files(tmp_path, settings)) == []
    assert names([file, tmp_path]) == ["starter-golden", tmp_path.name]


def test_asking_before_anything_is_indexed_is_unknown(home: Path) -> None:
    outcome = CliRunner().invoke(app, ["ask", "when do renewals start", "--json"])
    assert outcome.exit_code == 4
    assert json.loads(outcome.stdout)["outcome"] == "unknown"


def test_snapshots_of_a_fresh_home_are_none_and_there_is_nothing_to_go_back_to(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert json.loads(CliRunner().invoke(app, ["snapshots", "list", "--json"]).stdout) == []
    monkeypatch.setattr(sys, "argv", ["guildhall", "snapshots", "roll-back"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    assert "nothing was changed" in capsys.readouterr().err


def a_run(state: RunState, report: BuildReport | None = None, error: str = "") -> IndexRun:
    return IndexRun("r1", state, "command line", datetime(2027, 1, 1, tzinfo=UTC), report=report, error=error)


A_REPORT = BuildReport(
    Result.PUBLISHED,
    "20270101",
    documents=3,
    failed=(("kb/bad.pdf", "it is encrypted"),),
    skipped=(("kb/empty.md", "empty"),),
    no_audience=("kb/a.md",),
    verdict=Verdict(False, "2 of 150 golden questions got worse.", ("g1: was right, is wrong",)),
)


def test_the_fields_of_index_are_those_documented() -> None:
    assert fields_of(run_fields(a_run(RunState.DONE, A_REPORT))) == documented_fields("index")


@pytest.mark.parametrize(
    ("state", "outcome", "code"),
    [
        (RunState.DONE, "published", 0),
        (RunState.REFUSED, "refused", 1),
        (RunState.CANCELLED, "cancelled", 130),
        (RunState.FAILED, "failed", 1),
    ],
)
def test_every_end_of_a_run_has_its_outcome_and_exit_code(state: RunState, outcome: str, code: int) -> None:
    results = {RunState.DONE: Result.PUBLISHED, RunState.REFUSED: Result.REFUSED}
    report = replace(A_REPORT, result=results[state]) if state in results else None
    run = a_run(state, report)
    assert run_fields(run)["outcome"] == outcome
    assert exit_code(run) == code


def test_a_run_tells_what_failed_and_why_and_who_may_read_nothing() -> None:
    told = "\n".join(run_lines(a_run(RunState.REFUSED, replace(A_REPORT, result=Result.REFUSED))))
    for part in ("kb/bad.pdf: it is encrypted", "nothing has changed", "g1: was right", "readable by nobody"):
        assert part in told


def test_long_lists_are_cut_and_say_so() -> None:
    report = replace(A_REPORT, failed=tuple((f"kb/{number}.pdf", "encrypted") for number in range(25)))
    told = "\n".join(run_lines(a_run(RunState.DONE, report)))
    assert "and 5 more" in told


def test_a_folder_is_indexed_asked_and_indexed_again_without_work(tmp_path: Path) -> None:
    folder = tmp_path / "handbook"
    folder.mkdir()
    (folder / "renewals.md").write_text("# Renewals\n\nThe renewal clock starts 120 days before the contract ends.\n")
    (folder / "bad.docx").write_bytes(b"PK\x03\x04 no archive")
    run = CliRunner().invoke
    assert run(app, ["sources", "add", "folder", str(folder), "--audience", "sales"]).exit_code == 0
    first = json.loads(run(app, ["index", "--json"]).stdout)
    assert (first["outcome"], first["added"], [one["path"] for one in first["failed"]]) == (
        "published",
        1,
        ["handbook/bad.docx"],
    )
    assert json.loads(run(app, ["index", "--json"]).stdout)["outcome"] == "unchanged"
    question = "when does the renewal clock start?"
    assert run(app, ["ask", question, "--json"]).exit_code == 4
    answered = run(app, ["ask", question, "--json", "--as", "sales"])
    assert answered.exit_code == 0
    assert "120 days" in json.loads(answered.stdout)["answer"]
    listed = json.loads(run(app, ["snapshots", "list", "--json"]).stdout)
    assert fields_of(listed) == documented_fields("snapshots")
    assert [one["in_force"] for one in listed] == [True]


def test_a_source_is_connected_listed_and_removed(tmp_path: Path) -> None:
    folder = tmp_path / "handbook"
    folder.mkdir()
    run = CliRunner().invoke
    added = run(app, ["sources", "add", "folder", str(folder), "--audience", "everyone"])
    assert added.exit_code == 0
    assert "Nobody may read" not in added.stderr
    listed = json.loads(run(app, ["sources", "list", "--json"]).stdout)
    assert listed == [{"name": "handbook", "kind": "folder", "location": str(folder)}]
    assert fields_of(listed) == {name for name in documented_fields("sources") if "." in name}
    assert run(app, ["sources", "remove", "handbook"]).exit_code == 0
    database = open_database(read_settings())
    with database.reading() as unit:
        audited = [(each.person_id, each.action, each.subject) for each in latest(unit)]
    database.close()
    assert audited == [(BY, "source removed", "handbook"), (BY, "source added", "handbook")]
    assert json.loads(run(app, ["sources", "list", "--json"]).stdout) == []


def test_a_source_without_an_audience_says_that_nobody_may_read_it(tmp_path: Path) -> None:
    added = CliRunner().invoke(app, ["sources", "add", "folder", str(tmp_path)])
    assert "Nobody may read" in added.stderr


@pytest.mark.parametrize(
    ("location", "name"),
    [
        ("https://github.com/example/playbooks.git", "playbooks"),
        ("https://docs.example.org/guide/", "docs.example.org"),
        ("git@github.com:example/handbook.git", "handbook"),
    ],
)
def test_a_source_is_named_after_its_location(location: str, name: str) -> None:
    assert name_from(location) == name


def test_a_kind_of_source_that_is_none_is_a_usage_error() -> None:
    assert CliRunner().invoke(app, ["sources", "add", "wiki", "x"]).exit_code == 2


def test_a_wrong_setting_is_named_without_its_value(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GUILDHALL_PORT", "hunter2")
    monkeypatch.setattr(sys, "argv", ["guildhall", "snapshots", "list"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    said = capsys.readouterr().err
    assert "GUILDHALL_PORT" in said
    assert "hunter2" not in said


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("MicrosoftAppType", "MultiTenant", "MicrosoftAppType: Input should be 'SingleTenant'"),
        ("GUILDHALL_TEAMS_CLOUD", "gcc", "GUILDHALL_TEAMS_CLOUD: "),
        ("GUILDHALL_ADMINS", "dana@example.com", "GUILDHALL_ADMINS is no list in JSON"),
    ],
)
def test_a_wrong_setting_is_named_as_people_set_it(
    variable: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(UserFacingError) as refused:
        read_settings()
    assert str(refused.value).startswith(said)


def test_the_command_line_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUILDHALL_PORT", "9000")
    assert read_settings(port=9001, host=None).port == 9001
    assert read_settings(port=None).port == 9000


def test_help_loads_neither_the_model_nor_the_web_server() -> None:
    script = (
        "import sys; sys.argv = ['guildhall', '--help']\n"
        "from bot.__main__ import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'aiohttp', 'sqlalchemy', 'faiss', 'onnxruntime', 'numpy', 'pydantic'} & set(sys.modules)\n"
        "sys.exit(f'loaded: {heavy}' if heavy else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_serve_refuses_an_address_that_other_machines_could_reach(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["guildhall", "serve", "--host", "192.0.2.7"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    assert "192.0.2.7" in capsys.readouterr().err


@pytest.mark.parametrize("code", ["0", "1", "2", "3", "4", "130"])
def test_exit_codes_are_documented(code: str) -> None:
    assert re.search(rf"^\| {code} \| ", DOCUMENTED, re.MULTILINE)
