"""Runs and sources as admins meet them."""

import threading
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.reply import Actions, Message, Progress, Reply
from bot.chat.turn import Commanded, Pressed, Turn
from bot.features.catalog import Catalog
from bot.features.indexing import follower, run_card, use_cases
from bot.features.indexing.chat import IndexingChat, indexing_feature
from bot.features.indexing.model import IndexRun, RunState, SourceKind, SourceRecord
from bot.features.indexing.run_card import run_message
from bot.features.indexing.runner import BUSY, FAULT, INTERRUPTED, Runner, Tools
from bot.features.indexing.store import SqlIndexing
from bot.router import Router
from bot.storage.outbox import outbox
from bot.storage.serialisation import message_from_json
from bot.storage.unit_of_work import Database
from indexer.build import Gate
from indexer.lock import run_lock
from indexer.report import BuildReport, Result, Verdict
from knowledge.embedder import Encoding
from knowledge.snapshot_store import SnapshotStore
from tests.builders import ADMIN, DANA, NOON, THREAD, turn
from tests.fakes import FixedClock
from tests.fakes_indexing import FakeEmbedder, MemoryIndexing


class Library:
    """A database, a folder of documents, a runner that works when told, and the admins' chat."""

    def __init__(self, database: Database, root: Path) -> None:
        self.database = database
        self.home = root / "home"
        self.docs = root / "docs"
        self.docs.mkdir()
        self.write("a.md", "One.")
        self.clock = FixedClock(NOON)
        self.snapshots = SnapshotStore(self.home / "snapshots")
        self.embedder = FakeEmbedder()
        self.verdict: Verdict | None = None
        self.published = 0
        tools = Tools(self.home, self.snapshots, self.embedder, self.gates, self.on_published)
        self.runner = Runner(database, tools, self.clock)
        self.chat = IndexingChat(self.snapshots, self.runner)
        self.router = Router(Catalog([indexing_feature(self.chat, self.runner)]))

    def gates(self, files: object) -> Gate:
        return lambda new, old, watch: self.verdict

    def on_published(self) -> None:
        self.published += 1

    def write(self, name: str, text: str) -> None:
        (self.docs / name).write_text(f"---\naudience: everyone\n---\n# {name}\n{text}")

    def connect(self) -> SourceRecord:
        source = SourceRecord("s1", "Docs", SourceKind.FOLDER, str(self.docs), ADMIN.id, NOON)
        with self.database.begin() as unit:
            return use_cases.add_source(SqlIndexing(unit), source)

    def say(self, command: str, text: str = "", *, person: object = ADMIN) -> Reply:
        self.clock.at += timedelta(minutes=1)
        return self.route(turn(Commanded(command, text), person=person, at=self.clock.at))

    def press(self, action: str, value: str = "") -> Reply:
        pressed = turn(Pressed(action, value, "n"), person=ADMIN, at=self.clock.at)
        handler = Catalog([indexing_feature(self.chat, self.runner)]).button(action)
        assert handler is not None
        with self.database.begin() as unit:
            return handler(pressed, unit)

    def route(self, what: Turn) -> Reply:
        with self.database.begin() as unit:
            return self.router.route(what, unit, self.clock.at)

    def latest(self) -> IndexRun:
        with self.database.reading() as unit:
            (run,) = SqlIndexing(unit).runs(1)
        return run

    def posted(self) -> list[Message]:
        with self.database.reading() as unit:
            rows = unit.connection.execute(outbox.select().order_by(outbox.c.id))
            return [message_from_json(row.message) for row in rows]


@pytest.fixture
def library(sqlite_database: Database, tmp_path: Path) -> Library:
    return Library(sqlite_database, tmp_path)


def test_reindex_runs_and_its_message_ends_with_what_it_did(library: Library) -> None:
    library.connect()
    reply = library.say("reindex")
    assert library.latest().state is RunState.QUEUED
    assert library.runner.work_one()
    run = library.latest()
    assert run.state is RunState.DONE
    assert reply.posts[0].key == run.message_key
    assert library.posted()[-1].summary == "The library is up to date: 1 document in 1 passage."
    assert library.published == 1


def test_a_second_reindex_shows_the_run_that_goes_on(library: Library) -> None:
    library.connect()
    library.say("reindex")
    library.say("reindex")
    assert library.runner.work_one()
    assert not library.runner.work_one()


def test_a_queued_run_is_cancelled_at_once(library: Library) -> None:
    library.connect()
    library.say("reindex")
    library.say("reindex", "cancel")
    assert not library.runner.work_one()
    assert library.latest().state is RunState.CANCELLED
    with pytest.raises(UserFacingError, match="nothing to cancel"):
        library.say("reindex", "cancel")


