"""What the last run knew of each file, so that the next need not read it. May be lost: then everything is read."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError


@dataclass(frozen=True, slots=True)
class FileRecord:
    """`content_hash` covers the content, what holds for it, and the versions of whatever reads it. `failure` is
    the reason why it gave no documents, `is_skipped` tells that nobody need mind. `includes` are the files whose
    text is part of this one's."""

    stamp: str
    digest: str
    content_hash: str
    failure: str = ""
    is_skipped: bool = False
    warnings: tuple[str, ...] = ()
    includes: tuple[str, ...] = ()


_records = TypeAdapter(dict[str, FileRecord])


class Journal:
    """Records by source and path. `put` is seen by the next run once `save` was called."""

    def __init__(self, file: Path, *, forget: bool = False) -> None:
        self._file = file
        self._old = {} if forget else _load(file)
        self._new: dict[str, FileRecord] = {}

    def get(self, key: str) -> FileRecord | None:
        return self._old.get(key)

    def put(self, key: str, record: FileRecord) -> None:
        self._new[key] = record

    def keep(self, prefix: str) -> None:
        """What is known of a source that could not be read stays known."""
        self._new |= {key: record for key, record in self._old.items() if key.startswith(prefix)}

    def save(self) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self._file.with_suffix(".part")
        unfinished.write_bytes(_records.dump_json(self._new))
        unfinished.replace(self._file)


def _load(file: Path) -> dict[str, FileRecord]:
    try:
        return _records.validate_json(file.read_bytes())
    except (OSError, ValidationError):
        return {}
