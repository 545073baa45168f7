"""Terms, and BM25 over them."""

import math
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.lexical import Analyzer, LexicalIndex

TEXTS = ("Renewals start early", "The renewal of contracts", "Pricing for partners", "", "the of and")


def slow_scores(texts: Sequence[str], terms: Sequence[str]) -> list[float]:
    """Lucene's BM25 without its constant factor: k1 1.5, b 0.75."""
    found = [Analyzer().terms(text) or [""] for text in texts] + [[""]]
    average = sum(map(len, found)) / len(found)
    scores = []
    for own in found[:-1]:
        total = 0.0
        for term in terms:
            holders = sum(term in other for other in found)
            rarity = math.log(1 + (len(found) - holders + 0.5) / (holders + 0.5))
            often = own.count(term)
            total += rarity * often / (often + 1.5 * (0.25 + 0.75 * len(own) / average))
        scores.append(total)
    return scores


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Renewals RENEWAL renewed", ["renew", "renew", "renew"]),
        ("What is the NPS of a customer?", ["what", "nps", "custom"]),
        ("R&D, C++ and C#", ["r&d", "c++", "c#"]),
        ("Plan C", ["plan", "c"]),
        ("Größe 42 naïve", ["größe", "42", "naïv"]),
        ("the of and", []),
        ("", []),
        ("… !?", []),
    ],
)
def test_terms_are_stems_in_lower_case_without_stop_words(text: str, terms: list[str]) -> None:
    assert Analyzer().terms(text) == terms


def test_texts_that_hold_the_term_score_and_others_do_not() -> None:
    scores = LexicalIndex.build(TEXTS).scores(["renew"])
    assert [bool(score > 0) for score in scores] == [True, True, False, False, False]


def test_more_and_rarer_terms_score_higher() -> None:
    index = LexicalIndex.build(TEXTS)
    both = index.scores(["renew", "contract"])
    assert both[1] > both[0] > 0
    assert index.rarity("contract") > index.rarity("renew")


def test_a_term_that_stands_nowhere_scores_nothing_and_is_the_rarest() -> None:
    index = LexicalIndex.build(TEXTS)
    assert list(index.scores(["zebra"])) == [0] * 5
    assert list(index.scores([])) == [0] * 5
    assert index.rarity("zebra") > index.rarity("contract") > 0
    assert list(index.scores(["zebra", "renew"])) == list(index.scores(["renew"]))


def test_rarity_is_the_logarithm_of_how_few_texts_hold_the_term() -> None:
    assert LexicalIndex.build(TEXTS).rarity("renew") == pytest.approx(math.log(1 + (5 - 2 + 0.5) / (2 + 0.5)))


@pytest.mark.parametrize("texts", [(), ("",), ("the",), ("", "", "")])
def test_an_index_without_terms_scores_nothing(texts: tuple[str, ...], tmp_path: Path) -> None:
    index = LexicalIndex.build(texts)
    index.save(tmp_path)
    for one in (index, LexicalIndex.load(tmp_path, lambda: texts)):
        assert list(one.scores(["renew"])) == [0] * len(texts)
        assert one.rarity("renew") >= 0


def test_a_loaded_index_scores_as_the_saved_one(tmp_path: Path) -> None:
    index = LexicalIndex.build(TEXTS)
    index.save(tmp_path)
    loaded = LexicalIndex.load(tmp_path, lambda: TEXTS)
    for term in ("renew", "price", "contract", "zebra"):
        assert list(loaded.scores([term])) == list(index.scores([term]))
        assert loaded.rarity(term) == index.rarity(term)


words = st.sampled_from(["renewal", "price", "contract", "the", "partner", "early", "C++"])
texts = st.lists(st.lists(words, max_size=6).map(" ".join), max_size=8)


@given(texts, st.lists(words, max_size=4))
def test_scores_are_those_of_bm25(corpus: list[str], asked: list[str]) -> None:
    terms = list(dict.fromkeys(Analyzer().terms(" ".join(asked))))
    assert list(LexicalIndex.build(corpus).scores(terms)) == pytest.approx(slow_scores(corpus, terms), rel=1e-4)


@given(st.lists(st.text("ab é.\n", max_size=12), max_size=8), st.lists(st.text("bc dé", max_size=12), max_size=8))
def test_two_indexes_joined_score_as_one_of_all_texts(first: list[str], second: list[str]) -> None:
    together = LexicalIndex.build([*first, *second])
    joined = LexicalIndex.joined(LexicalIndex.build(first), LexicalIndex.build(second))
    for term in {term for text in (*first, *second) for term in Analyzer().terms(text)} | {"nowhere"}:
        assert joined.scores([term]) == pytest.approx(together.scores([term]), rel=1e-5)
        assert joined.rarity(term) == together.rarity(term)


def test_a_term_that_stands_a_hundred_times_is_counted_right_when_indexes_are_joined() -> None:
    first, second = ["renewal " * 150 + "price", "price"], ["renewal price list", ""]
    joined = LexicalIndex.joined(LexicalIndex.build(first), LexicalIndex.build(second))
    terms = Analyzer().terms("renewal price list")
    assert joined.scores(terms) == pytest.approx(LexicalIndex.build([*first, *second]).scores(terms), rel=1e-5)


def test_an_index_of_an_earlier_version_is_joined_all_the_same(tmp_path: Path) -> None:
    LexicalIndex.build(TEXTS).save(tmp_path)
    (tmp_path / "lengths.npy").unlink()
    old = LexicalIndex.load(tmp_path, lambda: TEXTS)
    terms = Analyzer().terms(TEXTS[0])
    joined = LexicalIndex.joined(old, LexicalIndex.build(["another text"]))
    assert joined.scores(terms) == pytest.approx(LexicalIndex.build([*TEXTS, "another text"]).scores(terms), rel=1e-5)
