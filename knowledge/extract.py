"""From a passage to an answer in the source's own words: the sentence that answers, and what follows it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.document import Block, Code, DocumentKind, Heading, ListItem, Paragraph, Table
from knowledge.inline import escape_inline, plain_text
from knowledge.passage import Passage

_BETWEEN = re.compile(r"[.!?][\"”’)\]]*(\s+)(?=[\"“‘(\[]*[A-Z0-9À-ÞÄÖÜ])")
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|etc|vs|approx|no|dr|mr|mrs|ms|st)\.|\b[A-Z]\.)$", re.IGNORECASE)
_LEANS_BACK = re.compile(
    r"(?:(?:on|in|at|by|for|from|to|with|after|before|until)\s+(?:this|that|these|those|it|them)"
    r"|this|that|these|those|it|they|he|she|such|however|also|then|therefore|otherwise|instead|but|and|so)\b",
    re.IGNORECASE,
)
_ROOM = 900  # characters of the source that an answer shows; the rest is one click away
KNOWN_BY = 40  # first characters of a sentence: its end may stand in the next piece of a long block
ANSWERS_WHOLE = frozenset({DocumentKind.FAQ, DocumentKind.GLOSSARY})


@dataclass(frozen=True, slots=True)
class Unit:
    """One sentence, list item or table row: what can carry an answer. `text` is plain."""

    text: str
    block: int
    part: int = 0


@dataclass(frozen=True, slots=True)
class Extract:
    """`lead` answers first, `blocks` follow."""

    lead: str
    blocks: tuple[Block, ...]


def sentences(text: str) -> list[str]:
    """`text` cut between sentences; nothing is lost but the white space between them."""
    text = text.strip()
    parts: list[str] = []
    start = 0
    for between in _BETWEEN.finditer(text):
        if not _ABBREVIATION.search(text, start, between.start(1)):
            parts.append(text[start : between.start(1)])
            start = between.end(1)
    return [*parts, text[start:]] if text else []


def units(passage: Passage) -> list[Unit]:
    """Everything in the passage that can carry an answer, in order. Of a block in pieces only this one's."""
    found: list[Unit] = []
    for index, block in _blocks_of(passage):
        match block:
            case Paragraph(text):
                found += [Unit(part, index, number) for number, part in enumerate(sentences(plain_text(text)))]
            case ListItem(text):
                found.append(Unit(plain_text(text).strip(), index))
            case Table(header, rows):
                found += [Unit(row_text(header, row), index, number) for number, row in enumerate(rows)]
            case Heading() | Code():
                continue
    found = [unit for unit in found if unit.text]
    return [unit for unit in found if unit.text[:KNOWN_BY] in passage.chunk.text] or found


def row_text(header: Sequence[str], row: Sequence[str]) -> str:
    """A table's row as plain text, each cell behind the name of its column; empty if it says nothing."""
    names = [plain_text(name).strip() for name in header]
    cells = ((name, plain_text(cell).strip()) for name, cell in zip(names, row, strict=True))
    told = [f"{name}: {cell}" if name else cell for name, cell in cells if cell]
    is_pair = len(names) == 2 and not any(names)  # without a header the first cell names the second
    return (": " if is_pair else "; ").join(told)


def extract(passage: Passage, best: Unit | None) -> Extract:
    """The answer around the best unit. An entry of a FAQ or a glossary answers as a whole."""
    blocks = passage.document.blocks
    if best is None:
        shown = _fitting([block for _, block in _blocks_of(passage)])
        return Extract("" if shown else passage.chunk.text, shown)
    block = blocks[best.block]
    if passage.document.kind in ANSWERS_WHOLE:
        own = [one for one in blocks if not isinstance(one, Heading)]
        lead, rest = _split_first(own)
        return Extract(lead, _fitting(rest))
    match block:
        case Paragraph(text):
            parts = sentences(plain_text(text))
            start = best.part
            if start > 0 and _LEANS_BACK.match(parts[start]):
                start -= 1
            after = [Paragraph(escape_inline(" ".join(parts[start + 1 :])))] if parts[start + 1 :] else []
            return Extract(parts[start], _fitting([*after, *_following(passage, best.block)]))
        case ListItem():
            return _from_list(passage, best)
        case Table(header, rows):
            return Extract(best.text, (_table_around(header, rows, best.part),))
        case Heading() | Code():
            return Extract("", _fitting([block]))


def _blocks_of(passage: Passage) -> list[tuple[int, Block]]:
    first, last = passage.chunk.first_block, passage.chunk.last_block
    return list(enumerate(passage.document.blocks))[first : last + 1]


def _following(passage: Passage, block: int) -> list[Block]:
    """The blocks after `block` up to the chunk's end or, where a list goes on beyond it, the list's end."""
    blocks = passage.document.blocks
    end = passage.chunk.last_block
    while end + 1 < len(blocks) and isinstance(blocks[end], ListItem) and isinstance(blocks[end + 1], ListItem):
        end += 1
    following: list[Block] = []
    for one in blocks[block + 1 : end + 1]:
        if isinstance(one, Heading):
            break
        following.append(one)
    return following


def _from_list(passage: Passage, best: Unit) -> Extract:
    """The whole list under the sentence that introduces it; a long one from the item that answers."""
    blocks = passage.document.blocks
    start = end = best.block
    while start > 0 and isinstance(blocks[start - 1], ListItem):
        start -= 1
    while end + 1 < len(blocks) and isinstance(blocks[end + 1], ListItem):
        end += 1
    before = blocks[start - 1] if start > 0 else None
    whole = list(blocks[start : end + 1])
    if sum(map(_length, whole)) > _ROOM:
        return Extract(best.text, _fitting(blocks[best.block + 1 : end + 1]))
    if isinstance(before, Paragraph) and (introduction := sentences(plain_text(before.text))):
        return Extract(introduction[-1], tuple(whole))
    return Extract(best.text, _fitting([*blocks[start : best.block], *blocks[best.block + 1 : end + 1]]))


def _split_first(blocks: Sequence[Block]) -> tuple[str, list[Block]]:
    if not blocks or not isinstance(blocks[0], Paragraph):
        return "", list(blocks)
    first, *rest = sentences(plain_text(blocks[0].text)) or [""]
    return first, [*([Paragraph(escape_inline(" ".join(rest)))] if rest else []), *blocks[1:]]


def _table_around(header: tuple[str, ...], rows: tuple[tuple[str, ...], ...], row: int) -> Table:
    """The table, or of a long one the rows around the one that answers."""
    return Table(header, rows) if len(rows) <= 8 else Table(header, rows[max(0, row - 2) : row + 3])


def _fitting(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """As many of the blocks as there is room for, at least one."""
    kept: list[Block] = []
    used = 0
    for block in blocks:
        used += _length(block)
        if kept and used > _ROOM:
            break
        kept.append(block)
    while kept and isinstance(kept[-1], Heading):
        kept.pop()
    return tuple(kept)


def _length(block: Block) -> int:
    match block:
        case Table(header, rows):
            return sum(len(cell) for row in (header, *rows) for cell in row)
        case Heading(text) | Paragraph(text) | ListItem(text) | Code(text):
            return len(text)
