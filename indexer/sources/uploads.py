"""Uploaded files: the contents by their hash, beside them what the admin said about each."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path, PurePosixPath

from indexer.formats.parsed import Meta
from indexer.formats.registry import MAX_FILE, is_supported
from indexer.sources.source import Refused, SourceFile


class UploadRefused(Exception):
    """Why the file is not taken."""


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """`digest` is the content's SHA-256; `meta` as in front matter (audience, kind, topics, ...)."""

    name: str
    digest: str
    size: int
    uploaded_on: date
    uploaded_by: str = ""
    meta: Meta = field(default_factory=dict)


class Uploads:
    """A source, and the place where uploads are kept."""

    def __init__(self, name: str, root: Path, *, defaults: Meta | None = None) -> None:
        self.name = name
        self.defaults: Meta = defaults or {}
        self._root = root

    def save(self, filename: str, content: bytes, *, on: date, by: str = "", meta: Meta | None = None) -> UploadedFile:
        """Replaces an upload of the same name. Raises UploadRefused."""
        name = _plain_name(filename)
        if not is_supported(name):
            raise UploadRefused(f"{PurePosixPath(name).suffix or name} is no format that is read.")
        if not content:
            raise UploadRefused(f"{name} is empty.")
        if len(content) > MAX_FILE:
            raise UploadRefused(f"{name} is larger than {MAX_FILE // 2**20} MB.")
        upload = UploadedFile(name, hashlib.sha256(content).hexdigest(), len(content), on, by, dict(meta or {}))
        self._root.mkdir(parents=True, exist_ok=True)
        _write(self._root / upload.digest, content)
        record = {**asdict(upload), "uploaded_on": on.isoformat()}
        _write(self._record(name), json.dumps(record, ensure_ascii=False).encode())
        self._sweep()
        return upload

    def remove(self, name: str) -> bool:
        """Whether there was one."""
        record = self._record(name)
        is_there = record.is_file()
        record.unlink(missing_ok=True)
        self._sweep()
        return is_there

    def all(self) -> list[UploadedFile]:
        """By name."""
        found = [_read_record(file) for file in self._root.glob("*.json")] if self._root.is_dir() else []
        return sorted(found, key=lambda upload: upload.name)

    def files(self, cancelled: Callable[[], bool]) -> Iterator[SourceFile | Refused]:
        for upload in self.all():
            if cancelled():
                return
            yield SourceFile(
                upload.name,
                (self._root / upload.digest).read_bytes,
                stamp=upload.digest,
                changed_on=upload.uploaded_on,
                meta=upload.meta,
            )

    def _record(self, name: str) -> Path:
        return self._root / f"{hashlib.sha256(name.encode()).hexdigest()[:32]}.json"

    def _sweep(self) -> None:
        kept = {upload.digest for upload in self.all()}
        for file in self._root.iterdir() if self._root.is_dir() else ():
            if file.suffix != ".json" and file.name not in kept:
                file.unlink(missing_ok=True)


def _plain_name(filename: str) -> str:
    """The last part, without control characters and what file systems dislike."""
    name = filename.replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(character for character in name if character.isprintable() and character not in '<>:"|?*#').strip(
        ". "
    )
    if not name:
        raise UploadRefused("The file has no name.")
    return name[-120:]


def _write(file: Path, content: bytes) -> None:
    unfinished = file.with_name(f"{file.name}.part")
    unfinished.write_bytes(content)
    unfinished.replace(file)


def _read_record(file: Path) -> UploadedFile:
    record = json.loads(file.read_bytes())
    meta = {key: tuple(value) if isinstance(value, list) else value for key, value in record["meta"].items()}
    return UploadedFile(
        record["name"],
        record["digest"],
        record["size"],
        date.fromisoformat(record["uploaded_on"]),
        record["uploaded_by"],
        meta,
    )
