"""Nobody is shown a word of what they may not read. Every hidden document carries a word that stands nowhere else."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.answer import Answer, Outcome
from knowledge.answerability import Thresholds
from knowledge.document import DocumentKind, ListItem, Paragraph, SourceDocument, Table
from knowledge.knowledge_base import KnowledgeBase
from tests.builders import document
from tests.fakes_knowledge import WordEmbedder, published

EVERYONE = frozenset({"everyone"})
ANSWER_ALWAYS = Thresholds(answer=0.0, offer=0.0)
PRINCIPALS = ("everyone", "person:dana", "group:sales", "hub:crm", "hub:marketing", "role:admin", "everyone ", "")
QUESTION = "How do renewals start?"

pytestmark = pytest.mark.promise

audiences = st.frozensets(st.sampled_from(PRINCIPALS), max_size=3)
kinds = st.sampled_from([DocumentKind.FAQ, DocumentKind.GLOSSARY, DocumentKind.PLAYBOOK, DocumentKind.ARTICLE])
libraries = st.lists(st.tuples(audiences, kinds, st.integers(0, 2)), max_size=8)


def canary(number: int) -> str:
    return f"canary{'abcdefghij'[number]}bird"


def hidden_or_not(number: int, audience: frozenset[str], kind: DocumentKind, shape: int) -> SourceDocument:
    """A document that every question here finds, with its canary in the title, text and every other block."""
    bird = canary(number)
    said = Paragraph(f"Renewals start with {bird}. They go on with {bird}.")
    more = (ListItem(f"Do {bird} first"), Table(("What", bird), (("Renewals", f"start at {bird}"),)), said)[shape]
    title = f"{bird} renewals ({bird.upper()})" if kind is DocumentKind.GLOSSARY else f"Renewals {bird}"
    return document(bird, title=title, blocks=(said, more, said), kind=kind, audience=audience, owner=bird)


@contextmanager
def library(documents: Sequence[SourceDocument]) -> Iterator[KnowledgeBase]:
    with tempfile.TemporaryDirectory() as folder:
        published(Path(folder), *documents)
        yield KnowledgeBase(Path(folder), WordEmbedder(), thresholds=ANSWER_ALWAYS)


def everything_shown(knowledge: KnowledgeBase, readers: frozenset[str], number: int) -> list[object]:
    """All that comes out when somebody tries to get at one document."""
    bird = canary(number)
    hubs = frozenset({"company", "crm"})
    asked: list[Answer] = [
        knowledge.ask(QUESTION, readers),
        knowledge.ask(f"What is {bird[:-1]}x?", readers, hubs=hubs),
        knowledge.ask(f"And for {bird[1:]}?", readers, previous=[QUESTION]),
        knowledge.ask(bird.upper(), readers),
    ]
    return [
        *asked[:-1],
        replace(asked[-1], question=""),
        knowledge.search("renewals start", readers),
        knowledge.search(bird, readers, kind=DocumentKind.PLAYBOOK),
        knowledge.documents(readers),
        knowledge.document(f"starter/{bird}.md", readers),
    ]


@settings(max_examples=25)
@given(libraries, audiences)
def test_nothing_of_an_unreadable_document_comes_out(
    plan: list[tuple[frozenset[str], DocumentKind, int]], readers: frozenset[str]
) -> None:
    documents = [hidden_or_not(number, *each) for number, each in enumerate(plan)]
    with library(documents) as knowledge:
        for number, one in enumerate(documents):
            shown = repr(everything_shown(knowledge, readers, number)).lower()
            birds = {canary(other) for other in range(len(documents)) if canary(other) in shown}
            readable = {canary(other) for other, each in enumerate(documents) if each.audience & readers}
            assert birds <= readable
            if one.audience & readers:
                assert canary(number) in birds


@settings(max_examples=15)
@given(libraries, audiences)
def test_everything_readable_can_be_found(
    plan: list[tuple[frozenset[str], DocumentKind, int]], readers: frozenset[str]
) -> None:
    documents = [hidden_or_not(number, *each) for number, each in enumerate(plan)]
    readable = {one.id for one in documents if one.audience & readers}
    with library(documents) as knowledge:
        assert {one.document.id for one in knowledge.search("renewals", readers)} == readable
        assert {one.id for one in knowledge.documents(readers)} == readable
        assert {one.id for one in documents if knowledge.document(one.id, readers)} == readable
        assert (knowledge.ask(QUESTION, readers).outcome is Outcome.ANSWER) == bool(readable)


def test_a_document_without_an_audience_is_for_nobody() -> None:
    with library([hidden_or_not(0, frozenset(), DocumentKind.FAQ, 0)]) as knowledge:
        for readers in (frozenset(PRINCIPALS), EVERYONE, frozenset({""}), frozenset[str]()):
            answer = knowledge.ask(QUESTION, readers)
            assert (answer.outcome, answer.sources, answer.confidence, answer.notes) == (Outcome.UNKNOWN, (), 0.0, ())
            assert everything_shown(knowledge, readers, 0)[-3:] == [[], [], None]


def test_somebody_without_principals_reads_nothing() -> None:
    with library([document()]) as knowledge:
        assert knowledge.ask(QUESTION, frozenset()).sources == ()
        assert knowledge.search("renewals", frozenset()) == []
        assert knowledge.documents(frozenset()) == []


def test_what_is_hidden_and_what_is_not_there_look_the_same() -> None:
    hidden = hidden_or_not(0, frozenset({"role:admin"}), DocumentKind.PLAYBOOK, 0)
    open_to_all = document("open", "Renewals start ninety days before the end.")
    with library([open_to_all, hidden]) as with_hidden, library([open_to_all]) as without:
        assert with_hidden.document(hidden.id, EVERYONE) is with_hidden.document("nowhere", EVERYONE) is None
        assert with_hidden.documents(EVERYONE) == without.documents(EVERYONE)
        found, expected = (one.search("renewals", EVERYONE) for one in (with_hidden, without))
        assert [one.document for one in found] == [one.document for one in expected]


def test_many_better_hits_that_are_hidden_do_not_crowd_out_a_readable_one() -> None:
    hidden = [
        document(f"secret-{number}", "How do renewals start? Renewals start so.", audience=frozenset({"role:admin"}))
        for number in range(150)
    ]
    readable = document("open", "Something about renewals, among much else that is said here on other matters.")
    with library([*hidden, readable]) as knowledge:
        assert [one.passage.document.id for one in knowledge.ask(QUESTION, EVERYONE).sources] == [readable.id]


@pytest.mark.parametrize(
    ("audience", "readers"),
    [
        (frozenset({"role:admin"}), EVERYONE),
        (frozenset({"role:admin"}), frozenset()),
        (frozenset(), EVERYONE | {"role:admin", ""}),
    ],
)
def test_a_correction_names_no_word_of_a_hidden_document(audience: frozenset[str], readers: frozenset[str]) -> None:
    twice = [document(name, "The wolverine project starts.", audience=audience) for name in ("one", "two")]
    with library([*twice, document()]) as knowledge:
        assert "wolverine" not in repr(knowledge.ask("when does wolverinne start", readers))
        for own in audience:
            assert knowledge.ask("when does wolverinne start", frozenset({own})).question == "when does wolverine start"


def test_an_abbreviation_is_spelled_out_for_its_readers_only() -> None:
    audience = frozenset({"role:admin"})
    readable = document("wolverine", "A wolverine is red, as a project goes.", audience=EVERYONE | audience)
    answers = []
    for title in ("Red Wolverine Project (RWP)", "Red Wolverine Project [RWP]"):  # the second abbreviates nothing
        term = document("rwp", "Secret.", title=title, kind=DocumentKind.GLOSSARY, audience=audience)
        with library([term, readable]) as knowledge:
            answers.append([knowledge.ask("What is RWP?", readers) for readers in (EVERYONE, audience)])
    (untold, told), (untold_without, told_without) = answers
    assert untold == untold_without
    assert told.confidence != told_without.confidence


@pytest.mark.parametrize(
    "scope", [{"kinds": frozenset({DocumentKind.FAQ})}, {"only_hubs": frozenset({"crm"})}], ids=["kinds", "hubs"]
)
def test_a_scope_takes_away_and_never_adds(scope: dict[str, frozenset[str]]) -> None:
    inside = document("inside", "Renewals start inside.", kind=DocumentKind.FAQ, hub="crm")
    outside = document("outside", "Renewals start outside.", hub="marketing")
    hidden = replace(inside, id="hidden", title="Hidden", audience=frozenset({"group:board"}))
    with library([inside, outside, hidden]) as knowledge:
        assert shown_in(knowledge.ask(QUESTION, EVERYONE)) == {inside.id, outside.id}
        assert shown_in(knowledge.ask(QUESTION, EVERYONE, **scope)) == {inside.id}


def test_better_hits_outside_the_scope_do_not_crowd_out_one_inside() -> None:
    louder = [document(f"louder-{n}", "Renewals start renewals start.", hub="marketing") for n in range(120)]
    quiet = document("quiet", "How renewals begin, somewhere in a long text on other things.", hub="crm")
    with library([*louder, quiet]) as knowledge:
        assert shown_in(knowledge.ask(QUESTION, EVERYONE, only_hubs=frozenset({"crm"}))) == {quiet.id}


def test_a_higher_threshold_asks_for_more_confidence_and_a_lower_one_changes_nothing() -> None:
    with library([document()]) as knowledge:
        usual = knowledge.ask(QUESTION, EVERYONE)
        assert usual.outcome is Outcome.ANSWER
        assert knowledge.ask(QUESTION, EVERYONE, answer_from=1.0).outcome is Outcome.CANDIDATES
        assert knowledge.ask(QUESTION, EVERYONE, answer_from=0.0) == usual


def shown_in(answer: Answer) -> set[str]:
    return {source.passage.document.id for source in answer.sources}
