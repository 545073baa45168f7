"""Golden questions: which passages answer, how questions are graded, when a new index is refused."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from indexer.build import Watch
from indexer.evaluate import NotAnEvaluationSet
from indexer.golden import (
    AnswerKey,
    GoldenFile,
    GoldenQuestion,
    GoldenReport,
    GoldenResult,
    Grade,
    evaluate_golden,
    everyone,
    read_golden,
    replay,
)
from indexer.golden_gate import GoldenGate, compare
from knowledge.answer import Answer, Outcome, Source
from knowledge.answerability import Thresholds
from knowledge.document import DocumentKind, Heading, Paragraph, SourceDocument
from knowledge.passage import Passage
from knowledge.snapshot import Snapshot
from knowledge.snapshot_store import Cancelled, SnapshotStore
from tests.builders import document
from tests.fakes_knowledge import WordEmbedder, published, written

READERS = frozenset({"everyone"})
SECTIONS = (
    Heading("When the clock starts", 2, "when"),
    Paragraph("Renewals start ninety days before the contract ends."),
    Heading("Pricing", 2, "pricing"),
    Paragraph("Discounts above ten percent need the finance lead."),
)
PAGES = (
    document("renewals", blocks=SECTIONS),
    document("copy", blocks=SECTIONS, duplicate_of="starter/renewals.md"),
    document("faq", id="starter/faq.md#how-long", text="An onboarding takes six weeks.", kind=DocumentKind.FAQ),
    document("faq", id="starter/faq.md#who", text="Dana Okafor leads it.", kind=DocumentKind.FAQ),
    document("renewals", id="other/renewals.md", source="other", blocks=SECTIONS, audience=frozenset({"leaders"})),
)


class ScriptedAnswers:
    """Fills `indexer.golden.Answers` from a script: the outcome, and the cited passages as (document, chunk)."""

    def __init__(self, snapshot: Snapshot, script: Mapping[str, tuple[Outcome, Sequence[tuple[str, int]]]]) -> None:
        self._snapshot = snapshot
        self._script = script

    def answer(self, question: str, readers: frozenset[str]) -> Answer:
        outcome, cited = self._script[question]
        sources = tuple(Source(passage(self._snapshot, *one), "…") for one in cited)
        return Answer(outcome, 0.7, question, sources=sources)


def passage(snapshot: Snapshot, document_id: str, ordinal: int = 0) -> Passage:
    return Passage(snapshot.documents[document_id], snapshot.chunks_of(document_id)[ordinal], 0.9, 0)


def question(*answers: str, text: str = "when does it start", source: str = "") -> GoldenQuestion:
    return GoldenQuestion("g1", text, answers, source)


def result(number: int, grade: Grade) -> GoldenResult:
    """A question that fared so."""
    is_answerable = "nothing answers it" not in grade and grade is not Grade.ABSTAINED_RIGHT
    outcome = Outcome.UNKNOWN
    if "answered" in grade and grade is not Grade.ABSTAINED:
        outcome = Outcome.ANSWER
    if "offered" in grade:
        outcome = Outcome.CANDIDATES
    right = grade in (Grade.ANSWERED_RIGHT, Grade.OFFERED_RIGHT)
    asked = GoldenQuestion(f"g{number}", f"question {number}", ("a.md",) if is_answerable else ())
    made = GoldenResult(asked, outcome, 0.7, right, right, True, "Renewals › Pricing")
    assert made.grade is grade
    return made


def report(*grades: Grade) -> GoldenReport:
    return GoldenReport("s", tuple(result(number, grade) for number, grade in enumerate(grades)))


def golden_file(folder: Path, *lines: Mapping[str, object] | str) -> Path:
    file = folder / "golden.jsonl"
    file.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), "utf-8")
    return file


def line(text: str, *sources: str, number: int = 1) -> Mapping[str, object]:
    return {"id": f"g{number}", "question": text, "answerable": int(bool(sources)), "sources": sources}


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return published(tmp_path_factory.mktemp("snapshots"), *PAGES)


@pytest.mark.parametrize(
    ("answer", "source", "cited", "is_right"),
    [
        ("renewals.md", "", ("starter/renewals.md", 0), True),
        ("renewals.md", "", ("starter/renewals.md", 1), True),
        ("renewals.md#when", "", ("starter/renewals.md", 0), True),
        ("renewals.md#when", "", ("starter/renewals.md", 1), False),
        ("renewals.md#pricing", "starter", ("starter/renewals.md", 1), True),
        ("renewals.md#pricing", "other", ("starter/renewals.md", 1), False),
        ("renewals.md#pricing", "", ("other/renewals.md", 1), True),
        ("copy.md#when", "", ("starter/renewals.md", 0), True),
        ("copy.md#when", "", ("starter/renewals.md", 1), False),
        ("faq.md#how-long", "", ("starter/faq.md#how-long", 0), True),
        ("faq.md#how-long", "", ("starter/faq.md#who", 0), False),
        ("faq.md", "", ("starter/faq.md#who", 0), True),
        ("gone.md", "", ("starter/renewals.md", 0), False),
    ],
)
def test_a_passage_answers_where_its_document_and_section_are_named(
    snapshot: Snapshot, answer: str, source: str, cited: tuple[str, int], is_right: bool
) -> None:
    asked = question("nowhere.md", answer, source=source)
    assert AnswerKey(snapshot).is_answer(asked, passage(snapshot, *cited)) is is_right


def test_a_chunk_that_holds_the_heading_answers(tmp_path: Path) -> None:
    blocks = (Heading("One", 2, "one"), Heading("Two", 3, "two"), Paragraph("Both are short."))
    small = published(tmp_path, document("page", blocks=blocks))
    assert AnswerKey(small).is_answer(question("page.md#one"), passage(small, "starter/page.md"))


@pytest.mark.parametrize(
    ("outcome", "cited", "answers", "grade"),
    [
        (Outcome.ANSWER, [0, 1], ["renewals.md#when"], Grade.ANSWERED_RIGHT),
        (Outcome.ANSWER, [1, 0], ["renewals.md#when"], Grade.ANSWERED_WRONG),
        (Outcome.CANDIDATES, [1, 0], ["renewals.md#when"], Grade.OFFERED_RIGHT),
        (Outcome.CANDIDATES, [1], ["renewals.md#when"], Grade.OFFERED_WRONG),
        (Outcome.UNKNOWN, [0], ["renewals.md#when"], Grade.ABSTAINED),
        (Outcome.UNKNOWN, [], ["renewals.md#when"], Grade.ABSTAINED),
        (Outcome.UNKNOWN, [0], [], Grade.ABSTAINED_RIGHT),
        (Outcome.CANDIDATES, [0], [], Grade.OFFERED_UNANSWERABLE),
        (Outcome.ANSWER, [0], [], Grade.ANSWERED_UNANSWERABLE),
    ],
)
def test_a_question_is_graded_by_outcome_and_cited_passages(
    snapshot: Snapshot, outcome: Outcome, cited: Sequence[int], answers: Sequence[str], grade: Grade
) -> None:
    asked = question(*answers)
    script = {asked.text: (outcome, [("starter/renewals.md", ordinal) for ordinal in cited])}
    replayed = replay(snapshot, ScriptedAnswers(snapshot, script), [asked], READERS)
    assert (replayed.snapshot, [one.grade for one in replayed.results]) == (snapshot.manifest.id, [grade])


def test_a_replay_reports_progress_and_can_be_cancelled(snapshot: Snapshot) -> None:
    asked = question("gone.md")
    answers = ScriptedAnswers(snapshot, {asked.text: (Outcome.UNKNOWN, [])})
    seen: list[tuple[int, int]] = []
    replayed = replay(snapshot, answers, [asked, asked], READERS, on_progress=lambda *at: seen.append(at))
    assert seen == [(1, 2), (2, 2)]
    assert not replayed.results[0].is_in_index
    with pytest.raises(Cancelled):
        replay(snapshot, answers, [asked], READERS, cancelled=lambda: True)


def test_golden_questions_are_asked_as_somebody_who_may_read_all(snapshot: Snapshot) -> None:
    assert everyone(snapshot) == {"everyone", "leaders"}


def test_a_golden_file_is_read(tmp_path: Path) -> None:
    file = golden_file(tmp_path, line("when", "a.md#b"), "", line("never", number=2))
    assert read_golden(GoldenFile(file, "starter")) == [
        GoldenQuestion("g1", "when", ("a.md#b",), "starter"),
        GoldenQuestion("g2", "never", (), "starter"),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "line 1"),
        ('{"id": "g1"}', "line 1"),
        ('{"id": "g1", "question": "q", "answerable": 1, "sources": []}', "g1"),
        ('{"id": "g1", "question": "q", "answerable": 0, "sources": ["a.md"]}', "g1"),
        ('{"id": "g1", "question": "q", "answerable": 1, "sources": "a.md"}', "g1"),
    ],
)
def test_a_golden_file_that_cannot_be_read_says_where(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(NotAnEvaluationSet, match=said):
        read_golden(GoldenFile(golden_file(tmp_path, text)))


def test_a_golden_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotAnEvaluationSet, match=r"nothing\.jsonl is missing"):
        read_golden(GoldenFile(tmp_path / "nothing.jsonl"))


@pytest.mark.parametrize(
    ("now", "is_allowed"),
    [
        ([Grade.ANSWERED_RIGHT] * 50, True),
        ([*[Grade.ANSWERED_RIGHT] * 49, Grade.ABSTAINED], True),
        ([*[Grade.ANSWERED_RIGHT] * 48, Grade.ABSTAINED, Grade.OFFERED_RIGHT], False),
        ([*[Grade.ANSWERED_RIGHT] * 48, Grade.ANSWERED_WRONG, Grade.ANSWERED_WRONG], False),
    ],
)
def test_an_index_is_refused_when_more_than_the_allowed_share_is_lost(now: Sequence[Grade], is_allowed: bool) -> None:
    verdict = compare(report(*now), report(*[Grade.ANSWERED_RIGHT] * 50), 0.02)
    assert verdict.is_allowed is is_allowed
    assert ("The allowed loss is 1 (2 % of all)." in verdict.summary) is not is_allowed


def test_new_wrong_answers_alone_refuse_an_index() -> None:
    before = report(Grade.ANSWERED_RIGHT, Grade.ABSTAINED, Grade.ABSTAINED_RIGHT)
    assert not compare(report(Grade.ANSWERED_RIGHT, Grade.ANSWERED_WRONG, Grade.ABSTAINED_RIGHT), before).is_allowed
    assert not compare(report(Grade.ANSWERED_RIGHT, Grade.ABSTAINED, Grade.ANSWERED_UNANSWERABLE), before).is_allowed


def test_the_difference_is_told_worst_first() -> None:
    before = report(Grade.ANSWERED_RIGHT, Grade.ABSTAINED, Grade.ANSWERED_RIGHT, Grade.ABSTAINED_RIGHT)
    after = report(Grade.OFFERED_RIGHT, Grade.ANSWERED_RIGHT, Grade.ANSWERED_WRONG, Grade.ABSTAINED_RIGHT)
    verdict = compare(after, before)
    assert verdict.lines == (
        "g2 “question 2”: before answered rightly; now answered wrongly, from Renewals › Pricing",
        "g0 “question 0”: before answered rightly; now offered the right passage",
        "g1 “question 1”: before not answered; now answered rightly",
    )
    assert "2 got worse, 1 better." in verdict.summary
    assert "1 (2 before) are answered rightly" in verdict.summary


def test_a_first_index_is_allowed_and_its_figures_told() -> None:
    verdict = compare(report(Grade.ANSWERED_WRONG, Grade.ABSTAINED_RIGHT), None)
    assert (verdict.is_allowed, verdict.lines) == (True, ())
    assert "Of 1 golden questions with an answer, 0 are answered rightly" in verdict.summary
    assert "There is no earlier index to compare with." in verdict.summary


class Gatekeeping:
    """A store, a golden file, and the gate over both."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.store = SnapshotStore(root / "snapshots")
        self.embedder = WordEmbedder()
        self.file = golden_file(
            root, line("when do renewals start", "renewals.md#when"), line("who won the football", number=2)
        )
        self.minute = 0

    def snapshot(self, *documents: SourceDocument) -> Snapshot:
        self.minute += 1
        manifest = written(self.store, *documents, embedder=self.embedder, minute=self.minute)
        self.store.activate(manifest.id)
        return self.store.open(manifest.id)

    def gate(self, **changes: object) -> GoldenGate:
        # Whatever is found is answered, so that only the passages decide.
        sure = Thresholds(answer=0.0, offer=0.0)
        return replace(GoldenGate([GoldenFile(self.file)], self.store, self.embedder, sure), **changes)


