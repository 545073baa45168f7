"""Golden questions: what an index must be able to answer, and how it does."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from indexer.evaluate import Asked, EvaluationSet, NotAnEvaluationSet, Progress, measure, read_lines
from knowledge.answer import Answer, Outcome
from knowledge.document import Chunk, Heading, SourceDocument
from knowledge.embedder import Embedder
from knowledge.passage import Passage
from knowledge.snapshot import Snapshot
from knowledge.snapshot_store import Cancelled


@dataclass(frozen=True, slots=True)
class GoldenFile:
    """JSON Lines {id, question, answerable, sources}. `source` is the name of the source whose paths it names;
    empty: whichever source has them."""

    file: Path
    source: str = ""


@dataclass(frozen=True, slots=True)
class GoldenQuestion:
    """`answers` name the documents or sections that answer, as `path` or `path#anchor`; none: nothing does."""

    id: str
    text: str
    answers: tuple[str, ...]
    source: str = ""


class Grade(StrEnum):
    """How well a question fared."""

    ANSWERED_RIGHT = "answered rightly"
    OFFERED_RIGHT = "offered the right passage"
    OFFERED_WRONG = "offered only passages that do not answer it"
    ABSTAINED = "not answered"
    ANSWERED_WRONG = "answered wrongly"
    ABSTAINED_RIGHT = "rightly left open"
    OFFERED_UNANSWERABLE = "offered passages although nothing answers it"
    ANSWERED_UNANSWERABLE = "answered although nothing answers it"


@dataclass(frozen=True, slots=True)
class GoldenResult:
    """`is_first_right` and `is_any_right` (of up to three) say whether the cited passages are among the answers;
    `cited` is the first one's place."""

    question: GoldenQuestion
    outcome: Outcome
    confidence: float
    is_first_right: bool
    is_any_right: bool
    is_in_index: bool
    cited: str = ""

    @property
    def grade(self) -> Grade:
        match self.outcome, bool(self.question.answers):
            case Outcome.ANSWER, True:
                return Grade.ANSWERED_RIGHT if self.is_first_right else Grade.ANSWERED_WRONG
            case Outcome.CANDIDATES, True:
                return Grade.OFFERED_RIGHT if self.is_any_right else Grade.OFFERED_WRONG
            case Outcome.ANSWER, False:
                return Grade.ANSWERED_UNANSWERABLE
            case Outcome.CANDIDATES, False:
                return Grade.OFFERED_UNANSWERABLE
            case _, is_answerable:
                return Grade.ABSTAINED if is_answerable else Grade.ABSTAINED_RIGHT


@dataclass(frozen=True, slots=True)
class GoldenReport:
    """What became of each question on one snapshot. `fingerprint` tells what else it rests on."""

    snapshot: str
    results: tuple[GoldenResult, ...]
    fingerprint: str = ""

    def count(self, *grades: Grade) -> int:
        return sum(result.grade in grades for result in self.results)


def read_golden(golden: GoldenFile) -> list[GoldenQuestion]:
    """Raises NotAnEvaluationSet."""
    if not golden.file.is_file():
        raise NotAnEvaluationSet(f"{golden.file} is missing.")
    found = []
    for line in read_lines(golden.file, ("id", "question", "answerable", "sources")):
        named = line["sources"]
        if not isinstance(named, list) or bool(line["answerable"]) != bool(named):
            raise NotAnEvaluationSet(f"{golden.file}, {line['id']}: sources are those that answer, [] if none does.")
        found.append(GoldenQuestion(str(line["id"]), str(line["question"]), tuple(map(str, named)), golden.source))
    return found


def everyone(snapshot: Snapshot) -> frozenset[str]:
    """Who may read all that anybody may: golden questions test what is known, not who may know it."""
    return frozenset().union(*(document.audience for document in snapshot.documents.values()))


class Answers(Protocol):
    """What is asked, `knowledge.answerer.Answerer` as a rule."""

    def answer(self, question: str, readers: frozenset[str]) -> Answer: ...