def test_a_running_run_is_cancelled_and_changes_nothing(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follower, "ROW_EVERY", 0.0)
    library.connect()
    for number in range(200):
        library.write(f"more{number}.md", f"Text {number}.")
    library.say("reindex")
    encode = library.embedder.encode

    def cancelled_meanwhile(texts: Sequence[str]) -> Iterator[Encoding]:
        if library.latest().state is RunState.RUNNING:
            library.say("reindex", "cancel")
        return encode(texts)

    library.embedder.encode = cancelled_meanwhile
    assert library.runner.work_one()
    assert library.latest().state is RunState.CANCELLED
    assert library.snapshots.current_id() is None
    assert library.embedder.encoded < 201
    assert "cancelled" in library.posted()[-1].summary


def test_only_admins_may(library: Library) -> None:
    for command in ("reindex", "sources", "rollback"):
        with pytest.raises(UserFacingError, match="Only admins"):
            library.say(command, person=DANA)


def test_without_a_source_there_is_nothing_to_index(library: Library) -> None:
    with pytest.raises(UserFacingError, match="No source"):
        library.say("reindex")


def test_words_that_nobody_knows_start_nothing(library: Library) -> None:
    library.connect()
    with pytest.raises(UserFacingError, match="not understood"):
        library.say("reindex", "please")


def test_a_refused_index_can_be_published_all_the_same(library: Library) -> None:
    library.connect()
    library.runner.run_now(by=ADMIN.id)
    first = library.snapshots.current_id()
    library.write("a.md", "Changed.")
    library.verdict = Verdict(False, "12 of 20 answered, 18 before.", ("q1 is no longer answered.",))
    library.say("reindex")
    library.runner.work_one()
    run = library.latest()
    assert (run.state, library.snapshots.current_id()) == (RunState.REFUSED, first)
    message = library.posted()[-1]
    assert "not published" in message.summary
    library.press(run_card.PUBLISH, run.id)
    assert library.snapshots.current_id() != first
    assert library.latest().state is RunState.DONE
    with pytest.raises(UserFacingError, match="not waiting"):
        library.press(run_card.PUBLISH, run.id)


def test_rollback_goes_one_step_back_and_returns(library: Library) -> None:
    library.connect()
    with pytest.raises(UserFacingError, match="no earlier index"):
        library.say("rollback")
    library.runner.run_now(by=ADMIN.id)
    first = library.snapshots.current_id()
    library.write("a.md", "Changed.")
    library.clock.at += timedelta(minutes=1)
    library.runner.run_now(by=ADMIN.id)
    second = library.snapshots.current_id()
    library.say("rollback")
    assert library.snapshots.current_id() == first
    with pytest.raises(UserFacingError, match="Another index"):
        library.press(run_card.ROLL_BACK, str(second))
    library.say("rollback")
    assert library.snapshots.current_id() == second


def test_a_run_that_a_crash_cut_off_is_told_so(library: Library) -> None:
    library.connect()
    with library.database.begin() as unit:
        store = SqlIndexing(unit)
        run = use_cases.start_run(store, by=ADMIN.id, at=NOON)
        store.begin_run(run.id, NOON)
    library.runner.recover()
    assert (library.latest().state, library.latest().error) == (RunState.FAILED, INTERRUPTED)


def test_a_run_of_another_process_is_left_alone(library: Library) -> None:
    library.connect()
    with library.database.begin() as unit:
        store = SqlIndexing(unit)
        run = use_cases.start_run(store, by=ADMIN.id, at=NOON)
        store.begin_run(run.id, NOON)
    with run_lock(library.home / "indexing.lock"):
        library.runner.recover()
        assert library.latest().state is RunState.RUNNING
        with pytest.raises(UserFacingError, match="going on already"):
            library.runner.run_now(by=ADMIN.id)


def test_a_run_that_finds_the_lock_taken_says_so(library: Library) -> None:
    library.connect()
    library.say("reindex")
    with run_lock(library.home / "indexing.lock"):
        library.runner.work_one()
    assert library.latest().error == BUSY


def test_a_fault_ends_the_run_and_not_the_runner(library: Library) -> None:
    library.connect()
    library.say("reindex")

    def broken(texts: object) -> object:
        raise ZeroDivisionError

    library.embedder.encode = broken
    with capture_logs() as logs:
        assert library.runner.work_one()
    assert (library.latest().state, library.latest().error) == (RunState.FAILED, FAULT)
    assert logs[-1]["event"] == "a run failed"


def test_the_runner_s_thread_takes_up_what_is_queued(library: Library) -> None:
    library.connect()
    done = threading.Event()
    library.on_published = done.set
    runner = Runner(
        library.database,
        Tools(library.home, library.snapshots, library.embedder, on_published=done.set),
        library.clock,
    )
    runner.start()
    runner.run_nightly(NOON)
    assert done.wait(20)
    runner.stop()
    assert library.latest().started_by == "clock"


def test_the_first_start_indexes_the_starter_folder_with_its_golden_questions(library: Library) -> None:
    golden = library.docs.parent / "docs-golden.jsonl"
    golden.write_text("")
    library.runner.first_start(library.docs)
    library.runner.first_start(library.docs)
    with library.database.reading() as unit:
        (source,) = SqlIndexing(unit).sources()
    assert (source.name, source.golden) == ("Starter knowledge", str(golden))
    assert library.runner.work_one()
    assert not library.runner.work_one()


