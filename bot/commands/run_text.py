"""What a run of the indexer did: for people, as fields of `guildhall index --json`, as an exit code."""

from collections.abc import Iterator

from bot.commands.terminal import ExitCode
from bot.features.indexing.model import IndexRun, RunState
from indexer.report import AUDIENCE_HINT, BuildReport, Result

SHOWN = 20
Troubles = tuple[tuple[str, str], ...]


def exit_code(run: IndexRun) -> ExitCode:
    if run.state is RunState.CANCELLED:
        return ExitCode.CANCELLED
    return ExitCode.OK if run.state is RunState.DONE else ExitCode.FAILED


def run_fields(run: IndexRun) -> dict[str, object]:
    """Kept stable; docs/command-line.md names each."""
    report = run.report or BuildReport(Result.UNCHANGED, "")
    return {
        "outcome": report.result.value if run.report else run.state.value,
        "error": run.error,
        "snapshot": report.snapshot or None,
        "documents": report.documents,
        "chunks": report.chunks,
        "added": report.added,
        "changed": report.changed,
        "removed": report.removed,
        "unchanged": report.unchanged,
        "duplicates": len(report.duplicates),
        "without_audience": len(report.no_audience),
        "failed": _trouble_fields(report.failed),
        "skipped": _trouble_fields(report.skipped),
        "golden": report.verdict.summary if report.verdict else None,
        "seconds": round(report.seconds, 2),
    }


def run_lines(run: IndexRun) -> Iterator[str]:
    """For people at a terminal."""
    report = run.report
    if report is None:
        yield run.error or "Cancelled. The index in force stays as it was."
        return
    yield _headline(report)
    yield (
        f"{report.added:,} added, {report.changed:,} changed, {report.removed:,} removed, "
        f"{report.unchanged:,} unchanged, {len(report.failed):,} failed; {report.seconds:.1f} s"
    )
    if report.verdict is not None:
        yield report.verdict.summary
        if not report.verdict.is_allowed:
            yield from (f"  {line}" for line in report.verdict.lines[:SHOWN])
    yield from _listed("Failed", report.failed)
    yield from _listed("Left out", report.skipped)
    yield from _listed("Read, with a warning", report.warnings)
    if report.no_audience:
        yield f"{len(report.no_audience):,} documents are readable by nobody. {AUDIENCE_HINT}"


def _headline(report: BuildReport) -> str:
    size = f"{report.documents:,} documents, {report.chunks:,} passages"
    match report.result:
        case Result.PUBLISHED:
            return f"A new index is in force: {size}."
        case Result.UNCHANGED:
            return f"Nothing has changed: {size}."
        case Result.REFUSED:
            return (
                "The new index answers worse than the one in force, so it was not published and nothing has changed. "
                "To publish it all the same: guildhall index --force"
            )


def _listed(heading: str, troubles: Troubles) -> Iterator[str]:
    if troubles:
        yield f"{heading}:"
        yield from (f"  {path}: {reason}" for path, reason in troubles[:SHOWN])
    if len(troubles) > SHOWN:
        yield f"  and {len(troubles) - SHOWN:,} more; --json lists all"


def _trouble_fields(troubles: Troubles) -> list[dict[str, str]]:
    return [{"path": path, "reason": reason} for path, reason in troubles]
