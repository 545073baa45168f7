"""The check before the swap: golden questions on the new snapshot and on the one in force, compared."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from importlib import resources

from pydantic import TypeAdapter, ValidationError

from indexer.build import Watch
from indexer.evaluate import NotAnEvaluationSet
from indexer.golden import (
    GoldenFile,
    GoldenQuestion,
    GoldenReport,
    GoldenResult,
    Grade,
    everyone,
    read_golden,
    replay,
)
from indexer.report import Verdict
from knowledge.answerability import Thresholds
from knowledge.answerer import Answerer
from knowledge.embedder import Embedder
from knowledge.snapshot import Snapshot
from knowledge.snapshot_store import SnapshotStore

DEFAULT_LOSS = 0.02

_REPORT = "golden.json"
_WRONG = (Grade.ANSWERED_WRONG, Grade.ANSWERED_UNANSWERABLE)
_WORTH = {
    Grade.ANSWERED_RIGHT: 3,
    Grade.OFFERED_RIGHT: 2,
    Grade.OFFERED_WRONG: 1,
    Grade.ABSTAINED: 1,
    Grade.ANSWERED_WRONG: 0,
    Grade.ABSTAINED_RIGHT: 3,
    Grade.OFFERED_UNANSWERABLE: 2,
    Grade.ANSWERED_UNANSWERABLE: 0,
}
_reports = TypeAdapter(GoldenReport)


@dataclass(frozen=True, slots=True)
class GoldenGate:
    """Fills `indexer.build.Gate`. `allowed_loss` is a share of the questions. A report is kept beside its snapshot,
    so that the one in force is asked again only when the questions, the thresholds or the program changed."""

    files: Sequence[GoldenFile]
    store: SnapshotStore
    embedder: Embedder
    thresholds: Thresholds
    allowed_loss: float = DEFAULT_LOSS

    def __call__(self, new: Snapshot, old: Snapshot | None, watch: Watch) -> Verdict | None:
        """None without golden questions. Raises Cancelled."""
        questions: list[GoldenQuestion] = []
        unread: list[str] = []
        for golden in self.files:
            try:
                questions += read_golden(golden)
            except (NotAnEvaluationSet, OSError, UnicodeDecodeError) as problem:
                unread.append(f"Golden questions were not asked: {problem}")
        if not questions:
            return Verdict(True, " ".join(unread)) if unread else None
        before = self._report(old, questions, watch) if old is not None else None
        after = self._report(new, questions, watch)
        if after is None:
            return None
        verdict = compare(after, before, self.allowed_loss)
        return replace(verdict, summary=" ".join((verdict.summary, *unread)))

    def _report(self, snapshot: Snapshot, questions: Sequence[GoldenQuestion], watch: Watch) -> GoldenReport | None:
        """None for a snapshot of another model that left no report: this model's vectors cannot search it."""
        file = self.store.beside(snapshot.manifest.id, _REPORT)
        fingerprint = self._fingerprint(questions)
        try:
            kept = _reports.validate_json(file.read_bytes())
            if kept.fingerprint == fingerprint:
                return kept
        except (OSError, ValidationError):
            pass  # asked anew
        if not snapshot.manifest.fits(self.embedder):
            return None
        answerer = Answerer(snapshot, self.embedder, self.thresholds)
        report = replay(
            snapshot,
            answerer,
            questions,
            everyone(snapshot),
            on_progress=lambda done, total: watch.on_progress("checking", done, total, ""),
            cancelled=watch.cancelled,
        )
        report = replace(report, fingerprint=fingerprint)
        unfinished = file.with_name(f"{file.name}.part")
        unfinished.write_bytes(_reports.dump_json(report))
        unfinished.replace(file)
        return report

    def _fingerprint(self, questions: Sequence[GoldenQuestion]) -> str:
        rests_on = [_program(), asdict(self.thresholds), [asdict(question) for question in questions]]
        return hashlib.sha256(json.dumps(rests_on, sort_keys=True).encode()).hexdigest()


@cache
def _program() -> str:
    """Another version may answer the same questions from the same snapshot otherwise."""
    digest = hashlib.sha256()
    for file in sorted(resources.files("knowledge").iterdir(), key=lambda one: one.name):
        if file.is_file():
            digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def compare(after: GoldenReport, before: GoldenReport | None, allowed_loss: float = DEFAULT_LOSS) -> Verdict:
    """Refused when fewer questions are answered rightly, or more wrongly, by more than the share that may be lost."""
    if before is None:
        return Verdict(True, f"{_counts(after, None)} There is no earlier index to compare with.")
    allowed = allowed_loss * len(after.results)
    lost = before.count(Grade.ANSWERED_RIGHT) - after.count(Grade.ANSWERED_RIGHT)
    wronged = after.count(*_WRONG) - before.count(*_WRONG)
    earlier = {result.question: result for result in before.results}
    pairs = [(earlier[result.question], result) for result in after.results if result.question in earlier]
    changed = sorted(((_gain(old, new), old, new) for old, new in pairs if _gain(old, new)), key=lambda one: one[0])
    worse = sum(gain < 0 for gain, _, _ in changed)
    difference = f"{worse:,} got worse, {len(changed) - worse:,} better." if changed else "None got worse or better."
    is_allowed = max(lost, wronged) <= allowed + 1e-9
    limit = "" if is_allowed else f" The allowed loss is {int(allowed):,} ({allowed_loss * 100:g} % of all)."
    lines = tuple(_line(old, new) for _, old, new in changed)
    return Verdict(is_allowed, f"{_counts(after, before)} {difference}{limit}", lines)


def _gain(old: GoldenResult, new: GoldenResult) -> int:
    return _WORTH[new.grade] - _WORTH[old.grade]


def _line(old: GoldenResult, new: GoldenResult) -> str:
    text = new.question.text if len(new.question.text) <= 120 else f"{new.question.text[:119]}…"
    where = f", from {new.cited}" if new.grade in _WRONG else ""
    return f"{new.question.id} “{text}”: before {old.grade}; now {new.grade}{where}"


def _counts(after: GoldenReport, before: GoldenReport | None) -> str:
    def number(*grades: Grade) -> str:
        now = after.count(*grades)
        was = before.count(*grades) if before else now
        return f"{now:,}" if now == was else f"{now:,} ({was:,} before)"

    answerable = sum(bool(result.question.answers) for result in after.results)
    missing = sum(not result.is_in_index for result in after.results)
    open_ones = number(Grade.OFFERED_WRONG, Grade.ABSTAINED)
    return (
        f"Of {answerable:,} golden questions with an answer, {number(Grade.ANSWERED_RIGHT)} are answered rightly, "
        f"{number(Grade.OFFERED_RIGHT)} have it among the passages offered, {open_ones} are not answered and "
        f"{number(Grade.ANSWERED_WRONG)} are answered wrongly. "
        f"Of {len(after.results) - answerable:,} without an answer, {number(Grade.ANSWERED_UNANSWERABLE)} are answered."
        + (f" {missing:,} name a passage that is not in the index." if missing else "")
    )
