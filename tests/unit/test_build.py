"""Runs: what is added, changed, removed, taken over, refused; and what goes wrong on the way."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from indexer.build import Gate, Watch, Workplace, build
from indexer.lock import RunInProgress, run_lock
from indexer.report import BuildReport, Result, Verdict
from indexer.sources.folder import Folder
from indexer.sources.source import Refused, Source, SourceFile, SourceUnavailable
from knowledge.snapshot_store import Cancelled, SnapshotStore
from tests.fakes_indexing import FakeEmbedder

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
EVERYONE = {"audience": ("everyone",)}


class MemorySource:
    """Files in a dictionary; `is_down` for a source that cannot be read."""

    def __init__(self, name: str, files: Mapping[str, str | bytes]) -> None:
        self.name = name
        self.defaults: Mapping[str, str | tuple[str, ...]] = EVERYONE
        self.held = dict(files)
        self.is_down = False
        self.reads = 0

    def files(self, cancelled: Callable[[], bool]) -> Iterator[SourceFile | Refused]:
        if self.is_down:
            raise SourceUnavailable("It is down.")
        for path, content in sorted(self.held.items()):
            body = content.encode() if isinstance(content, str) else content
            yield SourceFile(path, lambda body=body: self._read(body), stamp=str(hash(body)))

    def _read(self, body: bytes) -> bytes:
        self.reads += 1
        return body


class Indexing:
    """A workplace with one hour between two runs."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.store = SnapshotStore(home / "snapshots")
        self.embedder = FakeEmbedder()
        self.now = NOON

    def run(self, *sources: Source, gate: Gate = lambda new, old, watch: None, force: bool = False) -> BuildReport:
        self.now += timedelta(hours=1)
        return build(sources, Workplace(self.home, self.store, self.embedder, gate), at=self.now, force=force)

    @property
    def titles(self) -> set[str]:
        snapshot = self.store.open_current()
        return {one.title for one in snapshot.documents.values()} if snapshot else set()


@pytest.fixture
def indexing(tmp_path: Path) -> Indexing:
    return Indexing(tmp_path / "home")


def counts(report: BuildReport) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.removed, report.unchanged


def test_a_run_adds_changes_removes_and_takes_over(indexing: Indexing) -> None:
    source = MemorySource("Handbook", {"a.md": "# A\nOne.", "b.md": "# B\nTwo.", "c.md": "# C\nThree."})
    first = indexing.run(source)
    assert (first.result, counts(first), first.documents, first.chunks) == (Result.PUBLISHED, (3, 0, 0, 0), 3, 3)
    source.held |= {"a.md": "# A\nOther.", "d.md": "# D\nFour."}
    del source.held["b.md"]
    source.reads = indexing.embedder.encoded = 0
    second = indexing.run(source)
    assert counts(second) == (1, 1, 1, 1)
    assert indexing.titles == {"A", "C", "D"}
    assert (source.reads, indexing.embedder.encoded) == (2, 2)


def test_an_unchanged_library_writes_no_snapshot_and_reads_no_file(indexing: Indexing) -> None:
    source = MemorySource("Handbook", {"a.md": "# A\nOne.", "bad.pdf": "no pdf", "x.vsdx": "x", "empty.md": ""})
    first = indexing.run(source)
    source.reads = 0
    second = indexing.run(source)
    assert (second.result, second.snapshot, source.reads) == (Result.UNCHANGED, first.snapshot, 0)
    assert (second.failed, second.skipped) == (first.failed, first.skipped)
    assert [path for path, _ in first.failed] == ["Handbook/bad.pdf"]
    assert {path for path, _ in first.skipped} == {"Handbook/x.vsdx", "Handbook/empty.md"}


def test_a_changed_audience_changes_the_documents_though_the_file_is_the_same(indexing: Indexing) -> None:
    source = MemorySource("Handbook", {"a.md": "# A\nOne.", "sub/b.md": "# B\nTwo."})
    indexing.run(source)
    source.held["sub/guildhall.yaml"] = "audience: [leaders]\nowner: Dana\n"
    report = indexing.run(source)
    assert counts(report) == (0, 1, 0, 1)
    snapshot = indexing.store.open_current()
    assert snapshot is not None
    assert snapshot.documents["Handbook/sub/b.md"].audience == {"leaders"}
    assert snapshot.documents["Handbook/a.md"].audience == {"everyone"}


