"""From a passage to an answer: sentences, leads, lists, tables, entries, and no more than there is room for."""

from collections.abc import Sequence
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.chunker import Limit, chunk
from knowledge.document import Block, Code, DocumentKind, Heading, ListItem, Paragraph, SourceDocument, Table
from knowledge.extract import Extract, Unit, extract, sentences, units
from knowledge.inline import plain_text
from knowledge.passage import Passage
from tests.builders import document

ROOM = 900
NO_LIMIT = Limit(10**6)
LIST = (ListItem("Call the customer"), ListItem("Send the offer"), ListItem("Note the date"))
STEPS = Table(("Step", "Owner"), (("Call", "Sales"), ("Offer", "*Pricing*"), ("Sign", "")))


def whole(*blocks: Block, kind: DocumentKind = DocumentKind.PLAYBOOK) -> Passage:
    """The one passage of a document that is one chunk."""
    return passages(document(blocks=blocks, kind=kind), NO_LIMIT)[0]


def passages(found: SourceDocument, limit: Limit) -> list[Passage]:
    return [Passage(found, each, 1.0, each.ordinal) for each in chunk(found, limit)]


def length(block: Block) -> int:
    return sum(map(len, chain(block.header, *block.rows))) if isinstance(block, Table) else len(block.text)


def around(passage: Passage, words: str) -> Extract:
    """What is shown when the unit with these words answers."""
    return extract(passage, next(unit for unit in units(passage) if words in unit.text))