@pytest.fixture
def gatekeeping(tmp_path: Path) -> Gatekeeping:
    return Gatekeeping(tmp_path)


def test_an_index_that_lost_the_answer_is_refused(gatekeeping: Gatekeeping) -> None:
    old = gatekeeping.snapshot(*PAGES)
    new = gatekeeping.snapshot(*PAGES[2:4])
    verdict = gatekeeping.gate()(new, old, Watch())
    assert verdict is not None
    assert not verdict.is_allowed
    assert verdict.lines[0].startswith("g1 “when do renewals start”: before answered rightly; now answered wrongly")
    assert "1 name a passage that is not in the index." in verdict.summary
    allowed = gatekeeping.gate(allowed_loss=0.5)(new, old, Watch())
    assert allowed is not None
    assert allowed.is_allowed


def test_reports_are_kept_until_questions_or_thresholds_change(gatekeeping: Gatekeeping) -> None:
    first, second = gatekeeping.snapshot(*PAGES), gatekeeping.snapshot(*PAGES[:3])
    gatekeeping.gate()(first, None, Watch())

    def asked(gate: GoldenGate) -> int:
        steps: list[int] = []
        gate(second, first, Watch(on_progress=lambda phase, done, total, current: steps.append(done)))
        return len(steps)

    assert [asked(gatekeeping.gate()), asked(gatekeeping.gate())] == [2, 0]
    assert asked(gatekeeping.gate(thresholds=Thresholds())) == 4
    golden_file(gatekeeping.root, line("when do renewals start", "renewals.md"))
    assert asked(gatekeeping.gate()) == 2


