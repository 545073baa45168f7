from bot.features.library.links import reader_url
from knowledge.document import Chunk


def test_a_document_id_is_one_part_of_the_path() -> None:
    assert reader_url("starter/faq.md#why?") == "/library/starter%2Ffaq.md%23why%3F"


def test_a_chunk_is_named_with_its_anchor() -> None:
    assert reader_url("a", Chunk("a", 3, "text", anchor="größe")) == "/library/a?chunk=3#gr%C3%B6%C3%9Fe"
    assert reader_url("a", Chunk("a", 0, "text"), base_url="https://x.example") == "https://x.example/library/a?chunk=0"
