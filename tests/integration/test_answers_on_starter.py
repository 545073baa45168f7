"""The built-in model on a part of the starter pack, through the real indexer: right answers, honest silence."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from indexer.build import Workplace, build
from indexer.report import BuildReport, Result
from indexer.sources.folder import Folder
from knowledge.answer import Outcome
from knowledge.answerability import Thresholds
from knowledge.document import DocumentKind, Table
from knowledge.embedder import Embedder, ModelUnavailable
from knowledge.inline import plain_text
from knowledge.knowledge_base import KnowledgeBase
from knowledge.onnx_embedder import load_builtin
from knowledge.snapshot_store import SnapshotStore
from tests.builders import NOON, minutes

STARTER = Path(__file__).parents[2] / "examples" / "starter"
PARTS = ("playbooks", "charter")
EVERYONE = frozenset({"everyone"})
PRICING = EVERYONE | {"group:pricing"}
FLOOR_PRICES = """---
title: Floor prices
audience: [group:pricing]
---
# Floor prices

## Lowest price of the Kestrel module

The lowest price of the Kestrel module is 4,100 euros a year.
"""
FLOOR_QUESTION = "What is the lowest price of the Kestrel module?"


@dataclass(frozen=True)
class Library:
    """Indexed once for all tests here."""

    home: Path
    sources: tuple[Folder, ...]
    store: SnapshotStore
    embedder: Embedder
    report: BuildReport
    knowledge: KnowledgeBase


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    home = tmp_path_factory.mktemp("library")
    try:
        embedder = load_builtin(home / "cache")
    except ModelUnavailable as missing:
        pytest.skip(str(missing))
    for part in PARTS:
        shutil.copytree(STARTER / part, home / "starter" / part)
    shutil.copy(STARTER / "guildhall.yaml", home / "starter")
    (home / "pricing").mkdir()
    (home / "pricing" / "floor-prices.md").write_text(FLOOR_PRICES, "utf-8")
    sources = (Folder("Starter", home / "starter"), Folder("Pricing", home / "pricing"))
    store = SnapshotStore(home / "snapshots")
    report = build(sources, Workplace(home, store, embedder), at=NOON)
    return Library(home, sources, store, embedder, report, KnowledgeBase(home / "snapshots", embedder))


def test_everything_was_read(library: Library) -> None:
    documents = library.knowledge.documents(PRICING)
    assert (library.report.result, library.report.failed, library.report.no_audience) == (Result.PUBLISHED, (), ())
    assert len(documents) == library.report.documents == len(list(library.home.glob("[sp]*/**/*.md")))


@pytest.mark.parametrize(
    ("question", "path", "words"),
    [
        ("When does work on a renewal start?", "playbooks/renewals.md", "days before"),
        (
            "contract has a 90 day notice period, from when do I start working on the renewal",
            "playbooks/renewals.md",
            "",
        ),
        ("How do I merge two duplicate accounts?", "playbooks/duplicate-merge.md", ""),
        ("What is a severity 1 escalation?", "playbooks/escalation.md", ""),
    ],
)
def test_a_question_gets_its_source_first(library: Library, question: str, path: str, words: str) -> None:
    answer = library.knowledge.ask(question, EVERYONE)
    first = answer.sources[0]
    assert answer.outcome in (Outcome.ANSWER, Outcome.CANDIDATES)
    assert first.passage.document.path == path
    assert first.quote in first.passage.chunk.text
    assert words in first.passage.chunk.text


@pytest.mark.parametrize(
    "question",
    [
        "How do I merge two duplicate accounts?",
        "When does work on a renewal start?",
        "Who decides what in the CoE?",
        "What are the steps of a webinar?",
    ],
)
def test_an_answer_is_in_the_sources_own_words(library: Library, question: str) -> None:
    sure = KnowledgeBase(library.home / "snapshots", library.embedder, thresholds=Thresholds(answer=0, offer=0))
    answer = sure.ask(question, EVERYONE)
    document = answer.sources[0].passage.document
    source = "\n".join(plain_text(block.text) for block in document.blocks if not isinstance(block, Table))
    assert answer.outcome is Outcome.ANSWER
    assert answer.lead or answer.blocks
    assert answer.lead in source or answer.lead == answer.sources[0].quote
    for block in answer.blocks:
        assert block in document.blocks or (not isinstance(block, Table) and plain_text(block.text) in source)


@pytest.mark.parametrize(
    "question",
    [
        "What is the wifi password in the training room?",
        "can i bring my dog to the office on thursdays",
        "How do I bake sourdough bread?",
        "asdf qwertz",
    ],
)
def test_what_the_library_does_not_know_is_not_answered(library: Library, question: str) -> None:
    answer = library.knowledge.ask(question, EVERYONE)
    assert answer.outcome is not Outcome.ANSWER
    assert (answer.lead, answer.blocks) == ("", ())


def test_a_follow_up_keeps_the_context_of_its_thread(library: Library) -> None:
    asked = "When does work on a renewal start?"
    answer = library.knowledge.ask("and who owns it?", EVERYONE, previous=[asked])
    assert answer.question == f"{asked} and who owns it?"
    assert answer.notes == (f"I took it as: {answer.question}",)
    assert answer.sources[0].passage.document.path == "playbooks/renewals.md"


def test_a_question_that_stands_alone_changes_the_subject(library: Library) -> None:
    answer = library.knowledge.ask(
        "How do I merge two duplicate accounts?", EVERYONE, previous=["When does work on a renewal start?"]
    )
    assert (answer.question, answer.notes) == ("How do I merge two duplicate accounts?", ())
    assert answer.sources[0].passage.document.path == "playbooks/duplicate-merge.md"


@pytest.mark.parametrize("aside", ["pizza on mars?", "who won the world cup?", "what is the best beach in Portugal"])
def test_a_question_about_something_else_does_not_get_the_answer_before_again(library: Library, aside: str) -> None:
    asked = "How fast must a sev 1 incident be acknowledged?"
    assert library.knowledge.ask(asked, EVERYONE).outcome is Outcome.ANSWER
    answer = library.knowledge.ask(aside, EVERYONE, previous=[asked])
    assert answer.outcome is not Outcome.ANSWER
    assert answer.question == aside


@pytest.mark.parametrize(("follow_up", "is_sure"), [("and for sev 2?", True), ("what about pizza?", False)])
def test_a_follow_up_is_answered_if_the_passage_speaks_of_it(library: Library, follow_up: str, is_sure: bool) -> None:
    asked = "How fast must a sev 1 incident be acknowledged?"
    answer = library.knowledge.ask(follow_up, EVERYONE, previous=[asked])
    assert (answer.question, answer.outcome is Outcome.ANSWER) == (f"{asked} {follow_up}", is_sure)


def test_a_typo_is_mended_and_said_so(library: Library) -> None:
    answer = library.knowledge.ask("How do I merge two dupliacte accounts?", EVERYONE)
    assert answer.notes == ("I read “dupliacte” as “duplicate”.",)
    assert answer.sources[0].passage.document.path == "playbooks/duplicate-merge.md"


def test_a_question_in_another_language_gets_no_answer_but_a_hint(library: Library) -> None:
    answer = library.knowledge.ask("Wie führe ich zwei doppelte Konten zusammen?", EVERYONE)
    assert answer.outcome is not Outcome.ANSWER
    assert "The library is in English" in answer.notes[-1]


def test_only_its_audience_gets_an_answer_from_a_restricted_document(library: Library) -> None:
    told, untold = (library.knowledge.ask(FLOOR_QUESTION, readers) for readers in (PRICING, EVERYONE))
    assert (told.outcome, told.lead) == (
        Outcome.ANSWER,
        "The lowest price of the Kestrel module is 4,100 euros a year.",
    )
    assert untold.outcome is not Outcome.ANSWER
    assert "4,100" not in repr(untold)
    assert "Floor prices" not in repr(untold)
    assert "Floor prices" not in {one.title for one in library.knowledge.documents(EVERYONE)}


def test_search_narrows_by_kind_and_hub(library: Library) -> None:
    charters = library.knowledge.search("who decides", EVERYONE, kind=DocumentKind.CHARTER)
    assert {one.document.kind for one in charters} == {DocumentKind.CHARTER}
    assert library.knowledge.search("who decides", EVERYONE, hub="nowhere") == []
    found = library.knowledge.search("renewal discount", EVERYONE, limit=3)
    assert (len(found), found[0].document.path) == (3, "playbooks/renewals.md")
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


def test_a_changed_document_is_answered_from_after_the_next_run(library: Library) -> None:
    file = library.home / "pricing" / "floor-prices.md"
    workplace = Workplace(library.home, library.store, library.embedder)
    before = library.store.current_id()
    file.write_text(FLOOR_PRICES.replace("4,100", "5,200"), "utf-8")
    report = build(library.sources, workplace, at=NOON + minutes(1))
    assert (report.changed, report.unchanged) == (1, library.report.documents - 1)
    knowledge = library.knowledge
    assert knowledge.refresh()
    assert "5,200" in knowledge.ask(FLOOR_QUESTION, PRICING).lead
    assert library.store.roll_back().id == before
    assert knowledge.refresh()
    assert "4,100" in knowledge.ask(FLOOR_QUESTION, PRICING).lead
