"""What a source and a run are. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.chat.turn import Place
from indexer.report import BuildReport

UPLOADS_ID = "uploads"


class SourceKind(StrEnum):
    FOLDER = "folder"
    GIT = "git"
    WEBSITE = "website"
    UPLOADS = "uploads"


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """`location` is a folder, a repository's address or a page. `defaults` hold for what says nothing itself,
    keys as in front matter. `golden` is a file with golden questions, empty for none. `ref` and `subfolder` are
    git's; `allow_private` lets a web site lie inside the own network."""

    id: str
    name: str
    kind: SourceKind
    location: str
    added_by: str
    added_at: datetime
    defaults: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    exclude: tuple[str, ...] = ()
    golden: str = ""
    ref: str = "HEAD"
    subfolder: str = ""
    allow_private: bool = False


class RunState(StrEnum):
    """`refused`: the golden questions objected, the snapshot before stays in force."""

    QUEUED = "queued"
    RUNNING = "running"
    CANCELLING = "cancelling"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    CANCELLED = "cancelled"


ACTIVE = (RunState.QUEUED, RunState.RUNNING, RunState.CANCELLING)


PHASES = {
    "": "Waiting to begin",
    "reading": "Reading",
    "embedding": "Indexing passages",
    "checking": "Asking the golden questions",
}
"""What a run is doing, as people read it."""


@dataclass(frozen=True, slots=True)
class RunProgress:
    """`phase` is a key of PHASES; `total` 0 means that nobody knows yet."""

    phase: str = ""
    done: int = 0
    total: int = 0
    current: str = ""


@dataclass(frozen=True, slots=True)
class IndexRun:
    """`place` is where its message is kept up to date, None for none. `error` is for people."""

    id: str
    state: RunState
    started_by: str
    requested_at: datetime
    force: bool = False
    place: Place | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    progress: RunProgress = RunProgress()
    report: BuildReport | None = None
    error: str = ""

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE

    @property
    def message_key(self) -> str:
        return f"indexing.run.{self.id}"
