"""One suite for the in-memory store and for SQL on both databases."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from bot.features.indexing.model import IndexRun, RunProgress, RunState, SourceKind, SourceRecord
from bot.features.indexing.store import IndexingStore, SqlIndexing
from bot.storage.unit_of_work import Database
from indexer.report import BuildReport, Result, Verdict
from tests.builders import NOON, THREAD
from tests.conftest import KINDS
from tests.fakes_indexing import MemoryIndexing


@pytest.fixture(params=["memory", *KINDS])
def store(request: pytest.FixtureRequest, new_database: Callable[[str], Database]) -> Iterator[IndexingStore]:
    if request.param == "memory":
        yield MemoryIndexing()
        return
    with new_database(request.param).begin() as unit:
        yield SqlIndexing(unit)


HANDBOOK = SourceRecord(
    "s1", "Handbook", SourceKind.GIT, "https://github.com/halden/handbook", "web:admin", NOON,
    {"audience": ("everyone",), "topics": ("crm", "Größe")}, ("drafts/*",), "golden.jsonl", "main", "docs", True,
)  # fmt: skip


def a_run(run_id: str = "r1", *, after: int = 0) -> IndexRun:
    return IndexRun(run_id, RunState.QUEUED, "web:admin", NOON + timedelta(minutes=after), place=THREAD)


def test_a_source_comes_back_as_it_was_kept(store: IndexingStore) -> None:
    assert store.add_source(HANDBOOK)
    assert store.sources() == [HANDBOOK]
    assert store.remove_source("s1")
    assert not store.remove_source("s1")
    assert store.sources() == []


def test_a_source_name_is_taken_once(store: IndexingStore) -> None:
    store.add_source(HANDBOOK)
    assert not store.add_source(SourceRecord("s2", "Handbook", SourceKind.FOLDER, "x", "web:admin", NOON))


def test_one_run_is_active_at_a_time(store: IndexingStore) -> None:
    assert store.add_run(a_run())
    assert not store.add_run(a_run("r2"))
    assert store.active_run() == a_run()
    store.finish_run("r1", RunState.DONE, NOON)
    assert store.active_run() is None
    assert store.add_run(a_run("r2", after=1))
    assert [run.id for run in store.runs(5)] == ["r2", "r1"]


def test_a_run_is_begun_once(store: IndexingStore) -> None:
    store.add_run(a_run())
    assert store.begin_run("r1", NOON)
    assert not store.begin_run("r1", NOON)
    assert not store.finish_queued("r1", NOON)


def test_a_run_that_is_asked_to_cancel_learns_it_from_its_progress(store: IndexingStore) -> None:
    store.add_run(a_run())
    assert not store.ask_to_cancel("r1")
    store.begin_run("r1", NOON)
    assert store.set_progress("r1", RunProgress("reading", 3, 10, "a.md")) is RunState.RUNNING
    assert store.ask_to_cancel("r1")
    assert store.set_progress("r1", RunProgress("reading", 4, 10, "b.md")) is RunState.CANCELLING
    run = store.run("r1")
    assert run is not None
    assert run.progress == RunProgress("reading", 4, 10, "b.md")


def test_a_report_comes_back_and_a_run_ends_once(store: IndexingStore) -> None:
    report = BuildReport(
        Result.REFUSED, "snap", 3, 9, added=1, failed=(("a", "b"),), verdict=Verdict(False, "worse", ("q1",))
    )
    store.add_run(a_run())
    assert store.finish_run("r1", RunState.REFUSED, NOON, report)
    assert not store.finish_run("r1", RunState.FAILED, NOON, error="late")
    run = store.run("r1")
    assert run is not None
    assert (run.state, run.report, run.error) == (RunState.REFUSED, report, "")
    assert store.accept_refused("r1")
    assert not store.accept_refused("r1")


def test_progress_of_a_run_that_nobody_knows_is_nothing(store: IndexingStore) -> None:
    assert store.set_progress("r9", RunProgress()) is None
    assert store.run("r9") is None
