"""In-memory twins for the indexing feature, under the same contract tests as the real ones."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np

from bot.features.indexing.model import IndexRun, RunProgress, RunState, SourceRecord
from indexer.chunker import estimate
from indexer.report import BuildReport
from knowledge.embedder import Encoding


class MemoryIndexing:
    """Fills `IndexingStore`."""

    def __init__(self) -> None:
        self._sources: list[SourceRecord] = []
        self._runs: dict[str, IndexRun] = {}

    def add_source(self, source: SourceRecord) -> bool:
        if any(source.id == one.id or source.name == one.name for one in self._sources):
            return False
        self._sources.append(source)
        return True

    def remove_source(self, source_id: str) -> bool:
        before = len(self._sources)
        self._sources = [one for one in self._sources if one.id != source_id]
        return len(self._sources) < before

    def sources(self) -> list[SourceRecord]:
        return sorted(self._sources, key=lambda one: (one.added_at, one.id))

    def add_run(self, run: IndexRun) -> bool:
        if run.is_active and self.active_run() is not None:
            return False
        self._runs[run.id] = run
        return True

    def run(self, run_id: str) -> IndexRun | None:
        return self._runs.get(run_id)

    def active_run(self) -> IndexRun | None:
        return next((run for run in self._runs.values() if run.is_active), None)

    def runs(self, limit: int) -> list[IndexRun]:
        return sorted(self._runs.values(), key=lambda run: (run.requested_at, run.id), reverse=True)[:limit]

    def begin_run(self, run_id: str, at: datetime) -> bool:
        return self._change(run_id, RunState.QUEUED, state=RunState.RUNNING, started_at=at)

    def finish_queued(self, run_id: str, at: datetime) -> bool:
        return self._change(run_id, RunState.QUEUED, state=RunState.CANCELLED, finished_at=at)

    def accept_refused(self, run_id: str) -> bool:
        return self._change(run_id, RunState.REFUSED, state=RunState.DONE)

    def ask_to_cancel(self, run_id: str) -> bool:
        return self._change(run_id, RunState.RUNNING, state=RunState.CANCELLING)

    def set_progress(self, run_id: str, progress: RunProgress) -> RunState | None:
        run = self._runs.get(run_id)
        if run is None:
            return None
        if run.is_active:
            self._runs[run_id] = replace(run, progress=progress)
        return run.state

    def finish_run(
        self, run_id: str, state: RunState, at: datetime, report: BuildReport | None = None, error: str = ""
    ) -> bool:
        run = self._runs.get(run_id)
        if run is None or not run.is_active:
            return False
        self._runs[run_id] = replace(run, state=state, finished_at=at, report=report, error=error)
        return True

    def _change(self, run_id: str, before: RunState, **values: object) -> bool:
        run = self._runs.get(run_id)
        if run is None or run.state is not before:
            return False
        self._runs[run_id] = replace(run, **values)
        return True


class FakeEmbedder:
    """Gives every text a vector of its own and counts what it was asked for."""

    name = "fake"
    revision = "1"
    dimension = 16

    def __init__(self) -> None:
        self.encoded = 0

    def encode(self, texts: Sequence[str]) -> Iterator[Encoding]:
        for text in texts:
            self.encoded += 1
            vector = np.zeros(self.dimension, np.float32)
            vector[sum(text.encode()) % self.dimension] = 1
            yield Encoding(vector, np.ones((2, self.dimension), np.float32), np.zeros(2, np.int32))

    def count(self, text: str) -> int:
        return estimate(text)

    def offsets(self, text: str) -> list[tuple[int, int]]:
        return [(0, len(text))]
