"""A folder of files on this machine."""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path

from indexer.formats.parsed import Meta
from indexer.formats.registry import MAX_FILE
from indexer.sources.source import Refused, SourceFile, SourceUnavailable

_BOILERPLATE = frozenset((
    "node_modules", "__pycache__", "venv", "_build", "_static", "_templates", "site-packages", "bower_components",
    "__macosx",
))  # fmt: skip
_LEGAL = ("license", "licence", "copying", "notice", "thirdpartynotices", "code_of_conduct", "security.md")
_SETTLED = 2 * 10**9  # nanoseconds after which a file's time tells whether it changed


class Folder:
    """`exclude` are globs over the relative path in which `*` also matches slashes. Nothing outside `root` is read."""

    def __init__(
        self,
        name: str,
        root: Path,
        *,
        exclude: Sequence[str] = (),
        defaults: Meta | None = None,
        url_of: Callable[[str], str] = lambda path: "",
    ) -> None:
        self.name = name
        self.defaults: Meta = defaults or {}
        self._root = root
        self._exclude = tuple(exclude)
        self._url_of = url_of

    def files(self, cancelled: Callable[[], bool]) -> Iterator[SourceFile | Refused]:
        if not self._root.is_dir():
            raise SourceUnavailable(f"The folder {self._root} is not there.")
        root = self._root.resolve()
        for entry in self._walk(root):
            if cancelled():
                return
            path = entry.relative_to(root).as_posix()
            if not any(fnmatch(path, glob) for glob in self._exclude):
                yield self._file(entry, path, root)

    def _walk(self, folder: Path) -> Iterator[Path]:
        try:
            entries = sorted(folder.iterdir())
        except OSError as error:
            raise SourceUnavailable(f"{folder} cannot be listed: {error.strerror}") from error
        for entry in entries:
            if entry.name.startswith((".", "~$")) or entry.name.lower().startswith(_LEGAL):
                continue
            if entry.is_dir() and not entry.is_symlink():
                if entry.name.lower() not in _BOILERPLATE:
                    yield from self._walk(entry)
            else:
                yield entry

    def _file(self, entry: Path, path: str, root: Path) -> SourceFile | Refused:
        try:
            if entry.is_symlink() and not entry.resolve(strict=True).is_relative_to(root):
                return Refused(path, "a link that leads out of the folder")
            if entry.is_dir():
                return Refused(path, "a link to a folder")
            if not entry.is_file():
                return Refused(path, "not a regular file")
            stat = entry.stat()
        except (OSError, RuntimeError) as error:
            return Refused(path, f"cannot be opened: {error}")
        if stat.st_size > MAX_FILE:
            return Refused(path, f"larger than {MAX_FILE // 2**20} MB")
        is_settled = time.time_ns() - stat.st_mtime_ns > _SETTLED
        return SourceFile(
            path,
            lambda: _read(entry, root),
            stamp=f"{stat.st_size}:{stat.st_mtime_ns}" if is_settled else "",
            url=self._url_of(path),
            changed_on=datetime.fromtimestamp(stat.st_mtime, UTC).date(),
        )


def _read(entry: Path, root: Path) -> bytes:
    """Checked once more: what was a file when it was listed may be a link by now."""
    descriptor = os.open(entry.resolve(strict=True), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        if not entry.resolve(strict=True).is_relative_to(root):
            raise OSError("a link that leads out of the folder")
        return file.read(MAX_FILE + 1)
