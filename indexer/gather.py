"""Reads the sources: what is unchanged is taken over, what is new is parsed, what is broken is reported."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from indexer.documents import DOCUMENTS_VERSION, Origin, documents_of, effective_meta
from indexer.formats.parsed import Meta, Unparsable, Unsupported
from indexer.formats.registry import FORMATS_VERSION, SETTINGS_NAME, is_supported
from indexer.includes import Expanded, expand
from indexer.journal import FileRecord, Journal
from indexer.report import Findings
from indexer.sandbox import Sandbox
from indexer.sources.source import Refused, Source, SourceFile, SourceUnavailable
from knowledge.document import SourceDocument

OnFile = Callable[[int, int, str], None]
"""Done, total, and the path that is being read."""

Earlier = Mapping[tuple[str, str], Sequence[SourceDocument]]
"""The documents of the snapshot in force, by source and path."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one file gave, or why it gave nothing."""

    documents: Sequence[SourceDocument]
    failure: str = ""
    is_skipped: bool = False
    warnings: tuple[str, ...] = ()


class Gatherer:
    """Reads one source after the other; what it finds on the way goes to `findings`."""

    def __init__(self, sandbox: Sandbox, journal: Journal, earlier: Earlier, findings: Findings) -> None:
        self._sandbox = sandbox
        self._journal = journal
        self._earlier = earlier
        self._findings = findings

    def read(self, source: Source, on_file: OnFile, cancelled: Callable[[], bool]) -> list[SourceDocument]:
        """In the source's order. A source that cannot be read keeps the documents it had."""
        try:
            files = self._listed(source, cancelled)
        except SourceUnavailable as error:
            self._findings.failed.append((source.name, str(error)))
            self._journal.keep(f"{source.name}/")
            return [found for (name, _), old in self._earlier.items() if name == source.name for found in old]
        settings = self._folder_settings(source, files)
        files = [file for file in files if PurePosixPath(file.path).name != SETTINGS_NAME]
        by_path = {file.path: file for file in files}
        documents: list[SourceDocument] = []
        for done, file in enumerate(files):
            if cancelled():
                break
            on_file(done, len(files), f"{source.name}/{file.path}")
            documents += self._documents(source, file, _settings_for(file.path, settings), by_path)
        return documents

    def _listed(self, source: Source, cancelled: Callable[[], bool]) -> list[SourceFile]:
        files: list[SourceFile] = []
        for found in source.files(cancelled):
            if isinstance(found, Refused):
                self._findings.failed.append((f"{source.name}/{found.path}", found.reason))
            elif PurePosixPath(found.path).name == SETTINGS_NAME or is_supported(found.path):
                files.append(found)
            else:
                suffix = PurePosixPath(found.path).suffix.lower() or "a file without a suffix"
                self._findings.skipped.append((f"{source.name}/{found.path}", f"{suffix} is no format that is read"))
        return files

    def _folder_settings(self, source: Source, files: Iterable[SourceFile]) -> dict[PurePosixPath, Meta]:
        """By folder. Below a broken guildhall.yaml nobody reads what does not say so itself: it may have meant to
        allow less than the folders above."""
        settings: dict[PurePosixPath, Meta] = {}
        for file in files:
            if PurePosixPath(file.path).name == SETTINGS_NAME:
                try:
                    settings[PurePosixPath(file.path).parent] = self._sandbox.parse(SETTINGS_NAME, file.read()).meta
                except (Unparsable, OSError) as error:
                    settings[PurePosixPath(file.path).parent] = {"audience": ()}
                    self._findings.failed.append((f"{source.name}/{file.path}", str(error)))
        return settings

    def _documents(
        self, source: Source, file: SourceFile, folders: Sequence[Meta], files: Mapping[str, SourceFile]
    ) -> Sequence[SourceDocument]:
        key = f"{source.name}/{file.path}"
        known = self._journal.get(key)
        content: Expanded | None = None
        if known and self._is_untouched(source, file, known, files):
            digest, includes = known.digest, known.includes
        else:
            try:
                content = expand(file.path, file.read(), files)
            except OSError as error:
                self._findings.failed.append((key, f"cannot be read: {error.strerror or error}"))
                return ()
            digest, includes = hashlib.sha256(content.content).hexdigest(), content.paths
        layers = (source.defaults, *folders)
        content_hash = _content_hash(digest, layers, file.meta)
        reading = self._taken_over(source, file, known, content_hash)
        if reading is None:
            origin = Origin(source.name, file.path, file.url, file.changed_on, content_hash)
            reading = self._parsed(origin, file, content, layers, files)
        record = FileRecord(
            file.stamp, digest, content_hash, reading.failure, reading.is_skipped, reading.warnings, includes
        )
        return self._remember(key, record, reading)

    def _is_untouched(
        self, source: Source, file: SourceFile, known: FileRecord, files: Mapping[str, SourceFile]
    ) -> bool:
        """The file and what it includes have the stamps of the last run."""
        included = [(files.get(path), self._journal.get(f"{source.name}/{path}")) for path in known.includes]
        stamps = [(file, known), *included]
        return all(now and then and now.stamp and now.stamp == then.stamp for now, then in stamps)

    def _taken_over(
        self, source: Source, file: SourceFile, known: FileRecord | None, content_hash: str
    ) -> Reading | None:
        if known is None or known.content_hash != content_hash:
            return None
        if known.failure:
            return Reading((), known.failure, is_skipped=known.is_skipped)
        old = self._earlier.get((source.name, file.path), ())
        is_same = bool(old) and all(one.content_hash == content_hash for one in old)
        return Reading(old, warnings=known.warnings) if is_same else None

    def _parsed(
        self,
        origin: Origin,
        file: SourceFile,
        content: Expanded | None,
        layers: Sequence[Meta],
        files: Mapping[str, SourceFile],
    ) -> Reading:
        try:
            read = content or expand(file.path, file.read(), files)
            parsed = self._sandbox.parse(file.path, read.content)
        except Unsupported as error:
            return Reading((), str(error), is_skipped=True)
        except Unparsable as error:
            return Reading((), str(error))
        except OSError as error:
            return Reading((), f"cannot be read: {error.strerror or error}")
        stated = {key: value for key, value in file.meta.items() if value}  # a field left empty says nothing
        found, warnings = documents_of(parsed, origin, effective_meta(*layers, parsed.meta, stated))
        if not found:
            return Reading((), "; ".join(warnings), is_skipped=True)
        return Reading(found, warnings=warnings)

    def _remember(self, key: str, record: FileRecord, reading: Reading) -> Sequence[SourceDocument]:
        self._journal.put(key, record)
        if reading.failure:
            told = self._findings.skipped if reading.is_skipped else self._findings.failed
            told.append((key, reading.failure))
        self._findings.warnings.extend((key, warning) for warning in reading.warnings)
        return reading.documents


def _settings_for(path: str, settings: Mapping[PurePosixPath, Meta]) -> list[Meta]:
    """Outermost first: the nearest wins."""
    return [settings[folder] for folder in reversed(PurePosixPath(path).parents) if folder in settings]


def _content_hash(digest: str, layers: Sequence[Meta], meta: Meta) -> str:
    shaped = [FORMATS_VERSION, DOCUMENTS_VERSION, digest, *({**layer} for layer in layers), {**meta}]
    return hashlib.sha256(json.dumps(shaped, sort_keys=True).encode()).hexdigest()
