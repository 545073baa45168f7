"""From a document's blocks to the chunks that are indexed. Pure."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import assert_never

from semantic_text_splitter import TextSplitter

from knowledge.document import Block, Chunk, Code, Heading, ListItem, Paragraph, SourceDocument, Table
from knowledge.extract import row_text
from knowledge.inline import plain_text

CHUNKER_VERSION = "2"

_CRUMB = 4  # a last chunk below a quarter of the limit takes from the one before

_CJK = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_PIECE = re.compile(rf"[{_CJK}]|[^\W{_CJK}]{{1,6}}|[^\w\s]")


def estimate(text: str) -> int:
    """How many word pieces `text` has, on the high side: one per six letters, one per sign or CJK letter."""
    return sum(1 for _ in _PIECE.finditer(text))


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `pieces` word pieces in a chunk, as `count` counts them."""

    pieces: int = 200
    count: Callable[[str], int] = estimate

    def holds(self, text: str) -> bool:
        return self.count(text) <= self.pieces


@dataclass(slots=True)
class _Section:
    """The texts under one heading path, each with its block's index; a block in pieces is a long one."""

    headings: tuple[str, ...] = ()
    anchor: str = ""
    blocks: list[tuple[int, list[str]]] = field(default_factory=list)


def chunk(document: SourceDocument, limit: Limit | None = None) -> tuple[Chunk, ...]:
    """Runs of whole blocks under one heading path; a long block is cut between sentences or rows.

    The chunks' block ranges cover the document without a gap. A heading that has no body is shown with
    the body that follows it or, at the document's end, with the body before it.
    """
    chunks: list[Chunk] = []
    covered = -1
    for section in _sections(document.blocks, limit or Limit()):
        for text, first, last in _cuts(section, limit or Limit()):
            start, ordinal = min(first, covered + 1), len(chunks)
            chunks.append(Chunk(document.id, ordinal, text, section.headings, section.anchor, start, last))
            covered = last
    if chunks:
        chunks[-1] = replace(chunks[-1], last_block=len(document.blocks) - 1)
    return tuple(chunks)


def _sections(blocks: Sequence[Block], limit: Limit) -> list[_Section]:
    sections: list[_Section] = []
    path: list[Heading] = []
    waiting: list[tuple[int, Heading]] = []  # headings since the last body
    for index, block in enumerate(blocks):
        if isinstance(block, Heading):
            path = [*(above for above in path if above.level < block.level), block]
            waiting.append((index, block))
        elif pieces := block_pieces(block, limit):
            if waiting or not sections:
                titles = tuple(plain_text(heading.text) for heading in path)
                sections.append(_Section(titles, path[-1].anchor if path else ""))
                told = {id(heading) for heading in path}
                for position, heading in waiting:
                    if id(heading) not in told:
                        sections[-1].blocks.append((position, block_pieces(heading, limit)))
                waiting = []
            sections[-1].blocks.append((index, pieces))
    if waiting:
        sections = sections or [_Section(anchor=waiting[0][1].anchor)]
        sections[-1].blocks += [(position, block_pieces(heading, limit)) for position, heading in waiting]
    return sections


def _cuts(section: _Section, limit: Limit) -> Iterator[tuple[str, int, int]]:
    """Text, first and last block of each chunk."""
    run: list[_Part] = []
    for index, pieces in section.blocks:
        if len(pieces) == 1:
            run.append((index, pieces[0]))
            continue
        lead = run.pop() if run and _leads_in(run[-1]) and limit.holds(f"{run[-1][1]}\n{pieces[0]}") else None
        yield from _joined(_grouped(run, limit))
        parts: list[_Part] = [*([lead] if lead else []), *((index, piece) for piece in pieces)]
        yield from _joined(_packed(parts, limit))
        run = []
    yield from _joined(_grouped(run, limit))


_Part = tuple[int, str]
"""A block's index and its text, or a piece of it."""


def _joined(groups: Sequence[Sequence[_Part]]) -> Iterator[tuple[str, int, int]]:
    for group in groups:
        yield _text(group), group[0][0], group[-1][0]


def _text(parts: Sequence[_Part]) -> str:
    return "\n".join(text for _, text in parts)


def _packed(parts: Sequence[_Part], limit: Limit) -> list[list[_Part]]:
    """As much in each group as the limit allows."""
    groups: list[list[_Part]] = []
    for part in parts:
        if groups and limit.holds(_text([*groups[-1], part])):
            groups[-1].append(part)
        else:
            groups.append([part])
    return groups


def _grouped(parts: Sequence[_Part], limit: Limit) -> list[list[_Part]]:
    """Packed, but a line that leads in ("To do so:") stays with what follows, and no crumb is left at the end."""
    groups = _packed(parts, limit)
    for group, following in pairwise(groups):
        while len(group) > 1 and _leads_in(group[-1]) and limit.holds(_text([group[-1], *following])):
            following.insert(0, group.pop())
    while len(groups) > 1 and len(groups[-2]) > 1 and limit.count(_text(groups[-1])) * _CRUMB < limit.pieces:
        if not limit.holds(_text([groups[-2][-1], *groups[-1]])):
            break
        groups[-1].insert(0, groups[-2].pop())
    return groups


def _leads_in(part: _Part) -> bool:
    return part[1].endswith(":")


def block_pieces(block: Block, limit: Limit) -> list[str]:
    """The block as plain text, in one piece if it keeps the limit; empty if it says nothing."""
    match block:
        case Heading() | Paragraph():
            return _split(plain_text(block.text), limit)
        case ListItem():
            mark = "-" if block.number is None else f"{block.number}."
            words = plain_text(block.text).strip()
            return _split(f"{mark} {words}", limit) if words else []
        case Table():
            return _table_pieces(block, limit)
        case Code():
            return _split(block.text, limit)
        case _:
            assert_never(block)


def _table_pieces(table: Table, limit: Limit) -> list[str]:
    if not table.rows:
        header = [plain_text(cell).strip() for cell in table.header]
        return _split("; ".join(filter(None, header)), limit)
    rows = [row_text(table.header, row) for row in table.rows]
    whole = "\n".join(filter(None, rows))
    if whole and limit.holds(whole):
        return [whole]
    return [piece for row in rows for piece in _split(row, limit)]


def _split(text: str, limit: Limit) -> list[str]:
    text = text.strip()
    if not text:
        return []
    if limit.holds(text):
        return [text]
    return TextSplitter.from_callback(limit.count, limit.pieces).chunks(text)
