"""Measures against cases counted by hand and against their definitions, written as slowly as they read."""

from collections.abc import Sequence
from math import log2

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.metrics import Judged, abstention, auroc, calibration_error, coverage, retrieval

DOCUMENTS = "abcdefghijklmno"


def judged(ranked: str = "abc", confidence: float = 0.5, **relevant: int) -> Judged:
    return Judged(tuple(ranked), relevant, confidence)


rankings = st.permutations(DOCUMENTS).flatmap(lambda order: st.integers(0, 15).map(lambda depth: order[:depth]))
confidences = st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0])
judgements = st.builds(
    Judged, rankings, st.dictionaries(st.sampled_from(DOCUMENTS), st.integers(1, 3), max_size=12), confidences
)
graded = st.lists(st.tuples(confidences, st.booleans()), min_size=1, max_size=60)


def test_the_right_document_first_scores_everything() -> None:
    assert retrieval([judged("abc", a=1)]) == {"ndcg@10": 1, "recall@10": 1, "mrr@10": 1, "hit@1": 1, "hit@3": 1}


def test_the_right_document_third_counts_half_of_a_first_in_ndcg_and_a_third_in_mrr() -> None:
    found = retrieval([judged("xyab", a=1)])
    assert found == {"ndcg@10": 1 / log2(4), "recall@10": 1, "mrr@10": 1 / 3, "hit@1": 0, "hit@3": 1}


def test_grades_count_in_ndcg_and_what_was_not_found_in_recall() -> None:
    found = retrieval([judged("ab", a=1, b=3, c=2)])
    ideal = 3 + 2 / log2(3) + 1 / 2
    assert found["ndcg@10"] == pytest.approx((1 + 3 / log2(3)) / ideal)
    assert found["recall@10"] == pytest.approx(2 / 3)


def test_the_eleventh_place_counts_nowhere() -> None:
    found = retrieval([judged("bcdefghijka", a=1)])
    assert found == {"ndcg@10": 0, "recall@10": 0, "mrr@10": 0, "hit@1": 0, "hit@3": 0}


def test_every_question_weighs_the_same_and_unanswerable_ones_are_left_out() -> None:
    found = retrieval([judged("a", a=1), judged("x", a=1, b=1, c=1), judged("x")])
    assert (found["hit@1"], found["recall@10"]) == (0.5, 0.5)


def test_nothing_to_measure_gives_no_measures() -> None:
    assert (retrieval([]), abstention([]), retrieval([judged()])) == ({}, {}, {})


@given(st.lists(judgements, min_size=1, max_size=8))
def test_retrieval_is_what_its_definitions_say(questions: Sequence[Judged]) -> None:
    answerable = [one for one in questions if one.relevant]
    found = retrieval(questions)
    if not answerable:
        assert found == {}
        return
    for name, measure in {"ndcg@10": slow_ndcg, "recall@10": slow_recall, "mrr@10": slow_mrr}.items():
        assert found[name] == pytest.approx(sum(map(measure, answerable)) / len(answerable))
    for name, depth in {"hit@1": 1, "hit@3": 3}.items():
        hits = [bool(set(one.ranked[:depth]) & set(one.relevant)) for one in answerable]
        assert found[name] == pytest.approx(sum(hits) / len(hits))
    assert all(0 <= value <= 1 + 1e-9 for value in found.values())


def slow_ndcg(one: Judged) -> float:
    got = sum(one.relevant.get(name, 0) / log2(place + 1) for place, name in enumerate(one.ranked, 1) if place <= 10)
    best = sorted(one.relevant.values())[::-1]
    return got / sum(grade / log2(place + 1) for place, grade in enumerate(best, 1) if place <= 10)


def slow_recall(one: Judged) -> float:
    return len(set(one.ranked[:10]) & set(one.relevant)) / len(one.relevant)


def slow_mrr(one: Judged) -> float:
    places = [place for place, name in enumerate(one.ranked[:10], 1) if name in one.relevant]
    return 1 / places[0] if places else 0


def test_a_tie_between_an_answerable_and_an_unanswerable_question_counts_half() -> None:
    assert auroc(np.array([0.9, 0.5]), np.array([0.5, 0.1])) == (1 + 1 + 0.5 + 1) / 4
    assert auroc(np.array([0.5]), np.array([0.5])) == 0.5
    assert auroc(np.array([0.1]), np.array([0.9])) == 0