def test_below_a_broken_folder_setting_nobody_reads(indexing: Indexing) -> None:
    files = {
        "guildhall.yaml": "audience: everyone",
        "sub/guildhall.yaml": "audience: [leaders",
        "sub/a.md": "# A\nOne.",
    }
    report = indexing.run(MemorySource("Handbook", files))
    assert report.no_audience == ("Handbook/sub/a.md",)
    assert [path for path, _ in report.failed] == ["Handbook/sub/guildhall.yaml"]


def test_a_changed_fragment_changes_the_pages_that_include_it(indexing: Indexing) -> None:
    mark = "Open [!INCLUDE [name](includes/name.md)] now. [!INCLUDE [no](../secret.md)]"
    source = MemorySource("Handbook", {"docs/a.md": f"# A\n{mark}", "docs/includes/name.md": "---\nx: y\n---\nthe app"})
    indexing.run(source)
    snapshot = indexing.store.open_current()
    assert snapshot is not None
    assert [chunk.text for chunk in snapshot.chunks_of("Handbook/docs/a.md")] == ["Open the app now."]
    assert indexing.run(source).result is Result.UNCHANGED
    source.held["docs/includes/name.md"] = "the page"
    assert indexing.run(source).changed == 2


def test_documents_that_nobody_may_read_are_named(indexing: Indexing) -> None:
    source = MemorySource("Handbook", {"a.md": "# A\nOne."})
    source.defaults = {}
    assert indexing.run(source).no_audience == ("Handbook/a.md",)


def test_a_source_that_is_down_keeps_its_documents(indexing: Indexing) -> None:
    source, other = MemorySource("Handbook", {"a.md": "# A\nOne."}), MemorySource("Wiki", {"b.md": "# B\nTwo."})
    indexing.run(source, other)
    source.is_down = True
    other.held["c.md"] = "# C\nThree."
    report = indexing.run(source, other)
    assert report.failed == (("Handbook", "It is down."),)
    assert indexing.titles == {"A", "B", "C"}


def test_a_removed_source_takes_its_documents_along(indexing: Indexing) -> None:
    source, other = MemorySource("Handbook", {"a.md": "# A\nOne."}), MemorySource("Wiki", {"b.md": "# B\nTwo."})
    indexing.run(source, other)
    assert indexing.run(other).removed == 1
    assert indexing.titles == {"B"}


LONG = "The very same words in both of these two files."


def test_a_copy_is_found_and_indexed_once_and_again_when_the_original_goes(indexing: Indexing) -> None:
    source = MemorySource("Handbook", {"a.md": f"# Same\n{LONG}", "b.md": f"# Same\n*{LONG}*"})
    report = indexing.run(source)
    assert (report.duplicates, report.chunks) == ((("Handbook/b.md", "Handbook/a.md"),), 1)
    del source.held["a.md"]
    report = indexing.run(source)
    assert (report.duplicates, report.chunks) == ((), 1)


def test_a_copy_for_more_people_is_no_duplicate(indexing: Indexing) -> None:
    closed = f"---\naudience: [leaders]\n---\n# Same\n{LONG}"
    report = indexing.run(MemorySource("Handbook", {"a.md": closed, "b.md": f"# Same\n{LONG}"}))
    assert (report.duplicates, report.chunks) == ((), 2)


def test_a_worse_index_is_refused_unless_forced(indexing: Indexing) -> None:
    source = MemorySource("Handbook", {"a.md": "# A\nOne."})
    before = indexing.run(source)
    source.held["a.md"] = "# A\nOther."
    verdict = Verdict(False, "12 of 20 answered, 18 before", ("q1: no longer answered",))
    refused = indexing.run(source, gate=lambda new, old, watch: verdict)
    assert (refused.result, refused.verdict) == (Result.REFUSED, verdict)
    assert indexing.store.current_id() == before.snapshot
    assert indexing.run(source, gate=lambda new, old, watch: verdict, force=True).result is Result.PUBLISHED