def replay(
    snapshot: Snapshot,
    answerer: Answers,
    questions: Sequence[GoldenQuestion],
    readers: frozenset[str],
    *,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> GoldenReport:
    """Asks each question of the answerer of that snapshot. Raises Cancelled."""
    key = AnswerKey(snapshot)
    results = []
    for number, question in enumerate(questions, 1):
        if cancelled():
            raise Cancelled
        results.append(_result(question, answerer.answer(question.text, readers), key))
        on_progress(number, len(questions))
    return GoldenReport(snapshot.manifest.id, tuple(results))


def _result(question: GoldenQuestion, answer: Answer, key: "AnswerKey") -> GoldenResult:
    right = [key.is_answer(question, source.passage) for source in answer.sources]
    return GoldenResult(
        question,
        answer.outcome,
        answer.confidence,
        is_first_right=right[:1] == [True],
        is_any_right=any(right[:3]),
        is_in_index=all(key.documents(question, one) for one in question.answers),
        cited=answer.sources[0].passage.place if answer.sources else "",
    )


def evaluate_golden(
    questions: Sequence[GoldenQuestion],
    snapshot: Snapshot,
    embedder: Embedder,
    *,
    on_progress: Progress = lambda step, done, total: None,
) -> dict[str, float]:
    """The measures of a set. A document is relevant if it holds an answer, found if the answer is shown."""
    asked = golden_set(questions, snapshot).questions
    return measure(snapshot, embedder, everyone(snapshot), asked, on_progress)


def golden_set(questions: Sequence[GoldenQuestion], snapshot: Snapshot) -> EvaluationSet:
    """Golden questions as an evaluation set asks them."""
    key = AnswerKey(snapshot)

    def asked(question: GoldenQuestion) -> Asked:
        def count_as(passages: Sequence[Passage]) -> list[str]:
            return [one.document.id if key.is_answer(question, one) else f"not {one.chunk.id}" for one in passages]

        return Asked(question.text, count_as, key.relevant(question))

    return EvaluationSet(snapshot, tuple(map(asked, questions)))


class AnswerKey:
    """Which of a snapshot's documents and passages answer a golden question. A duplicate's answer is its original's."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._by_path: dict[str, list[SourceDocument]] = {}
        self._copies: dict[str, list[SourceDocument]] = {}
        for document in snapshot.documents.values():
            self._by_path.setdefault(document.path, []).append(document)
            if document.duplicate_of:
                self._copies.setdefault(document.duplicate_of, []).append(document)

    def is_answer(self, question: GoldenQuestion, passage: Passage) -> bool:
        same = (passage.document, *self._copies.get(passage.document.id, ()))
        return any(
            _is_named(one, answer, question.source) and _holds(one, passage.chunk, answer)
            for one in same
            for answer in question.answers
        )

    def documents(self, question: GoldenQuestion, answer: str) -> list[str]:
        """Ids of the documents that are searched for one of the question's answers; none if it is not there."""
        path, _, anchor = answer.partition("#")
        named = [one for one in self._by_path.get(path, ()) if _is_named(one, answer, question.source)]
        holding = [one for one in named if _is_entry(one, anchor) or not anchor or anchor in _anchors(one.blocks)]
        return [one.duplicate_of or one.id for one in holding]

    def relevant(self, question: GoldenQuestion) -> Mapping[str, int]:
        """1 for each document that answers; an answer that is not in the index stands for itself."""
        return {found: 1 for answer in question.answers for found in self.documents(question, answer) or [answer]}


def _is_named(document: SourceDocument, answer: str, source: str) -> bool:
    return document.path == answer.partition("#")[0] and source in ("", document.source)


def _is_entry(document: SourceDocument, anchor: str) -> bool:
    return bool(anchor) and document.id == f"{document.source}/{document.path}#{anchor}"


def _holds(document: SourceDocument, chunk: Chunk, answer: str) -> bool:
    anchor = answer.partition("#")[2]
    if not anchor or anchor == chunk.anchor or _is_entry(document, anchor):
        return True
    return anchor in _anchors(document.blocks[chunk.first_block : chunk.last_block + 1])


def _anchors(blocks: Iterable[object]) -> set[str]:
    return {block.anchor for block in blocks if isinstance(block, Heading)}