def words_of(blocks: Sequence[Block]) -> str:
    return " ".join(plain_text(block.text) for block in blocks if not isinstance(block, Table))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("Costs, e.g. Travel, count. So do fees.", ["Costs, e.g. Travel, count.", "So do fees."]),
        ("Ask Dr. Okafor or J. Lee vs. Sam. Then wait.", ["Ask Dr. Okafor or J. Lee vs. Sam.", "Then wait."]),
        ("See no. 4 for approx. 30 days.", ["See no. 4 for approx. 30 days."]),
        ("It is 2.5 percent. 90 days before, call.", ["It is 2.5 percent.", "90 days before, call."]),
        ("She said “Stop.” Then “Go on.”", ["She said “Stop.”", "Then “Go on.”"]),
        ('He asked "Why?" "Because."', ['He asked "Why?"', '"Because."']),
        ("(See there.) Next.", ["(See there.)", "Next."]),
        ("Open guildhall.yaml. Überstunden count.", ["Open guildhall.yaml.", "Überstunden count."]),
        ("It ends. but goes on. ", ["It ends. but goes on."]),
        ("Line one.\nLine two.", ["Line one.", "Line two."]),
        ("  ", []),
        ("", []),
    ],
)
def test_sentences_end_where_a_reader_sees_them_end(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@given(st.text(st.sampled_from('aZ1.!?"”’)]([“ \n\té×') | st.characters(), max_size=60))
def test_cutting_into_sentences_loses_nothing_but_white_space(text: str) -> None:
    parts = sentences(text)
    assert "".join("".join(parts).split()) == "".join(text.split())
    cursor = 0
    for part in parts:
        assert part == part.strip() != ""
        cursor = text.index(part, cursor) + len(part)


def test_a_paragraph_answers_with_its_best_sentence_and_what_follows() -> None:
    found = around(whole(Paragraph("Nobody asks. Renewals start in May. Prices rise."), Paragraph("More.")), "May")
    assert found.lead == "Renewals start in May."
    assert found.blocks == (Paragraph("Prices rise."), Paragraph("More."))


@pytest.mark.parametrize(
    "opening", ["This", "They", "However, it", "So it", "But", "On that day it", "After this they"]
)
def test_a_sentence_that_leans_back_brings_the_one_before(opening: str) -> None:
    found = around(whole(Paragraph(f"Renewals start in May. {opening} cost more.")), "cost more")
    assert found.lead == "Renewals start in May."
    assert found.blocks == (Paragraph(f"{opening} cost more."),)


def test_a_first_sentence_that_leans_back_stands_alone() -> None:
    assert around(whole(Paragraph("This costs more.")), "costs").lead == "This costs more."


def test_an_answer_ends_at_the_next_heading() -> None:
    blocks = (Paragraph("It starts."), Heading("", 2, ""), Paragraph("Something else."))
    found = extract(whole(*blocks), Unit("It starts.", 0))
    assert found.blocks == ()


def test_marks_of_the_source_are_words_in_the_lead_and_stay_words_after_it() -> None:
    found = around(whole(Paragraph(r"**Ask** [Dana](/dana). Write a\*b\* and \[c\](d).")), "Ask")
    assert found.lead == "Ask Dana."
    assert words_of(found.blocks) == "Write a*b* and [c](d)."


def test_a_list_is_shown_whole_under_the_sentence_that_introduces_it() -> None:
    found = around(whole(Paragraph("Renewals matter. Do this:"), *LIST, Paragraph("Done.")), "offer")
    assert (found.lead, found.blocks) == ("Do this:", LIST)


def test_a_list_that_nothing_introduces_answers_with_its_item() -> None:
    found = around(whole(*LIST), "offer")
    assert (found.lead, found.blocks) == ("Send the offer", (LIST[0], LIST[2]))


def test_a_picture_without_words_introduces_no_list() -> None:
    found = around(whole(Paragraph("![](steps.png)"), *LIST), "offer")
    assert found.lead == "Send the offer"


def test_a_long_list_begins_with_the_item_that_answers() -> None:
    items = [ListItem(f"Item {number} {'x' * 90}") for number in range(20)]
    found = around(whole(Paragraph("All of these:"), *items), "Item 7 ")
    assert found.lead == plain_text(items[7].text)
    assert found.blocks == tuple(items[8:17])


def test_the_last_item_of_a_long_list_needs_nothing_after_it() -> None:
    items = [ListItem(f"Item {number} {'x' * 90}") for number in range(20)]
    assert around(whole(*items), "Item 19 ").blocks == ()


def test_a_list_cut_between_two_chunks_is_shown_whole() -> None:
    items = tuple(ListItem(f"Item {number} of the list") for number in range(12))
    parts = passages(document(blocks=(Paragraph("Do this:"), *items)), Limit(20))
    assert len(parts) > 2
    for part in parts:
        assert extract(part, units(part)[-1]).blocks == items


def test_a_paragraph_before_a_list_brings_the_list_to_its_end() -> None:
    items = tuple(ListItem(f"Item {number} of the list") for number in range(6))
    first = passages(document(blocks=(Paragraph("Renewals are done like this:"), *items)), Limit(20))[0]
    assert around(first, "like this").blocks == items


def test_a_table_answers_with_its_row_and_shows_the_table() -> None:
    found = around(whole(Paragraph("Who does what"), STEPS), "Offer")
    assert (found.lead, found.blocks) == ("Step: Offer; Owner: Pricing", (STEPS,))
    assert around(whole(STEPS), "Sign").lead == "Step: Sign"


def test_of_a_long_table_the_rows_around_the_answer_are_shown() -> None:
    rows = tuple((f"row {number}", "x") for number in range(30))
    found = around(whole(Table(("Name", "Sign"), rows)), "row 12")
    assert found.blocks == (Table(("Name", "Sign"), rows[10:15]),)
    assert around(whole(Table(("Name", "Sign"), rows)), "row 0").blocks == (Table(("Name", "Sign"), rows[:3]),)


@pytest.mark.parametrize("kind", [DocumentKind.FAQ, DocumentKind.GLOSSARY])
def test_an_entry_answers_whole_whatever_sentence_was_best(kind: DocumentKind) -> None:
    blocks = (Paragraph("Ninety days before. Sooner for *large* ones."), *LIST, STEPS, Paragraph("Ask Dana."))
    passage = whole(*blocks, kind=kind)
    for unit in units(passage):
        found = extract(passage, unit)
        assert found.lead == "Ninety days before."
        assert found.blocks == (Paragraph("Sooner for large ones."), *blocks[1:])


def test_an_entry_that_begins_with_a_list_has_no_lead() -> None:
    found = around(whole(*LIST, kind=DocumentKind.FAQ), "offer")
    assert (found.lead, found.blocks) == ("", LIST)


def test_code_alone_is_shown_as_it_is() -> None:
    passage = whole(Code("guildhall index"))
    assert units(passage) == []
    assert extract(passage, None) == Extract("", (Code("guildhall index"),))


def test_headings_alone_are_shown_as_words() -> None:
    passage = whole(Heading("Pricing", 1, "pricing"), Heading("*Renewals*", 2, "renewals"))
    assert extract(passage, None).lead == "Pricing\nRenewals"


def test_a_passage_in_pieces_offers_only_the_sentences_of_its_piece() -> None:
    text = " ".join(f"Sentence number {number} says something." for number in range(40))
    parts = passages(document(blocks=(Paragraph(text),)), Limit(60))
    assert len(parts) > 2
    offered = [[unit.text for unit in units(part)] for part in parts]
    assert list(chain.from_iterable(offered)) == sentences(text)
    assert all(sentence in part.chunk.text for part, own in zip(parts, offered, strict=True) for sentence in own)


def test_a_long_table_in_pieces_offers_only_the_rows_of_its_piece() -> None:
    table = Table(("Name", "Sign"), tuple((f"row {number}", f"mark {number}") for number in range(40)))
    parts = passages(document(blocks=(table,)), Limit(60))
    assert len(parts) > 2
    assert [unit.part for part in parts for unit in units(part)] == list(range(40))


inline = st.lists(
    st.sampled_from(["Renewals start.", "*Ask* Dana?", "e.g. this", "“So.”", "[It](/x) ends.", "`a`", "a\\*b", "1. 2"]),
    min_size=1,
    max_size=12,
).map(" ".join)
cells = st.sampled_from(["", "x", " y ", "**z**", "A. B"])
tables = st.integers(1, 3).flatmap(
    lambda width: st.builds(
        lambda header, rows: Table(tuple(header), tuple(map(tuple, rows))),
        st.lists(cells, min_size=width, max_size=width),
        st.lists(st.lists(cells, min_size=width, max_size=width), max_size=12),
    )
)
blocks = st.one_of(
    st.builds(Paragraph, inline),
    st.builds(ListItem, inline, number=st.none() | st.just(1)),
    st.builds(Heading, inline, level=st.integers(1, 3), anchor=st.just("a")),
    st.builds(Code, st.text(max_size=20)),
    tables,
)
documents = st.builds(
    lambda found, kind: document(blocks=tuple(found), kind=kind),
    st.lists(blocks, min_size=1, max_size=10),
    st.sampled_from([DocumentKind.FAQ, DocumentKind.PLAYBOOK]),
)


@given(documents)
def test_every_unit_stands_word_for_word_in_the_chunk(found: SourceDocument) -> None:
    for passage in passages(found, NO_LIMIT):
        assert all(unit.text in passage.chunk.text for unit in units(passage))


@given(documents, st.integers(10, 300))
def test_an_answer_shows_what_it_quotes_and_keeps_to_its_room(found: SourceDocument, limit: int) -> None:
    for passage in passages(found, Limit(limit)):
        for best in units(passage) or [None]:
            shown = extract(passage, best)
            assert len(shown.blocks) <= 1 or sum(map(length, shown.blocks)) <= ROOM
            assert shown.lead or shown.blocks
            assert not (shown.blocks and isinstance(shown.blocks[-1], Heading))
            if best is not None and found.kind is not DocumentKind.FAQ:
                visible = f"{shown.lead} {words_of(shown.blocks)}"
                assert "".join(best.text.split()) in "".join(visible.split())