def test_a_refused_index_lies_ready_to_be_published(indexing: Indexing) -> None:
    source = MemorySource("Handbook", {"a.md": "# A\nOne."})
    indexing.run(source)
    source.held["a.md"] = "# B\nOther."
    refused = indexing.run(source, gate=lambda new, old, watch: Verdict(False, "worse"))
    indexing.store.activate(refused.snapshot)
    assert indexing.titles == {"B"}


def test_a_cancelled_run_changes_nothing(indexing: Indexing) -> None:
    source = MemorySource("Handbook", {"a.md": "# A\nOne."})
    watch = Watch(cancelled=lambda: True)
    with pytest.raises(Cancelled):
        build([source], Workplace(indexing.home, indexing.store, indexing.embedder), at=NOON, watch=watch)
    assert indexing.store.current_id() is None


def test_progress_tells_phases_and_counts(indexing: Indexing) -> None:
    told: list[tuple[str, int, int, str]] = []
    watch = Watch(on_progress=lambda *step: told.append(step))
    source = MemorySource("Handbook", {"a.md": "# A\nOne."})
    build([source], Workplace(indexing.home, indexing.store, indexing.embedder), at=NOON, watch=watch)
    assert told[0] == ("reading", 0, 1, "Handbook/a.md")
    assert list(dict.fromkeys(phase for phase, *_ in told)) == ["reading", "embedding", "checking"]


def test_two_runs_never_overlap(indexing: Indexing) -> None:
    workplace = Workplace(indexing.home, indexing.store, indexing.embedder)
    with run_lock(workplace.lock), pytest.raises(RunInProgress):
        build([], workplace, at=NOON)


def test_nothing_connected_is_no_snapshot(indexing: Indexing) -> None:
    assert indexing.run().result is Result.UNCHANGED
    assert indexing.store.current_id() is None


def test_a_lost_journal_costs_only_the_reading(indexing: Indexing) -> None:
    source = MemorySource("Handbook", {"a.md": "# A\nOne."})
    indexing.run(source)
    (indexing.home / "journal.json").write_text("{broken")
    assert indexing.run(source).result is Result.UNCHANGED


def test_a_damaged_snapshot_is_built_anew(indexing: Indexing) -> None:
    source = MemorySource("Handbook", {"a.md": "# A\nOne."})
    first = indexing.run(source)
    (indexing.home / "snapshots" / first.snapshot / "chunks.json").write_text("[]")
    assert indexing.run(source).result is Result.PUBLISHED
    assert indexing.titles == {"A"}


def test_a_folder_is_read_within_its_bounds(indexing: Indexing, tmp_path: Path) -> None:
    root, outside = tmp_path / "docs", tmp_path / "outside.md"
    (root / "node_modules").mkdir(parents=True)
    (root / ".git").mkdir()
    outside.write_text("# Outside\nSecret.")
    for name in ("a.md", "draft-b.md", "LICENSE.md", ".hidden.md", "node_modules/c.md", ".git/d.md"):
        (root / name).write_text(f"# {name}\nText.")
    (root / "link.md").symlink_to(outside)
    (root / "inner.md").symlink_to(root / "a.md")
    (root / "loop").symlink_to(root)
    report = indexing.run(Folder("Docs", root, exclude=["draft-*"], defaults=EVERYONE))
    assert indexing.titles == {"a.md"}
    assert {path for path, _ in report.failed} == {"Docs/link.md", "Docs/loop"}


def test_a_folder_that_is_gone_keeps_its_documents(indexing: Indexing, tmp_path: Path) -> None:
    root = tmp_path / "docs"
    root.mkdir()
    (root / "a.md").write_text("# A\nText.")
    indexing.run(Folder("Docs", root, defaults=EVERYONE))
    shutil.rmtree(root)
    assert indexing.run(Folder("Docs", root, defaults=EVERYONE)).result is Result.UNCHANGED
    assert indexing.titles == {"A"}