@given(st.lists(confidences, min_size=1, max_size=20), st.lists(confidences, min_size=1, max_size=20))
def test_auroc_is_the_share_of_pairs_in_the_right_order(positive: list[float], negative: list[float]) -> None:
    pairs = [(high > low) + (high == low) / 2 for high in positive for low in negative]
    assert auroc(np.array(positive), np.array(negative)) == pytest.approx(sum(pairs) / len(pairs))


def covered(outcomes: Sequence[tuple[float, bool]], answerable: int | None = None) -> float:
    confidence, right = zip(*outcomes, strict=True)
    return coverage(np.array(confidence), np.array(right), len(outcomes) if answerable is None else answerable)


def falling(rights: str) -> list[tuple[float, bool]]:
    """One question a letter, each less sure than the one before; "y" is right."""
    return [(1 - place / 1000, letter == "y") for place, letter in enumerate(rights)]


def test_fewer_than_twenty_answers_prove_no_precision() -> None:
    assert covered(falling("y" * 19)) == 0
    assert covered(falling("y" * 20)) == 1


def test_one_wrong_answer_of_twenty_is_allowed_and_two_are_not() -> None:
    assert covered(falling("y" * 19 + "n")) == 19 / 20
    assert covered(falling("y" * 18 + "nn")) == 0


def test_coverage_goes_as_deep_as_the_precision_holds() -> None:
    assert covered(falling("n" + "y" * 39 + "nn" + "y" * 30 + "n" * 60)) == pytest.approx(69 / 132)


def test_questions_of_one_confidence_are_answered_together() -> None:
    tied = [(0.5, True)] * 20 + [(0.5, False)] * 5
    assert covered(tied) == 0
    assert covered([(0.9, True)] * 20 + [(0.5, False)] * 5) == 20 / 25


def test_coverage_is_a_share_of_the_answerable_questions() -> None:
    assert covered([*falling("y" * 20), (0.1, False)], answerable=40) == 0.5
    assert covered(falling("n" * 20), answerable=0) == 0


@given(graded, st.integers(0, 30))
def test_coverage_is_the_best_that_any_threshold_gives(outcomes: list[tuple[float, bool]], more: int) -> None:
    outcomes = outcomes + [(1.0, True)] * more
    answerable = sum(right for _, right in outcomes) + 3
    best = 0.0
    for threshold in {confidence for confidence, _ in outcomes}:
        answered = [right for confidence, right in outcomes if confidence >= threshold]
        if len(answered) >= 20 and sum(answered) * 100 >= 95 * len(answered):
            best = max(best, sum(answered) / answerable)
    assert covered(outcomes, answerable) == pytest.approx(best)


def test_calibration_error_weighs_the_gap_of_each_tenth() -> None:
    confidence = np.array([0.95, 0.95, 0.95, 0.95, 0.15])
    right = np.array([True, True, True, False, True])
    assert calibration_error(confidence, right) == pytest.approx((4 * 0.2 + 1 * 0.85) / 5)


def test_certainty_belongs_to_the_last_tenth() -> None:
    assert calibration_error(np.array([1.0, 0.9]), np.array([True, True])) == pytest.approx(0.05)


@given(graded)
def test_calibration_error_is_what_its_definition_says(outcomes: list[tuple[float, bool]]) -> None:
    total = 0.0
    for low in range(10):
        own = [each for each in outcomes if low <= each[0] * 10 < low + 1 or (low == 9 and each[0] == 1)]
        total += abs(sum(confidence for confidence, _ in own) - sum(right for _, right in own))
    confidence, right = zip(*outcomes, strict=True)
    assert calibration_error(np.array(confidence), np.array(right)) == pytest.approx(total / len(outcomes))


def test_auroc_needs_questions_of_both_kinds() -> None:
    assert "auroc" not in abstention([judged("a", a=1)])
    assert "auroc" not in abstention([judged("a")])
    assert abstention([judged("a", 0.9, a=1), judged("a", 0.2)])["auroc"] == 1


def test_an_answered_unanswerable_question_counts_as_wrong() -> None:
    sure = [judged("a", 0.9, a=1)] * 38
    assert abstention([*sure, judged("a", 0.9), judged("a", 0.9)])["coverage@95"] == 1
    assert abstention([*sure, *[judged("a", 0.9)] * 3])["coverage@95"] == 0


def test_a_right_document_in_third_place_counts_for_the_top_three_only() -> None:
    found = abstention([judged("xya", 0.9, a=1)] * 20)
    assert (found["coverage@95"], found["coverage@95_hit3"]) == (0, 1)
