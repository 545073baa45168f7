"""Where snapshots are kept, and the pointer that says which one is in force."""

import json
import secrets
import shutil
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError

from knowledge.document import Chunk, SourceDocument
from knowledge.embedder import Embedder
from knowledge.snapshot import MANIFEST, Manifest, Snapshot, SnapshotDamaged, manifest_json
from knowledge.snapshot_writer import Cancelled, Progress, fsync, write_snapshot

_POINTER = "current.json"
_UNFINISHED = "unfinished-"


class NothingToRollBackTo(Exception):
    """No earlier snapshot is kept."""


class SnapshotStore:
    """Snapshots in one folder. One process writes at a time (the indexer's lock sees to it); any number read."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def current_id(self) -> str | None:
        return self._pointer()[0]

    def manifests(self) -> list[Manifest]:
        """Those that are complete, newest first."""
        found = []
        for file in self._root.glob(f"*/{MANIFEST}"):
            if not file.parent.name.startswith(_UNFINISHED):
                try:
                    found.append(manifest_json.validate_json(file.read_bytes()))
                except ValidationError:
                    continue  # opening it would fail as well; doctor names it
        return sorted(found, key=lambda manifest: manifest.id, reverse=True)

    def open(self, snapshot_id: str) -> Snapshot:
        """Raises SnapshotDamaged."""
        return Snapshot.open(self._root / snapshot_id)

    def beside(self, snapshot_id: str, name: str) -> Path:
        """A file about a snapshot, outside of what its manifest covers; it goes when the snapshot goes."""
        return self._root / f"{snapshot_id}.{name}"

    def open_current(self) -> Snapshot | None:
        """None before the first snapshot. Raises SnapshotDamaged."""
        current = self.current_id()
        while current:
            try:
                return self.open(current)
            except SnapshotDamaged:
                moved_on_to = self.current_id()
                if moved_on_to == current:
                    raise
                current = moved_on_to  # runs overtook the reading, and the one that was read is gone
        return None

    def write(
        self,
        documents: Sequence[tuple[SourceDocument, Sequence[Chunk]]],
        embedder: Embedder,
        *,
        at: datetime,
        previous: Snapshot | None = None,
        chunker: str = "",
        on_progress: Progress = lambda done, total: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Manifest:
        """A new snapshot, complete on disk but not in force. Raises Cancelled, then nothing is left behind."""
        name = f"{at.astimezone(UTC):%Y%m%dT%H%M%S%f}Z-{secrets.token_hex(2)}"
        unfinished = self._root / f"{_UNFINISHED}{name}" / name
        try:
            manifest = write_snapshot(
                unfinished,
                documents,
                embedder,
                at=at,
                previous=previous,
                chunker=chunker,
                on_progress=on_progress,
                cancelled=cancelled,
            )
            unfinished.replace(self._root / name)
            fsync(self._root)
        finally:
            shutil.rmtree(unfinished.parent, ignore_errors=True)
        return manifest

    def activate(self, snapshot_id: str) -> None:
        """From now on this one is in force. The one before stays for a roll back."""
        try:
            current, previous = self._pointer()
        except SnapshotDamaged:
            current = previous = None  # a new pointer mends it
        if snapshot_id != current:
            self._point(snapshot_id, current or previous)

    def roll_back(self) -> Manifest:
        """One step back; a second call returns to where it was. Raises NothingToRollBackTo."""
        current, previous = self._pointer()
        if current is None or previous is None or not (self._root / previous / MANIFEST).is_file():
            raise NothingToRollBackTo
        self._point(previous, current)
        return manifest_json.validate_json((self._root / previous / MANIFEST).read_bytes())

    def prune(self, keep: int) -> None:
        """Deletes all but the newest `keep`, the one in force and the one before it."""
        wanted = {name for name in self._pointer() if name} | {one.id for one in self.manifests()[:keep]}
        for folder in self._root.iterdir():
            if folder.is_dir() and folder.name not in wanted:
                # Renamed first: a run that is killed while it deletes must not leave half a snapshot to be activated.
                doomed = self._root / f"{_UNFINISHED}{folder.name.removeprefix(_UNFINISHED)}"
                folder.replace(doomed)
                shutil.rmtree(doomed, ignore_errors=True)
                for file in self._root.glob(f"{folder.name}.*"):
                    file.unlink(missing_ok=True)

    def _pointer(self) -> tuple[str | None, str | None]:
        file = self._root / _POINTER
        if not file.is_file():
            return None, None
        try:
            names = json.loads(file.read_text("utf-8"))
            return names["current"], names["previous"]
        except (ValueError, TypeError, KeyError) as error:
            raise SnapshotDamaged(f"{file} cannot be read: {error}") from error

    def _point(self, current: str, previous: str | None) -> None:
        if not (self._root / current / MANIFEST).is_file():
            raise SnapshotDamaged(f"There is no snapshot {current}.")
        unfinished = self._root / f"{_POINTER}.part"
        unfinished.write_text(json.dumps({"current": current, "previous": previous}), "utf-8")
        fsync(unfinished)
        unfinished.replace(self._root / _POINTER)
        fsync(self._root)


__all__ = ["Cancelled", "NothingToRollBackTo", "SnapshotStore"]