def test_a_start_with_another_model_indexes_anew_and_without_one_does_not(library: Library) -> None:
    library.runner.first_start(library.docs)
    assert library.runner.work_one()
    library.runner.first_start(library.docs)
    assert not library.runner.work_one()
    library.embedder.revision = "2"
    library.runner.first_start(library.docs)
    assert library.runner.work_one()
    current = library.snapshots.open_current()
    assert current is not None
    assert current.manifest.revision == "2"


def test_without_a_starter_folder_the_first_start_does_nothing(library: Library) -> None:
    library.runner.first_start(None)
    library.runner.first_start(library.docs / "gone")
    assert not library.runner.work_one()


def test_run_now_tells_its_progress(library: Library) -> None:
    library.connect()
    phases: list[str] = []
    run = library.runner.run_now(by="cli", on_progress=lambda phase, *_: phases.append(phase))
    assert run.state is RunState.DONE
    assert list(dict.fromkeys(phases)) == ["reading", "embedding", "checking"]


# --- sources


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "a/b"}, "name"),
        ({"name": " "}, "name"),
        ({"location": "/no/such/folder"}, "location"),
        ({"kind": SourceKind.GIT, "location": "ext::sh"}, "location"),
        ({"kind": SourceKind.WEBSITE, "location": "ftp://x"}, "location"),
        ({"kind": SourceKind.WEBSITE, "location": "http://user:pw@x/"}, "location"),
        ({"golden": "/no/such/file"}, "golden"),
    ],
)
def test_a_source_that_cannot_work_is_refused_at_its_field(
    change: dict[str, object], field: str, tmp_path: Path
) -> None:
    values: dict[str, object] = {"name": "Docs", "kind": SourceKind.FOLDER, "location": str(tmp_path), **change}
    with pytest.raises(FormRejected) as rejected:
        use_cases.add_source(MemoryIndexing(), SourceRecord("s1", added_by="x", added_at=NOON, **values))
    assert set(rejected.value.problems) == {field}


def test_a_name_is_taken_once(tmp_path: Path) -> None:
    store = MemoryIndexing()
    source = SourceRecord("s1", "Docs", SourceKind.FOLDER, str(tmp_path), "x", NOON)
    use_cases.add_source(store, source)
    with pytest.raises(FormRejected, match="connected already"):
        use_cases.add_source(store, source)
    assert use_cases.remove_source(store, "s1") == source
    with pytest.raises(UserFacingError, match="nothing to remove"):
        use_cases.remove_source(store, "s1")


def test_an_upload_connects_the_uploads_and_is_indexed(library: Library) -> None:
    with library.database.begin() as unit:
        store = SqlIndexing(unit)
        for text in (b"# Plan\nOne.", b"# Plan\nTwo."):
            use_cases.save_upload(
                store, library.home, "plan.md", text, by=ADMIN.id, at=NOON, meta={"audience": ("everyone",)}
            )
    assert [upload.name for upload in use_cases.uploads(library.home)] == ["plan.md"]
    run = library.runner.run_now(by=ADMIN.id)
    assert run.report is not None
    assert (run.report.documents, run.report.no_audience) == (1, ())
    use_cases.remove_upload(library.home, "plan.md")
    with pytest.raises(UserFacingError):
        use_cases.remove_upload(library.home, "plan.md")


def test_an_upload_that_nothing_reads_is_refused(library: Library) -> None:
    with library.database.begin() as unit, pytest.raises(UserFacingError, match="Nothing was kept"):
        use_cases.save_upload(SqlIndexing(unit), library.home, "a.exe", b"x", by=ADMIN.id, at=NOON)


# --- the card


def a_run(state: RunState, **values: object) -> IndexRun:
    return IndexRun("r1", state, ADMIN.id, NOON, place=THREAD, **values)


def buttons(message: Message) -> list[str]:
    return [button.action for block in message.blocks if isinstance(block, Actions) for button in block.buttons]


def test_a_run_that_goes_on_shows_its_progress_and_can_be_cancelled() -> None:
    message = run_message(a_run(RunState.RUNNING))
    assert any(isinstance(block, Progress) for block in message.blocks)
    assert buttons(message) == [run_card.CANCEL]
    assert buttons(run_message(a_run(RunState.CANCELLING))) == []


def test_what_failed_is_named_with_its_reason_and_the_rest_counted() -> None:
    failed = tuple((f"Docs/{n}.pdf", "damaged PDF") for n in range(9))
    report = BuildReport(Result.PUBLISHED, "snap", 3, 7, failed=failed, no_audience=("Docs/x.md",))
    text = repr(run_message(a_run(RunState.DONE, report=report)))
    assert "9 files could not be read" in text
    assert "and 4 more" in text
    assert "audience: [everyone]" in text


@pytest.mark.parametrize("state", list(RunState))
def test_every_state_has_a_message_that_can_stand_alone(state: RunState) -> None:
    message = run_message(a_run(state, error="Because."))
    assert message.summary.endswith(".")
    assert message.blocks
