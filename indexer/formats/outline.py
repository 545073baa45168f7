"""Builds the blocks of one document: unique anchors, nothing empty, the title apart."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from indexer.formats.runs import Run, flow, plain_runs, write_runs
from knowledge.document import Block, Code, Heading, ListItem, Paragraph, Table
from knowledge.inline import plain_text

_NOT_IN_SLUG = re.compile(r"[^\w\- ]")


class Anchors:
    """Slugs as GitHub makes them, unique within one document."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def slug(self, text: str) -> str:
        base = _NOT_IN_SLUG.sub("", text.strip().lower()).replace(" ", "-")[:100] or "section"
        return self.claim(base)

    def claim(self, base: str) -> str:
        anchor, number = base, 0
        while anchor in self._taken:
            number += 1
            anchor = f"{base}-{number}"
        self._taken.add(anchor)
        return anchor


class Outline:
    """Collects blocks in reading order."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.anchors = Anchors()
        self.level = 0

    def heading(self, runs: Iterable[Run], level: int, anchor: str = "") -> None:
        """`level` from 1; a heading without words is left out."""
        runs = [run for run in runs if run.text]
        words = plain_runs(runs)
        if words:
            self.level = max(1, min(level, 6))
            slug = self.anchors.claim(anchor) if anchor else self.anchors.slug(words)
            text = write_runs(Run(run.text.replace("\n", " "), run.mark, run.href) for run in runs)
            self.blocks.append(Heading(text, self.level, slug))

    def paragraph(self, runs: Iterable[Run]) -> None:
        text = write_runs(runs)
        if _has_words(text):
            self.blocks.append(Paragraph(text))

    def item(self, runs: Iterable[Run], depth: int = 0, number: int | None = None) -> None:
        text = write_runs(runs)
        if _has_words(text):
            self.blocks.append(ListItem(text, depth, number))

    def code(self, text: str) -> None:
        text = text.strip("\n").rstrip()
        if text:
            self.blocks.append(Code(text))

    def table(self, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Cells are inline CommonMark; short rows are filled up, empty rows and columns left out."""
        grid = [list(header), *(list(row) for row in rows)]
        width = max(len(row) for row in grid)
        full = [[*row, *[""] * (width - len(row))] for row in grid]
        used = [column for column in range(width) if any(row[column].strip() for row in full)]
        kept = [tuple(row[column].strip() for column in used) for row in full]
        body = tuple(row for row in kept[1:] if any(row))
        first = kept[0]
        if len(first) > 1 and first[0] and len(set(first)) == 1:  # one cell above them all is a caption
            self.blocks.append(Paragraph(first[0]))
            first = ("",) * len(first)
        if used and (body or any(first)):
            self.blocks.append(Table(first, body))

    def extend(self, blocks: Iterable[Block]) -> None:
        """Blocks that another parser made; their anchors are made unique here."""
        for block in blocks:
            if isinstance(block, Heading):
                self.blocks.append(replace(block, anchor=self.anchors.claim(block.anchor)))
            else:
                self.blocks.append(block)

    def titled(self, title: str) -> tuple[str, tuple[Block, ...]]:
        """The title and the blocks without it: the given one, or else the first heading of level 1."""
        blocks = list(self.blocks)
        first = next((block for block in blocks if isinstance(block, Heading)), None)
        if first and first.level == 1 and (not title or _same(title, first.text) or blocks[0] is first):
            title = title or plain_text(first.text)
            blocks.remove(first)
        return title, tuple(blocks)


def cell(text: str) -> str:
    """A table cell's inline CommonMark from plain text."""
    return write_runs([flow(text)])


def _has_words(inline: str) -> bool:
    return any(character.isalnum() for character in plain_text(inline))


def _same(title: str, inline: str) -> bool:
    return " ".join(title.casefold().split()) == " ".join(plain_text(inline).casefold().split())
