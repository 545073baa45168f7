"""A source's blocks as chat blocks: in plain words, without its links, and no longer than a card may be."""

from collections.abc import Iterator, Sequence
from typing import assert_never

from bot.chat import reply as chat
from knowledge import document as source
from knowledge.extract import row_text
from knowledge.inline import plain_text

LENGTH_LIMIT = 1_200
ROWS_LIMIT = 8


def chat_blocks(blocks: Sequence[source.Block], limit: int = LENGTH_LIMIT) -> tuple[list[chat.Block], bool]:
    """The blocks up to about `limit` characters, and whether that was all. The first is shown in any case."""
    taken: list[source.Block] = []
    used = 0
    for block in blocks:
        used += _length(block)
        if taken and used > limit:
            return list(_converted(taken)), False
        taken.append(block)
    cut = any(isinstance(block, source.Table) and len(block.rows) > ROWS_LIMIT for block in taken)
    return list(_converted(taken)), not cut


def words(block: source.Block) -> str:
    """What a block says, on one line."""
    match block:
        case source.Table():
            cells = (cell for row in (block.header, *block.rows) for cell in row)
            return " ".join(plain_text(cell) for cell in cells)
        case source.Code():
            return block.text
        case _:
            return plain_text(block.text)


def told_row(table: source.Table, told: str) -> tuple[str, str] | None:
    """The row that `told` tells: its first cell, then the others behind the names of their columns."""
    for row in table.rows:
        if len(row) > 1 and plain_text(row[0]).strip() and row_text(table.header, row) == told:
            return plain_text(row[0]).strip(), f" – {row_text(table.header[1:], row[1:])}"
    return None


def _length(block: source.Block) -> int:
    if isinstance(block, source.Table):
        return sum(len(cell) for row in block.rows[:ROWS_LIMIT] for cell in row)
    return len(block.text)


def _converted(blocks: Sequence[source.Block]) -> Iterator[chat.Block]:
    items: list[source.ListItem] = []
    for block in blocks:
        if isinstance(block, source.ListItem):
            if items and not block.depth and (block.number is None) != (items[0].number is None):
                yield _bullets(items)
                items = []
            items.append(block)
            continue
        if items:
            yield _bullets(items)
            items = []
        yield _block(block)
    if items:
        yield _bullets(items)


def _block(block: source.Heading | source.Paragraph | source.Table | source.Code) -> chat.Block:
    match block:
        case source.Heading():
            return chat.Paragraph((chat.Span(plain_text(block.text), bold=True),))
        case source.Paragraph():
            return chat.Paragraph(plain_text(block.text))
        case source.Table():
            rows = tuple(tuple(plain_text(cell) for cell in row) for row in block.rows[:ROWS_LIMIT])
            return chat.Table(tuple(plain_text(cell) for cell in block.header), rows)
        case source.Code():
            return chat.Paragraph((chat.Span(block.text, code=True),))
        case _:
            assert_never(block)


def _bullets(items: Sequence[source.ListItem]) -> chat.Bullets:
    """Inner lists are flattened under their item, after a dash."""
    texts: list[str] = []
    for item in items:
        text = plain_text(item.text)
        if item.depth and texts and items[0].depth < item.depth:
            texts[-1] = f"{texts[-1]} – {text}"
        else:
            texts.append(text)
    return chat.Bullets(tuple(texts), ordered=items[0].number is not None)
