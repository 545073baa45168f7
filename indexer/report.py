"""What a run did, for people and for programs."""

from dataclasses import dataclass, field
from enum import StrEnum


class Result(StrEnum):
    PUBLISHED = "published"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the golden questions say before the swap. `lines` show the difference, worst first."""

    is_allowed: bool
    summary: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BuildReport:
    """Counts are of documents; pairs are (path with its source, reason). `snapshot` is the one written or, when
    nothing changed, the one in force; a refused one lies ready to be published all the same."""

    result: Result
    snapshot: str
    documents: int = 0
    chunks: int = 0
    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    failed: tuple[tuple[str, str], ...] = ()
    skipped: tuple[tuple[str, str], ...] = ()
    duplicates: tuple[tuple[str, str], ...] = ()
    no_audience: tuple[str, ...] = ()
    warnings: tuple[tuple[str, str], ...] = ()
    verdict: Verdict | None = None
    seconds: float = 0.0


AUDIENCE_HINT = (
    "Nobody may read a document that states no audience. Put `audience: [everyone]` (or the groups that may) in its "
    "front matter, in a guildhall.yaml of its folder, or set an audience for the whole source."
)


@dataclass(slots=True)
class Findings:
    """Filled while the sources are read."""

    failed: list[tuple[str, str]] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[tuple[str, str]] = field(default_factory=list)
