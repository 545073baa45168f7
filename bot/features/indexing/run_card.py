"""A run as a message: its progress while it goes on, then what it did."""

from collections.abc import Sequence

from bot.chat.reply import Actions, Block, Bullets, Button, Facts, Message, Note, Paragraph, Progress
from bot.features.indexing.model import PHASES, IndexRun, RunState
from indexer.report import AUDIENCE_HINT, BuildReport, Result

CANCEL = "indexing.cancel"
PUBLISH = "indexing.publish"
ROLL_BACK = "indexing.roll_back"
START = "indexing.start"

_SHOWN = 5


def run_message(run: IndexRun) -> Message:
    """The same message from the first second to the last, updated in place."""
    match run.state:
        case RunState.QUEUED | RunState.RUNNING | RunState.CANCELLING:
            return _going_on(run)
        case RunState.DONE | RunState.REFUSED:
            return _ended(run)
        case RunState.CANCELLED:
            text = "Reindexing was cancelled. The library stays as it was."
            return Message(text, (Paragraph(text), Actions((Button("Reindex", START),))))
        case RunState.FAILED:
            text = f"Reindexing failed. {run.error}"
            return Message(text, (Paragraph(text), Actions((Button("Try again", START),))))


def _going_on(run: IndexRun) -> Message:
    if run.state is RunState.CANCELLING:
        return Message("Reindexing is being cancelled.", (Paragraph("Reindexing is being cancelled."),))
    label = PHASES[run.progress.phase]
    progress = Progress(label, run.progress.done, run.progress.total)
    note = (Note(run.progress.current),) if run.progress.current else ()
    cancel = Actions((Button("Cancel", CANCEL, run.id),))
    return Message("Reindexing the library.", (Paragraph("Reindexing the library."), progress, *note, cancel))


def _ended(run: IndexRun) -> Message:
    report = run.report
    if report is None:
        return Message("Reindexing ended.", (Paragraph("Reindexing ended."),))
    headline = _headline(run, report)
    blocks: list[Block] = [Paragraph(headline), Facts(_facts(report))]
    if report.verdict is not None:
        blocks.append(Paragraph(report.verdict.summary))
        if run.state is RunState.REFUSED and report.verdict.lines:
            blocks.append(Bullets(report.verdict.lines[:_SHOWN]))
    blocks += _troubles(report)
    if actions := _actions(run, report):
        blocks.append(Actions(actions))
    return Message(headline, tuple(blocks))


def _headline(run: IndexRun, report: BuildReport) -> str:
    size = f"{_count(report.documents, 'document')} in {_count(report.chunks, 'passage')}"
    if run.state is RunState.REFUSED:
        return "The new index answers worse than the one in force, so it was not published. Nothing has changed."
    if report.result is Result.UNCHANGED:
        return f"Nothing has changed in the sources: {size}."
    return f"The library is up to date: {size}."


def _facts(report: BuildReport) -> tuple[tuple[str, str], ...]:
    counted = (
        ("Added", report.added),
        ("Changed", report.changed),
        ("Removed", report.removed),
        ("Unchanged", report.unchanged),
        ("Failed", len(report.failed)),
        ("Duplicates", len(report.duplicates)),
    )
    return (*((label, f"{number:,}") for label, number in counted), ("Took", _duration(report.seconds)))


def _troubles(report: BuildReport) -> list[Block]:
    blocks: list[Block] = []
    if report.failed:
        blocks.append(Paragraph(f"{_count(len(report.failed), 'file')} could not be read:"))
        blocks.append(Bullets(_some([f"{path}: {reason}" for path, reason in report.failed])))
    if report.no_audience:
        number = _count(len(report.no_audience), "document")
        blocks.append(Paragraph(f"{number} may be read by nobody. {AUDIENCE_HINT}"))
        blocks.append(Bullets(_some(report.no_audience)))
    if report.warnings:
        blocks.append(Paragraph(f"{_count(len(report.warnings), 'remark')}:"))
        blocks.append(Bullets(_some([f"{path}: {remark}" for path, remark in report.warnings])))
    return blocks


def _actions(run: IndexRun, report: BuildReport) -> tuple[Button, ...]:
    if run.state is RunState.REFUSED:
        sure = "The golden questions say that answers get worse. Publish this index all the same?"
        return (Button("Publish anyway", PUBLISH, run.id, "danger", sure), Button("Reindex", START))
    if report.result is Result.PUBLISHED:
        sure = "Go back to the index before this one? You can come back the same way."
        return (Button("Roll back", ROLL_BACK, report.snapshot, confirm=sure),)
    return ()


def _some(lines: Sequence[str]) -> tuple[str, ...]:
    shown = tuple(line[:300] for line in lines[:_SHOWN])
    rest = len(lines) - len(shown)
    return (*shown, f"and {rest:,} more") if rest else shown


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _duration(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 60 else f"{int(seconds // 60)} min {int(seconds % 60)} s"