def test_a_damaged_report_is_made_anew(gatekeeping: Gatekeeping) -> None:
    only = gatekeeping.snapshot(*PAGES)
    first = gatekeeping.gate()(only, None, Watch())
    gatekeeping.store.beside(only.manifest.id, "golden.json").write_text("{")
    assert gatekeeping.gate()(only, None, Watch()) == first


def test_a_snapshot_opens_with_its_report_beside_it_and_takes_it_along(gatekeeping: Gatekeeping) -> None:
    first = gatekeeping.snapshot(*PAGES)
    gatekeeping.gate()(first, None, Watch())
    kept = gatekeeping.store.beside(first.manifest.id, "golden.json")
    assert kept.is_file()
    assert gatekeeping.store.open(first.manifest.id).manifest == first.manifest
    for _ in range(3):
        gatekeeping.snapshot(*PAGES)
    gatekeeping.store.prune(1)
    assert not kept.exists()


def test_another_models_index_is_compared_by_its_report_only(gatekeeping: Gatekeeping) -> None:
    old = gatekeeping.snapshot(*PAGES)
    gatekeeping.embedder = WordEmbedder("2")
    new = gatekeeping.snapshot(*PAGES[2:4])
    unknown = gatekeeping.gate()(new, old, Watch())
    assert unknown is not None
    assert "no earlier index to compare with" in unknown.summary
    gatekeeping.gate(embedder=WordEmbedder())(old, None, Watch())
    known = gatekeeping.gate()(new, old, Watch())
    assert known is not None
    assert not known.is_allowed


