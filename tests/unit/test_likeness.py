"""Topics that mean about the same, with an embedder that knows words only."""

from knowledge.likeness import REMEMBERED, Likeness
from tests.fakes_knowledge import WordEmbedder


def test_what_shares_most_of_its_words_is_alike_and_what_shares_none_is_not() -> None:
    likeness = Likeness(WordEmbedder())
    assert likeness.alike("renewal price", ["renewal price list", "parking", "price of renewal"]) == {
        "renewal price list",
        "price of renewal",
    }
    assert likeness.alike("anything", []) == frozenset()


def test_what_was_embedded_is_remembered_up_to_a_limit() -> None:
    embedder = WordEmbedder()
    likeness = Likeness(embedder)
    for _ in range(3):
        likeness.alike("price", ["price", "price list", "price list"])
    assert embedder.encoded == 2
    likeness.alike("price", map(str, range(REMEMBERED + 1)))
    before = embedder.encoded
    assert likeness.alike("price", ["price list"]) == {"price list"}
    assert embedder.encoded == before + 2
