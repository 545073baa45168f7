"""What the admin's pages show about sources, runs and indexes. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.features.indexing.model import IndexRun, RunState, SourceRecord
from indexer.report import BuildReport, Result
from knowledge.document import SourceDocument

STATES: Mapping[RunState, str] = {
    RunState.QUEUED: "Waiting",
    RunState.RUNNING: "Running",
    RunState.CANCELLING: "Being cancelled",
    RunState.DONE: "Done",
    RunState.REFUSED: "Not published",
    RunState.FAILED: "Failed",
    RunState.CANCELLED: "Cancelled",
}

_NOT_PEOPLE = {"clock": "The clock, every night", "guildhall": "Guildhall, at its first start"}

TONES = {RunState.DONE: "good", RunState.REFUSED: "warn", RunState.FAILED: "bad", RunState.CANCELLED: "warn"}


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A source with how many of its documents are in force and how many files failed in the last run."""

    record: SourceRecord
    documents: int
    failed: int


def source_lines(
    records: Iterable[SourceRecord], documents: Iterable[SourceDocument], report: BuildReport | None
) -> list[SourceLine]:
    counts = Counter(document.source for document in documents)
    failed = report.failed if report else ()
    return [SourceLine(each, counts[each.name], len(of_source(each.name, failed))) for each in records]


def of_source(name: str, findings: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Those of one source, with the path inside it; a source that could not be reached has an empty path."""
    return [
        (where.removeprefix(name).lstrip("/"), why) for where, why in findings if f"{where}/".startswith(f"{name}/")
    ]


def who(person_id: str) -> str:
    """Whoever asked for it, by name rather than id."""
    return _NOT_PEOPLE.get(person_id) or person_id.removeprefix("web:").replace("-", " ").capitalize()


def last_report(runs: Iterable[IndexRun]) -> BuildReport | None:
    return next((run.report for run in runs if run.report is not None), None)


def outcome(run: IndexRun) -> str:
    """One sentence that says what came of it."""
    report = run.report
    match run.state:
        case RunState.QUEUED | RunState.RUNNING:
            return "The index in force stays until this one is complete and checked."
        case RunState.CANCELLING:
            return "It stops after what it is doing now. The index in force stays."
        case RunState.CANCELLED:
            return "It was cancelled. The index in force stayed as it was."
        case RunState.FAILED:
            return run.error or "It failed, and the log says why. The index in force stayed as it was."
        case RunState.REFUSED:
            return "The golden questions were answered worse, so the new index was not put in force."
        case RunState.DONE:
            if report is None or report.result is Result.UNCHANGED:
                return "Nothing had changed, so the index stayed as it was."
            return f"{report.added} added, {report.changed} changed, {report.removed} removed, and put in force."