def test_without_golden_questions_there_is_no_verdict(gatekeeping: Gatekeeping) -> None:
    assert gatekeeping.gate(files=[])(gatekeeping.snapshot(*PAGES), None, Watch()) is None


def test_a_golden_file_that_is_gone_is_told_and_stops_no_run(gatekeeping: Gatekeeping) -> None:
    new = gatekeeping.snapshot(*PAGES)
    gone = GoldenFile(gatekeeping.root / "gone.jsonl")
    alone = gatekeeping.gate(files=[gone])(new, None, Watch())
    assert alone is not None
    assert (alone.is_allowed, "gone.jsonl is missing" in alone.summary) == (True, True)
    both = gatekeeping.gate(files=[gone, GoldenFile(gatekeeping.file)])(new, None, Watch())
    assert both is not None
    assert both.summary.startswith("Of 1 golden questions")
    assert "gone.jsonl is missing" in both.summary


def test_golden_questions_are_measured_like_any_set(snapshot: Snapshot) -> None:
    asked = [
        question("renewals.md#when", text="when do renewals start before the contract ends"),
        question("faq.md#how-long", "gone.md", text="an onboarding takes six weeks"),
        question(text="who won the football"),
    ]
    figures = evaluate_golden(asked, snapshot, WordEmbedder())
    assert (figures["questions"], figures["hit@1"]) == (3, 1.0)
    # Two sources hold the first answer, one page the second, and gone.md is nowhere.
    assert figures["recall@10"] == pytest.approx((1 + 1 / 2) / 2)
    assert {"auroc", "ece", "coverage@95", "ndcg@10", "seconds"} <= figures.keys()
