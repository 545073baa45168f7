"""What an answer takes into account besides the ranking: hubs, languages, thresholds."""

from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.answer import Answer, Outcome
from knowledge.answerability import Thresholds
from knowledge.answerer import COMPANY, Answerer
from knowledge.document import SourceDocument
from tests.builders import document
from tests.fakes_knowledge import WordEmbedder, published

EVERYONE = frozenset({"everyone"})
QUESTION = "when do renewals start"
RULE = document("rule", "Renewals start ninety days before the end.")
LOCAL = replace(RULE, id="local", path="local", hub="emea")
ALWAYS = Thresholds(answer=0, offer=0)


def ask(
    folder: Path,
    *documents: SourceDocument,
    question: str = QUESTION,
    hubs: frozenset[str] = frozenset(),
    thresholds: Thresholds = ALWAYS,
) -> Answer:
    answerer = Answerer(published(folder, *documents), WordEmbedder(), thresholds)
    return answerer.answer(question, EVERYONE, hubs=hubs)


def hubs_of(answer: Answer) -> list[str]:
    return [source.passage.document.hub for source in answer.sources]


def test_ones_own_hubs_rule_goes_before_the_company_wide_one_and_both_are_shown(tmp_path: Path) -> None:
    answer = ask(tmp_path, RULE, LOCAL, hubs=frozenset({"emea"}))
    assert hubs_of(answer) == ["emea", COMPANY]
    assert answer.notes == ("This is your hub's own rule; the company-wide one is among the sources.",)


@pytest.mark.parametrize("hubs", [frozenset[str](), frozenset({"apac"})])
def test_another_hubs_rule_stays_behind(tmp_path: Path, hubs: frozenset[str]) -> None:
    answer = ask(tmp_path, RULE, LOCAL, hubs=hubs)
    assert hubs_of(answer)[0] == COMPANY
    assert answer.notes == ()


def test_a_local_rule_on_something_else_does_not_go_first(tmp_path: Path) -> None:
    other = replace(document("other", "Discounts need approval by finance."), hub="emea")
    assert hubs_of(ask(tmp_path, RULE, other, hubs=frozenset({"emea"})))[0] == COMPANY


def test_a_question_in_another_language_is_offered_passages_and_told_why(tmp_path: Path) -> None:
    answer = ask(tmp_path, RULE, question="Wann beginnt die Verlängerung und wie lange läuft sie?")
    assert answer.outcome is Outcome.CANDIDATES
    assert answer.notes == ("The library is in English. Asked in English, your German question has a better chance.",)


@pytest.mark.parametrize(
    ("thresholds", "outcome"),
    [
        (Thresholds(answer=0, offer=0), Outcome.ANSWER),
        (Thresholds(answer=1, offer=0), Outcome.CANDIDATES),
        (Thresholds(answer=1, offer=1), Outcome.UNKNOWN),
    ],
)
def test_the_thresholds_decide_between_answer_offer_and_silence(
    tmp_path: Path, thresholds: Thresholds, outcome: Outcome
) -> None:
    answer = ask(tmp_path, RULE, thresholds=thresholds)
    assert answer.outcome is outcome
    assert bool(answer.lead) is (outcome is Outcome.ANSWER)
    assert answer.sources[0].quote == "Renewals start ninety days before the end."
    assert 0 < answer.confidence < 1


def test_each_document_is_cited_once_however_many_of_its_chunks_fit(tmp_path: Path) -> None:
    long = document("long", " ".join(f"Renewals start in part {number}." for number in range(200)))
    answer = ask(tmp_path, long, RULE)
    assert sorted(source.passage.document.id for source in answer.sources) == [long.id, RULE.id]


def test_an_empty_library_answers_nothing(tmp_path: Path) -> None:
    answer = ask(tmp_path)
    assert (answer.outcome, answer.sources, answer.confidence) == (Outcome.UNKNOWN, (), 0.0)
