"""Carries runs out, one at a time, in a thread of its own, and keeps their rows and messages up to date."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import structlog

from bot.chat.errors import UserFacingError
from bot.features.indexing import use_cases
from bot.features.indexing.connected import connect, golden_files
from bot.features.indexing.follower import Follower
from bot.features.indexing.model import IndexRun, RunState, SourceRecord
from bot.features.indexing.store import IndexingStore, SqlIndexing
from bot.storage.unit_of_work import Database, UnitOfWork
from bot.storage.worker import POLL, Worker
from indexer.build import Gate, OnProgress, Watch, Workplace, build
from indexer.golden import GoldenFile
from indexer.lock import RunInProgress, run_lock
from indexer.report import BuildReport, Result
from knowledge.embedder import Embedder
from knowledge.snapshot_store import Cancelled, SnapshotStore

INTERRUPTED = "It was interrupted: Guildhall stopped while it ran. Nothing was lost; start it again."
BUSY = "Another process is indexing at this moment, so this run did nothing. Wait for that one to end."
FAULT = "A fault in Guildhall stopped it. The library stays as it was; the log says more."

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Tools:
    """What runs work with. `gates` makes the check before the swap from the files with golden questions;
    `on_published` is told that another snapshot is in force."""

    home: Path
    snapshots: SnapshotStore
    embedder: Embedder
    gates: Callable[[Sequence[GoldenFile]], Gate] = lambda files: lambda new, old, watch: None
    on_published: Callable[[], object] = lambda: None

    def has_fitting_snapshot(self) -> bool:
        current = self.snapshots.current_id()
        return any(one.id == current and one.fits(self.embedder) for one in self.snapshots.manifests())

    def workplace(self, sources: Sequence[SourceRecord]) -> Workplace:
        golden = golden_files(sources)
        return Workplace(self.home, self.snapshots, self.embedder, self.gates(golden))


class Runner:
    def __init__(
        self,
        database: Database,
        tools: Tools,
        clock: Callable[[], datetime],
        *,
        stores: Callable[[UnitOfWork], IndexingStore] = SqlIndexing,
    ) -> None:
        self._database = database
        self._tools = tools
        self._clock = clock
        self._stores = stores
        self._worker = Worker("indexing", self._step)

    def start(self) -> None:
        """Begin to work; what a crash left half done is told so."""
        self.recover()
        self._worker.start()

    def stop(self, seconds: float = 10.0) -> None:
        """A run in hand is called off; the snapshot in force stays."""
        self._worker.stop(seconds)

    def wake(self) -> None:
        self._worker.wake()

    def recover(self) -> None:
        """Whoever holds no lock does not run, whatever its row says."""
        try:
            with run_lock(self._tools.workplace(()).lock), self._database.begin() as unit:
                store = self._stores(unit)
                run = store.active_run()
                if run is not None and run.state is not RunState.QUEUED:
                    store.finish_run(run.id, RunState.FAILED, self._clock(), error=INTERRUPTED)
        except RunInProgress:
            return

    def first_start(self, starter: Path | None) -> None:
        """With no source, connect the starter folder; with no snapshot that fits the model, index what is connected."""
        now = self._clock()
        with self._database.begin() as unit:
            store = self._stores(unit)
            use_cases.add_starter(store, starter, now)
            if not self._tools.has_fitting_snapshot() and store.sources() and store.active_run() is None:
                use_cases.start_run(store, by="guildhall", at=now)
        self.wake()

    def run_nightly(self, due_at: datetime) -> None:
        """The clock's run; an unchanged library costs a look at each file."""
        with self._database.begin() as unit:
            store = self._stores(unit)
            if store.sources():
                use_cases.start_run(store, by="clock", at=due_at)
        self.wake()

    def run_now(self, *, by: str, force: bool = False, on_progress: OnProgress | None = None) -> IndexRun:
        """In this very thread, for the command line. Raises UserFacingError where a run is active."""
        self.recover()
        now = self._clock()
        with self._database.begin() as unit:
            store = self._stores(unit)
            run = use_cases.start_run(store, by=by, at=now, force=force)
            if run.started_by != by or run.requested_at != now or not store.begin_run(run.id, now):
                raise UserFacingError("A run is going on already, so no other was started. “guildhall serve” shows it.")
        self._carry_out(replace(run, state=RunState.RUNNING, started_at=now), on_progress)
        with self._database.reading() as unit:
            return self._stores(unit).run(run.id) or run

    def work_one(self) -> bool:
        """Take up the queued run, if there is one, and carry it out."""
        now = self._clock()
        with self._database.begin() as unit:
            store = self._stores(unit)
            run = store.active_run()
            if run is None or run.state is not RunState.QUEUED or not store.begin_run(run.id, now):
                return False
        self._carry_out(replace(run, state=RunState.RUNNING, started_at=now))
        return True

    def _step(self, _: bool) -> float:
        return 0.0 if self.work_one() else POLL

    def _carry_out(self, run: IndexRun, on_progress: OnProgress | None = None) -> None:
        def is_stopping() -> bool:
            return self._worker.is_stopping

        follower = Follower(self._database, self._stores, run, self._clock, is_stopping, on_progress)
        try:
            report = self._build(run, follower)
        except Cancelled:
            follower.finish(RunState.CANCELLED)
        except RunInProgress:
            follower.finish(RunState.FAILED, error=BUSY)
        except OSError as error:
            log.exception("a run failed", run=run.id)
            follower.finish(
                RunState.FAILED, error=f"The index could not be written: {error}. The library stays as it was."
            )
        except Exception:
            log.exception("a run failed", run=run.id)
            follower.finish(RunState.FAILED, error=FAULT)
        else:
            refused = report.result is Result.REFUSED
            follower.finish(RunState.REFUSED if refused else RunState.DONE, report)
            if report.result is Result.PUBLISHED:
                self._tools.on_published()

    def _build(self, run: IndexRun, follower: Follower) -> BuildReport:
        with self._database.reading() as unit:
            records = self._stores(unit).sources()
        return build(
            [connect(record, self._tools.home) for record in records],
            self._tools.workplace(records),
            at=self._clock(),
            watch=Watch(follower.on_progress, follower.is_cancelled),
            force=run.force,
        )
