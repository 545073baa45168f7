"""Writes down how far a run has come, and tells the place where it was asked for."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.chat.reply import Post
from bot.features.indexing.model import IndexRun, RunProgress, RunState
from bot.features.indexing.run_card import run_message
from bot.features.indexing.store import IndexingStore
from bot.storage.outbox import Outbox
from bot.storage.unit_of_work import Database, UnitOfWork
from indexer.build import OnProgress
from indexer.report import BuildReport

ROW_EVERY = 0.5
MESSAGE_EVERY = 2.0
"""Seconds between two updates, at least."""


class Follower:
    """One run's. Every update is a short transaction of its own."""

    def __init__(
        self,
        database: Database,
        stores: Callable[[UnitOfWork], IndexingStore],
        run: IndexRun,
        clock: Callable[[], datetime],
        is_stopping: Callable[[], bool],
        on_progress: OnProgress | None = None,
    ) -> None:
        self._database = database
        self._stores = stores
        self._run = run
        self._clock = clock
        self._is_stopping = is_stopping
        self._also = on_progress
        self._row_at = self._message_at = float("-inf")
        self._is_cancelled = False

    def is_cancelled(self) -> bool:
        return self._is_cancelled or self._is_stopping()

    def on_progress(self, phase: str, done: int, total: int, current: str) -> None:
        if self._also is not None:
            self._also(phase, done, total, current)
        now = time.monotonic()
        is_new_phase = phase != self._run.progress.phase
        if not is_new_phase and now - self._row_at < ROW_EVERY:
            return
        self._row_at = now
        progress = RunProgress(phase, done, total, current)
        with self._database.begin() as unit:
            state = self._stores(unit).set_progress(self._run.id, progress)
            self._run = replace(self._run, progress=progress, state=state or self._run.state)
            self._is_cancelled = state is not RunState.RUNNING
            if now - self._message_at >= MESSAGE_EVERY:
                self._message_at = now
                self._tell(unit)

    def finish(self, state: RunState, report: BuildReport | None = None, error: str = "") -> None:
        at = self._clock()
        with self._database.begin() as unit:
            self._stores(unit).finish_run(self._run.id, state, at, report, error)
            self._run = replace(self._run, state=state, finished_at=at, report=report, error=error)
            self._tell(unit)

    def _tell(self, unit: UnitOfWork) -> None:
        if self._run.place is not None:
            post = Post(run_message(self._run), self._run.message_key)
            Outbox(unit).add(post, self._run.place, self._clock())
