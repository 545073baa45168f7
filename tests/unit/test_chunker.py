from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from indexer.chunker import Limit, block_pieces, chunk, estimate
from knowledge.document import Block, Chunk, Code, Heading, ListItem, Paragraph, SourceDocument, Table
from knowledge.inline import escape_inline, plain_text


def document(*blocks: Block) -> SourceDocument:
    return SourceDocument(id="s/a.md", source="s", path="a.md", title="A", blocks=blocks)


words = st.text("abcdeé中.!? ", min_size=1, max_size=120).map(lambda t: escape_inline(" ".join(t.split())))
cells = st.text("abc xyz", max_size=12)
tables = st.integers(1, 4).flatmap(
    lambda width: st.builds(
        Table,
        st.tuples(*[cells] * width),
        st.lists(st.tuples(*[cells] * width), max_size=6).map(tuple),
    )
)
blocks = st.one_of(
    st.builds(Heading, words, st.integers(1, 4), st.just("here")),
    st.builds(Paragraph, words),
    st.builds(ListItem, words, st.integers(0, 2), st.one_of(st.none(), st.integers(1, 99))),
    st.builds(Code, words),
    tables,
)
documents = st.lists(blocks, max_size=12).map(lambda found: document(*found))
limits = st.integers(1, 40).map(Limit)


def letters(text: str) -> str:
    return "".join(text.split())


@given(documents, limits)
def test_nothing_is_lost_or_invented_between_blocks_and_chunks(source: SourceDocument, limit: Limit) -> None:
    chunks = chunk(source, limit)
    told = [part for each in chunks for part in [*each.headings, each.text]]
    body = "".join(letters(each.text) for each in chunks)
    position = 0
    for block in source.blocks:
        text = letters("".join(block_pieces(block, Limit(10**6))))
        if isinstance(block, Heading):
            assert not text or any(letters(part) == text for part in told) or text in body
        else:
            found = body.index(text, position)
            position = found + len(text)
    headings = "".join(letters(plain_text(b.text)) for b in source.blocks if isinstance(b, Heading))
    rest = sum(len(letters(t)) for b in source.blocks for t in block_pieces(b, Limit(10**6))) - len(headings)
    assert rest <= len(body) <= rest + len(headings)


@given(documents, limits)
def test_block_ranges_cover_the_document_in_order(source: SourceDocument, limit: Limit) -> None:
    chunks = chunk(source, limit)
    if not chunks:
        assert all(not block_pieces(block, limit) for block in source.blocks)
        return
    assert chunks[0].first_block == 0
    assert chunks[-1].last_block == len(source.blocks) - 1
    for before, after in pairwise(chunks):
        assert after.first_block in (before.last_block, before.last_block + 1)
    assert [each.ordinal for each in chunks] == list(range(len(chunks)))


@given(documents, limits)
def test_no_chunk_is_longer_than_the_limit(source: SourceDocument, limit: Limit) -> None:
    for each in chunk(source, limit):
        assert each.text.strip() == each.text != ""
        assert estimate(each.text) <= limit.pieces


def test_chunks_keep_to_one_heading_path() -> None:
    source = document(
        Paragraph("Intro."),
        Heading("Renewals", 2, "renewals"),
        Heading("When", 3, "when"),
        Paragraph("Ninety days before."),
        ListItem("Ask **Dana**"),
        Heading("Who", 3, "who"),
        Paragraph("See [the roles](roles.md)."),
    )
    assert chunk(source) == (
        Chunk("s/a.md", 0, "Intro.", (), "", 0, 0),
        Chunk("s/a.md", 1, "Ninety days before.\n- Ask Dana", ("Renewals", "When"), "when", 1, 4),
        Chunk("s/a.md", 2, "See the roles.", ("Renewals", "Who"), "who", 5, 6),
    )


def test_a_heading_without_a_body_is_shown_with_the_next_one() -> None:
    source = document(Heading("Empty", 2, "empty"), Heading("Full", 2, "full"), Paragraph("Text."))
    assert chunk(source) == (Chunk("s/a.md", 0, "Empty\nText.", ("Full",), "full", 0, 2),)


def test_a_long_table_is_cut_between_rows_and_repeats_its_header() -> None:
    rows = tuple((f"Step {n}", f"Owner {n}") for n in range(10))
    chunks = chunk(document(Table(("What", "Who"), rows)), Limit(25))
    assert len(chunks) > 1
    assert all(line.startswith("What: Step ") for each in chunks for line in each.text.splitlines())
    assert "".join(each.text for each in chunks).count("Who: Owner") == 10


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    text = " ".join(f"This is sentence number {n}." for n in range(30))
    chunks = chunk(document(Paragraph(text)), Limit(40))
    assert all(each.text.endswith(".") for each in chunks)
    assert " ".join(each.text for each in chunks) == text


def test_a_line_that_leads_in_stays_with_its_list() -> None:
    source = document(Paragraph("One two three four."), Paragraph("Do this:"), ListItem("first thing now"))
    assert [each.text for each in chunk(source, Limit(9))] == ["One two three four.", "Do this:\n- first thing now"]


def test_a_line_that_leads_in_stays_with_the_first_rows_of_a_long_table() -> None:
    rows = tuple((f"Step {n}", f"Owner {n}") for n in range(10))
    first, *_ = chunk(document(Paragraph("The steps are:"), Table(("What", "Who"), rows)), Limit(25))
    assert first.text.startswith("The steps are:\nWhat: Step 0")
    assert (first.first_block, first.last_block) == (0, 1)


def test_no_crumb_is_left_at_the_end_of_a_section() -> None:
    items = [ListItem(f"Thing number {n} here") for n in range(8)]
    sizes = [estimate(each.text) for each in chunk(document(*items), Limit(35))]
    assert min(sizes) * 4 >= 35
