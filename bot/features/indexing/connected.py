"""From a source's record to the source that the indexer reads."""

from collections.abc import Iterable
from pathlib import Path
from typing import assert_never

from bot.features.indexing.model import SourceKind, SourceRecord
from indexer.golden import GoldenFile
from indexer.sources.folder import Folder
from indexer.sources.git import GitRepository
from indexer.sources.source import Source
from indexer.sources.uploads import Uploads
from indexer.sources.website import Website


def uploads_folder(home: Path) -> Path:
    return home / "uploads"


def golden_files(records: Iterable[SourceRecord]) -> list[GoldenFile]:
    """Of those that have golden questions."""
    return [GoldenFile(Path(record.golden), record.name) for record in records if record.golden]


def connect(record: SourceRecord, home: Path) -> Source:
    """`home` keeps checkouts, pages and uploads. Nothing is read yet."""
    kept = home / "sources" / record.id
    match record.kind:
        case SourceKind.FOLDER:
            return Folder(record.name, Path(record.location), exclude=record.exclude, defaults=record.defaults)
        case SourceKind.GIT:
            return GitRepository(
                record.name,
                record.location,
                kept,
                ref=record.ref,
                subfolder=record.subfolder,
                exclude=record.exclude,
                defaults=record.defaults,
                allow_local=True,  # an admin named it
            )
        case SourceKind.WEBSITE:
            return Website(
                record.name,
                record.location,
                kept,
                exclude=record.exclude,
                defaults=record.defaults,
                allow_private=record.allow_private,
            )
        case SourceKind.UPLOADS:
            return Uploads(record.name, uploads_folder(home), defaults=record.defaults)
        case _:
            assert_never(record.kind)
