"""What can be done about sources and runs. The caller owns the transaction."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.turn import Place
from bot.features.indexing.connected import uploads_folder
from bot.features.indexing.model import UPLOADS_ID, IndexRun, RunState, SourceKind, SourceRecord
from bot.features.indexing.store import IndexingStore
from indexer.sources.git import is_remote
from indexer.sources.uploads import UploadedFile, UploadRefused, Uploads
from knowledge.snapshot import Manifest, SnapshotDamaged
from knowledge.snapshot_store import NothingToRollBackTo, SnapshotStore

_NAME = re.compile(r"[^\W_][\w .,()&+-]{0,79}")


def add_source(store: IndexingStore, source: SourceRecord) -> SourceRecord:
    """Checked and kept; the next run reads it. Raises FormRejected with a problem for each field."""
    source = replace(source, name=" ".join(source.name.split()), location=source.location.strip())
    problems: dict[str, str] = {}
    if not _NAME.fullmatch(source.name):
        problems["name"] = "A name has letters, digits, spaces and . , ( ) & + -, and at most 80 of them."
    if problem := _location_problem(source):
        problems["location"] = problem
    if source.golden and not _is_there(source.golden, Path.is_file):
        problems["golden"] = f"There is no file {source.golden} on this machine."
    if problems:
        raise FormRejected(problems)
    if not store.add_source(source):
        raise FormRejected({"name": f"A source named {source.name} is connected already. Take another name."})
    return source


def new_source_id() -> str:
    return uuid4().hex


def _location_problem(source: SourceRecord) -> str:
    match source.kind:
        case SourceKind.FOLDER:
            return (
                ""
                if _is_there(source.location, Path.is_dir)
                else f"There is no folder {source.location} on this machine."
            )
        case SourceKind.GIT:
            is_known = is_remote(source.location) or _is_there(source.location, Path.is_dir)
            return "" if is_known else "Give an https or ssh address, like https://github.com/company/handbook."
        case SourceKind.WEBSITE:
            return (
                ""
                if _is_web_address(source.location)
                else "Give the address of a page or a sitemap, like https://docs.example.org/."
            )
        case SourceKind.UPLOADS:
            return ""


def _is_there(location: str, kind: Callable[[Path], bool]) -> bool:
    try:
        return kind(Path(location))
    except (OSError, ValueError):  # too long, or no name for a file
        return False


def _is_web_address(location: str) -> bool:
    try:
        parts = urlsplit(location)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.username


def remove_source(store: IndexingStore, source_id: str) -> SourceRecord:
    """Its documents leave with the next run. Raises UserFacingError."""
    found = next((source for source in store.sources() if source.id == source_id), None)
    if found is None or not store.remove_source(source_id):
        raise UserFacingError("That source is not connected any more, so there was nothing to remove.")
    return found


def add_starter(store: IndexingStore, folder: Path | None, at: datetime) -> bool:
    """Where no source is connected and the starter folder exists: connect it. Whether it did."""
    if folder is None or not folder.is_dir() or store.sources():
        return False
    golden = folder.parent / f"{folder.name}-golden.jsonl"
    return store.add_source(
        SourceRecord(
            id=new_source_id(),
            name="Starter knowledge",
            kind=SourceKind.FOLDER,
            location=str(folder.resolve()),
            added_by="guildhall",
            added_at=at,
            golden=str(golden.resolve()) if golden.is_file() else "",
        )
    )


def start_run(
    store: IndexingStore, *, by: str, at: datetime, force: bool = False, place: Place | None = None
) -> IndexRun:
    """Queued; the runner takes it up. The active run where there is one."""
    run = IndexRun(uuid4().hex, RunState.QUEUED, by, at, force=force, place=place)
    if store.add_run(run):
        return run
    active = store.active_run()
    if active is None:
        raise UserFacingError("The run before ended this very moment, so none was started. Start it again.")
    return active


def cancel_run(store: IndexingStore, run_id: str, at: datetime) -> IndexRun:
    """What is in force stays in force. Raises UserFacingError where nothing is running."""
    if store.finish_queued(run_id, at) or store.ask_to_cancel(run_id):
        run = store.run(run_id)
        if run is not None:
            return run
    raise UserFacingError("That run has ended already, so there was nothing to cancel.")


def roll_back(snapshots: SnapshotStore) -> Manifest:
    """One step; a second call returns. Raises UserFacingError."""
    try:
        return snapshots.roll_back()
    except NothingToRollBackTo:
        raise UserFacingError("There is no earlier index to go back to, so nothing was changed.") from None


def publish_refused(store: IndexingStore, snapshots: SnapshotStore, run_id: str) -> IndexRun:
    """Put a refused index in force all the same. Raises UserFacingError where it is gone."""
    run = store.run(run_id)
    if run is None or run.state is not RunState.REFUSED or run.report is None:
        raise UserFacingError("That run is not waiting for a decision, so nothing was changed.")
    try:
        snapshots.activate(run.report.snapshot)
    except SnapshotDamaged:
        raise UserFacingError("That index is no longer kept, so nothing was changed. Run “reindex force”.") from None
    store.accept_refused(run_id)
    return replace(run, state=RunState.DONE)


def save_upload(
    store: IndexingStore,
    home: Path,
    filename: str,
    content: bytes,
    *,
    by: str,
    at: datetime,
    meta: Mapping[str, tuple[str, ...]] | None = None,
) -> UploadedFile:
    """Kept, replacing one of the same name; the next run reads it. Raises UserFacingError."""
    if not any(source.kind is SourceKind.UPLOADS for source in store.sources()):
        store.add_source(SourceRecord(UPLOADS_ID, "Uploads", SourceKind.UPLOADS, "", by, at))
    try:
        return _uploads(home).save(filename, content, on=at.date(), by=by, meta=meta)
    except UploadRefused as refused:
        raise UserFacingError(f"{refused} Nothing was kept.") from refused


def remove_upload(home: Path, name: str) -> None:
    """It leaves the library with the next run. Raises UserFacingError."""
    if not _uploads(home).remove(name):
        raise UserFacingError(f"There is no upload named {name}, so nothing was removed.")


def uploads(home: Path) -> Sequence[UploadedFile]:
    """By name."""
    return _uploads(home).all()


def _uploads(home: Path) -> Uploads:
    return Uploads("Uploads", uploads_folder(home))
