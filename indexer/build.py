"""One run: from the sources to a snapshot in force."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from indexer.chunker import CHUNKER_VERSION, Limit, chunk
from indexer.duplicates import mark_duplicates
from indexer.gather import Gatherer
from indexer.journal import Journal
from indexer.lock import run_lock
from indexer.report import BuildReport, Findings, Result, Verdict
from indexer.sandbox import Sandbox
from indexer.sources.source import Source
from knowledge.document import Chunk, SourceDocument
from knowledge.embedder import Embedder
from knowledge.snapshot import Manifest, Snapshot, SnapshotDamaged
from knowledge.snapshot_store import Cancelled, SnapshotStore

KEPT_SNAPSHOTS = 3

OnProgress = Callable[[str, int, int, str], None]
"""Phase ("reading", "embedding", "checking"), done, total, and what is being worked on."""


@dataclass(frozen=True, slots=True)
class Workplace:
    """What a run needs besides its sources. `home` keeps the lock and the journal."""

    home: Path
    store: SnapshotStore
    embedder: Embedder
    gate: "Gate" = lambda new, old, watch: None

    @property
    def lock(self) -> Path:
        return self.home / "indexing.lock"

    @property
    def journal(self) -> Path:
        return self.home / "journal.json"


@dataclass(frozen=True, slots=True)
class Watch:
    """How the one who started a run follows it and calls it off."""

    on_progress: OnProgress = lambda phase, done, total, current: None
    cancelled: Callable[[], bool] = lambda: False


Gate = Callable[[Snapshot, Snapshot | None, Watch], Verdict | None]
"""Replays the golden questions on the new snapshot and on the one in force; None where there are none."""


@dataclass(slots=True)
class _Difference:
    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    pairs: list[tuple[SourceDocument, Sequence[Chunk]]] = field(default_factory=list)


def build(
    sources: Sequence[Source], workplace: Workplace, *, at: datetime, watch: Watch | None = None, force: bool = False
) -> BuildReport:
    """Reads the sources and publishes a snapshot if anything changed and the golden questions do not object.

    `force` reads everything anew and publishes whatever the golden questions say. A bad file never stops a run.
    Raises RunInProgress, Cancelled; then the snapshot in force stays as it is.
    """
    with run_lock(workplace.lock):
        return _build(sources, workplace, at, watch or Watch(), force=force)


def _build(sources: Sequence[Source], workplace: Workplace, at: datetime, watch: Watch, *, force: bool) -> BuildReport:
    started = time.monotonic()
    previous = open_current(workplace.store)
    findings = Findings()
    journal = Journal(workplace.journal, forget=force)
    documents = mark_duplicates(_gathered(sources, previous, journal, findings, watch))
    chunker = f"{CHUNKER_VERSION}/{workplace.embedder.name}"
    difference = _compare(documents, previous, chunker, Limit(count=workplace.embedder.count), watch)
    report = BuildReport(
        Result.UNCHANGED,
        previous.manifest.id if previous else "",
        documents=len(documents),
        chunks=sum(len(chunks) for _, chunks in difference.pairs),
        added=difference.added,
        changed=difference.changed,
        removed=difference.removed,
        unchanged=difference.unchanged,
        failed=tuple(findings.failed),
        skipped=tuple(findings.skipped),
        duplicates=tuple((one.id, one.duplicate_of) for one in documents if one.duplicate_of),
        no_audience=tuple(one.id for one in documents if not one.audience),
        warnings=tuple(findings.warnings),
    )
    is_empty = previous is None and not documents
    if not is_empty and not (previous and _is_current(previous.manifest, difference, workplace.embedder, chunker)):
        report = _published(report, difference, previous, workplace, at, chunker, watch, force=force)
    journal.save()
    return replace(report, seconds=time.monotonic() - started)


def open_current(store: SnapshotStore) -> Snapshot | None:
    try:
        return store.open_current()
    except SnapshotDamaged:
        return None  # everything is read and written anew


def _gathered(
    sources: Sequence[Source], previous: Snapshot | None, journal: Journal, findings: Findings, watch: Watch
) -> list[SourceDocument]:
    earlier: dict[tuple[str, str], list[SourceDocument]] = {}
    for document in previous.documents.values() if previous else ():
        earlier.setdefault((document.source, document.path), []).append(document)
    documents: list[SourceDocument] = []
    with Sandbox() as sandbox:
        gatherer = Gatherer(sandbox, journal, earlier, findings)
        for source in sources:
            documents += gatherer.read(
                source, lambda done, total, path: watch.on_progress("reading", done, total, path), watch.cancelled
            )
            if watch.cancelled():
                raise Cancelled
    return documents


def _compare(
    documents: Sequence[SourceDocument], previous: Snapshot | None, chunker: str, limit: Limit, watch: Watch
) -> _Difference:
    """Chunks of unchanged documents are taken over."""
    found = _Difference()
    old = dict(previous.documents) if previous else {}
    is_same_chunker = previous is not None and previous.manifest.chunker == chunker
    for document in documents:
        if watch.cancelled():
            raise Cancelled
        before = old.pop(document.id, None)
        if before is None:
            found.added += 1
        elif before == document:
            found.unchanged += 1
        else:
            found.changed += 1
        if previous is not None and before == document and is_same_chunker:
            found.pairs.append((document, previous.chunks_of(document.id)))
        else:
            found.pairs.append((document, () if document.duplicate_of else chunk(document, limit)))
    found.removed = len(old)
    return found


def _is_current(manifest: Manifest, difference: _Difference, embedder: Embedder, chunker: str) -> bool:
    is_same_machinery = manifest.fits(embedder) and (manifest.model, manifest.chunker) == (embedder.name, chunker)
    return is_same_machinery and not (difference.added or difference.changed or difference.removed)


def _published(
    report: BuildReport,
    difference: _Difference,
    previous: Snapshot | None,
    workplace: Workplace,
    at: datetime,
    chunker: str,
    watch: Watch,
    *,
    force: bool,
) -> BuildReport:
    manifest = workplace.store.write(
        difference.pairs,
        workplace.embedder,
        at=at,
        previous=previous,
        chunker=chunker,
        on_progress=lambda done, total: watch.on_progress("embedding", done, total, ""),
        cancelled=watch.cancelled,
    )
    watch.on_progress("checking", 0, 0, "")
    verdict = workplace.gate(workplace.store.open(manifest.id), previous, watch)
    if verdict is not None and not verdict.is_allowed and not force:
        return replace(report, result=Result.REFUSED, snapshot=manifest.id, verdict=verdict)
    workplace.store.activate(manifest.id)
    workplace.store.prune(KEPT_SNAPSHOTS)
    return replace(report, result=Result.PUBLISHED, snapshot=manifest.id, verdict=verdict)
