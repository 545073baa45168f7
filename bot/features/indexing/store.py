"""How sources and runs are kept."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Protocol

from pydantic import TypeAdapter
from sqlalchemy import Boolean, Column, Index, Integer, Row, String, Table, Text, delete, select, update

from bot.features.indexing.model import ACTIVE, IndexRun, RunProgress, RunState, SourceKind, SourceRecord
from bot.storage.serialisation import place_from_json, place_to_json
from bot.storage.tables import UtcDateTime, insert_once, metadata
from bot.storage.unit_of_work import UnitOfWork
from indexer.report import BuildReport

_CURRENT_LENGTH = 300

sources = Table(
    "indexing_sources",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", String(100), nullable=False, unique=True),
    Column("kind", String(10), nullable=False),
    Column("location", String(1000), nullable=False),
    Column("defaults", Text, nullable=False),
    Column("exclude", Text, nullable=False),
    Column("golden", String(1000), nullable=False),
    Column("ref", String(200), nullable=False),
    Column("subfolder", String(500), nullable=False),
    Column("allow_private", Boolean, nullable=False),
    Column("added_by", String(200), nullable=False),
    Column("added_at", UtcDateTime, nullable=False),
)

runs = Table(
    "indexing_runs",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("slot", String(10), unique=True),  # "active" while it is, so that there is one at a time
    Column("state", String(10), nullable=False),
    Column("started_by", String(200), nullable=False),
    Column("requested_at", UtcDateTime, nullable=False),
    Column("started_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
    Column("force", Boolean, nullable=False),
    Column("place", Text),
    Column("phase", String(20), nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("current", String(_CURRENT_LENGTH), nullable=False),
    Column("report", Text),
    Column("error", String(500), nullable=False),
    Index(None, "requested_at"),
)


class IndexingStore(Protocol):
    """Sources and runs inside one transaction."""

    def add_source(self, source: SourceRecord) -> bool:
        """False where its id or name is taken."""
        ...

    def remove_source(self, source_id: str) -> bool: ...

    def sources(self) -> list[SourceRecord]:
        """In the order in which they were added."""
        ...

    def add_run(self, run: IndexRun) -> bool:
        """False where another one is active."""
        ...

    def run(self, run_id: str) -> IndexRun | None: ...

    def active_run(self) -> IndexRun | None: ...

    def runs(self, limit: int) -> list[IndexRun]:
        """Newest first."""
        ...

    def begin_run(self, run_id: str, at: datetime) -> bool:
        """From queued to running; False where somebody else was faster, or it was called off."""
        ...

    def finish_queued(self, run_id: str, at: datetime) -> bool:
        """From queued to cancelled; False where it has begun."""
        ...

    def ask_to_cancel(self, run_id: str) -> bool:
        """False where it is not running."""
        ...

    def accept_refused(self, run_id: str) -> bool:
        """From refused to done."""
        ...

    def set_progress(self, run_id: str, progress: RunProgress) -> RunState | None:
        """The state as it is now, for whoever works to notice that it is being cancelled."""
        ...

    def finish_run(
        self, run_id: str, state: RunState, at: datetime, report: BuildReport | None = None, error: str = ""
    ) -> bool:
        """False where it was finished before."""
        ...


@cache
def _report() -> TypeAdapter[BuildReport]:
    return TypeAdapter(BuildReport)


class SqlIndexing:
    """Fills `IndexingStore`."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def add_source(self, source: SourceRecord) -> bool:
        return insert_once(
            self._unit.connection,
            sources,
            id=source.id,
            name=source.name,
            kind=source.kind,
            location=source.location,
            defaults=json.dumps({key: list(values) for key, values in source.defaults.items()}, ensure_ascii=False),
            exclude=json.dumps(source.exclude, ensure_ascii=False),
            golden=source.golden,
            ref=source.ref,
            subfolder=source.subfolder,
            allow_private=source.allow_private,
            added_by=source.added_by,
            added_at=source.added_at,
        )

    def remove_source(self, source_id: str) -> bool:
        return self._unit.connection.execute(delete(sources).where(sources.c.id == source_id)).rowcount == 1

    def sources(self) -> list[SourceRecord]:
        rows = self._unit.connection.execute(select(sources).order_by(sources.c.added_at, sources.c.id))
        return [_source(row) for row in rows]

    def add_run(self, run: IndexRun) -> bool:
        return insert_once(
            self._unit.connection,
            runs,
            id=run.id,
            slot="active" if run.is_active else None,
            state=run.state,
            started_by=run.started_by,
            requested_at=run.requested_at,
            started_at=run.started_at,
            finished_at=run.finished_at,
            force=run.force,
            place=place_to_json(run.place) if run.place else None,
            report=_report().dump_json(run.report).decode() if run.report else None,
            error=run.error[:500],
            **_progress(run.progress),
        )

    def run(self, run_id: str) -> IndexRun | None:
        row = self._unit.connection.execute(select(runs).where(runs.c.id == run_id)).one_or_none()
        return None if row is None else _run(row)

    def active_run(self) -> IndexRun | None:
        row = self._unit.connection.execute(select(runs).where(runs.c.slot == "active")).one_or_none()
        return None if row is None else _run(row)

    def runs(self, limit: int) -> list[IndexRun]:
        query = select(runs).order_by(runs.c.requested_at.desc(), runs.c.id.desc()).limit(limit)
        return [_run(row) for row in self._unit.connection.execute(query)]

    def begin_run(self, run_id: str, at: datetime) -> bool:
        return self._change(run_id, (RunState.QUEUED,), state=RunState.RUNNING, started_at=at)

    def finish_queued(self, run_id: str, at: datetime) -> bool:
        return self._change(run_id, (RunState.QUEUED,), state=RunState.CANCELLED, slot=None, finished_at=at)

    def accept_refused(self, run_id: str) -> bool:
        return self._change(run_id, (RunState.REFUSED,), state=RunState.DONE)

    def ask_to_cancel(self, run_id: str) -> bool:
        return self._change(run_id, (RunState.RUNNING,), state=RunState.CANCELLING)

    def set_progress(self, run_id: str, progress: RunProgress) -> RunState | None:
        self._change(run_id, ACTIVE, **_progress(progress))
        state = self._unit.connection.execute(select(runs.c.state).where(runs.c.id == run_id)).scalar_one_or_none()
        return None if state is None else RunState(state)

    def finish_run(
        self, run_id: str, state: RunState, at: datetime, report: BuildReport | None = None, error: str = ""
    ) -> bool:
        told = _report().dump_json(report).decode() if report else None
        values = {"state": state, "slot": None, "finished_at": at, "report": told, "error": error[:500]}
        return self._change(run_id, ACTIVE, **values)

    def _change(self, run_id: str, states: Sequence[RunState], **values: object) -> bool:
        changed = update(runs).where(runs.c.id == run_id, runs.c.state.in_(states)).values(**values)
        return self._unit.connection.execute(changed).rowcount == 1


def _progress(progress: RunProgress) -> Mapping[str, object]:
    return {
        "phase": progress.phase,
        "done": progress.done,
        "total": progress.total,
        "current": progress.current[-_CURRENT_LENGTH:],
    }


def _source(row: Row[*tuple[object, ...]]) -> SourceRecord:
    return SourceRecord(
        id=row.id,
        name=row.name,
        kind=SourceKind(row.kind),
        location=row.location,
        added_by=row.added_by,
        added_at=row.added_at,
        defaults={key: tuple(values) for key, values in json.loads(row.defaults).items()},
        exclude=tuple(json.loads(row.exclude)),
        golden=row.golden,
        ref=row.ref,
        subfolder=row.subfolder,
        allow_private=row.allow_private,
    )


def _run(row: Row[*tuple[object, ...]]) -> IndexRun:
    return IndexRun(
        id=row.id,
        state=RunState(row.state),
        started_by=row.started_by,
        requested_at=row.requested_at,
        force=row.force,
        place=place_from_json(row.place) if row.place else None,
        started_at=row.started_at,
        finished_at=row.finished_at,
        progress=RunProgress(row.phase, row.done, row.total, row.current),
        report=_report().validate_json(row.report) if row.report else None,
        error=row.error,
    )
