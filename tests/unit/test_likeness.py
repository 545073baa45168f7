"""How much texts mean the same, with an embedder that knows words only."""

import pytest

from knowledge.likeness import REMEMBERED, Likeness
from tests.fakes_knowledge import WordEmbedder


def test_what_shares_most_of_its_words_is_closer_than_what_shares_none() -> None:
    likeness = Likeness(WordEmbedder())
    same, near, other = likeness.cosines("renewal price", ["price renewal", "renewal price list", "parking"])
    assert same == pytest.approx(1)
    assert same > near > other
    assert likeness.cosines("anything", []) == []


def test_what_was_embedded_is_remembered_up_to_a_limit() -> None:
    embedder = WordEmbedder()
    likeness = Likeness(embedder)
    for _ in range(3):
        assert len(likeness.cosines("price", ["price", "price list", "price list"])) == 3
    assert embedder.encoded == 2
    likeness.cosines("price", list(map(str, range(REMEMBERED + 1))))
    before = embedder.encoded
    likeness.cosines("price", ["price list"])
    assert embedder.encoded == before + 2
