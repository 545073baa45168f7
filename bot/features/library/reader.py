"""A document's blocks to HTML, with the cited passage marked and links that lead to where they can be read."""

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from typing import assert_never
from urllib.parse import quote, unquote, urldefrag, urljoin, urlsplit

from bot.features.library.links import reader_url
from knowledge.document import Block, Chunk, Code, Heading, ListItem, Paragraph, SourceDocument, Table
from knowledge.inline import Linker, absolute_only, plain_text, render_inline


@dataclass(frozen=True, slots=True)
class Section:
    """A line of the table of contents."""

    text: str
    anchor: str
    level: int


def contents_of(document: SourceDocument) -> list[Section]:
    """Headings of the two outermost levels below the title."""
    sections = [
        Section(plain_text(block.text), block.anchor, max(block.level, 2))
        for block in _body_blocks(document).values()
        if isinstance(block, Heading)
    ]
    outermost = min((section.level for section in sections), default=0)
    return [section for section in sections if section.level <= outermost + 1]


def linker_for(document: SourceDocument, readable: Iterable[SourceDocument], *, elsewhere: bool = False) -> Linker:
    """Addresses as they stand in `document`: to another document that this person may read, else outside or
    nowhere. Shown `elsewhere` than on its own page, an address inside the document leads there."""
    own_page = reader_url(document.id) if elsewhere else ""
    by_path: dict[str, list[SourceDocument]] = {}
    by_url: dict[str, SourceDocument] = {}
    for each in readable:
        if each.source == document.source:
            by_path.setdefault(each.path, []).append(each)
        if each.url:
            by_url.setdefault(urldefrag(each.url)[0], each)

    def resolve(href: str) -> str | None:
        if href.startswith("#"):
            return f"{own_page}#{quote(unquote(href[1:]))}"
        if document.url.startswith(("http://", "https://")) and not urlsplit(href).scheme:
            href = urljoin(document.url, href)
        address, anchor = urldefrag(href)
        if address in by_url:
            return _at(by_url[address], anchor)
        if absolute_only(href):
            return href
        if urlsplit(href).scheme or href.startswith("//"):
            return None
        path = posixpath.normpath(posixpath.join(posixpath.dirname(document.path), unquote(address))).lstrip("/")
        found = by_path.get(path, [])
        entry = [each for each in found if each.id.endswith(f"#{anchor}")] if anchor else []
        return _at((entry or found)[0], "" if entry else anchor) if found else None

    return resolve


def body_of(document: SourceDocument, link: Linker, cited: Chunk | None = None, *, anchors: bool = True) -> str:
    """The document below its title. Without `anchors` it can stand inside another page."""
    parts: list[str] = []
    lists = _Lists()
    renderer = _Renderer(link, cited, anchors)
    for index, block in _body_blocks(document).items():
        if isinstance(block, ListItem):
            parts.extend(lists.item(block, renderer.inline(block.text, index)))
        else:
            parts.extend(lists.end())
            parts.append(renderer.block(block, index))
    parts.extend(lists.end())
    return "".join(parts)


def _at(document: SourceDocument, anchor: str) -> str:
    return reader_url(document.id) + (f"#{quote(unquote(anchor))}" if anchor else "")


def _body_blocks(document: SourceDocument) -> dict[int, Block]:
    blocks = dict(enumerate(document.blocks))
    first = document.blocks[0] if document.blocks else None
    if isinstance(first, Heading) and plain_text(first.text).strip() == document.title.strip():
        del blocks[0]
    return blocks


class _Lists:
    """Flat items to nested lists."""

    def __init__(self) -> None:
        self._open: list[str] = []

    def item(self, item: ListItem, html: str) -> Iterator[str]:
        tag = "ul" if item.number is None else "ol"
        depth = min(item.depth, len(self._open))
        while len(self._open) > depth + 1:
            yield f"</li></{self._open.pop()}>"
        if len(self._open) == depth + 1:
            yield "</li>"
            if self._open[-1] != tag:
                yield f"</{self._open.pop()}>"
        if len(self._open) <= depth:
            start = f' start="{item.number}"' if item.number not in (None, 1) else ""
            yield f"<{tag}{start}>"
            self._open.append(tag)
        yield f"<li>{html}"

    def end(self) -> Iterator[str]:
        while self._open:
            yield f"</li></{self._open.pop()}>"


class _Renderer:
    def __init__(self, link: Linker, cited: Chunk | None, anchors: bool) -> None:
        self._link = link
        self._cited = cited
        self._anchors = anchors
        self._marked = False

    def block(self, block: Block, index: int) -> str:
        match block:
            case Heading():
                level = min(max(block.level, 2), 6)
                anchor = f' id="{escape(block.anchor)}"' if self._anchors and block.anchor else ""
                return f"<h{level}{anchor}>{self.inline(block.text, index)}</h{level}>"
            case Paragraph():
                return f"<p>{self._passage(block, index)}</p>"
            case ListItem():
                return f"<ul><li>{self.inline(block.text, index)}</li></ul>"
            case Table():
                return self._table(block, index)
            case Code():
                return f'<pre tabindex="0"><code>{self._mark(escape(block.text), index)}</code></pre>'
            case _:
                assert_never(block)

    def inline(self, text: str, index: int) -> str:
        return self._mark(render_inline(text, self._link), index)

    def _passage(self, block: Paragraph, index: int) -> str:
        """Where a chunk is some sentences of one long paragraph, these alone are marked."""
        cited = self._cited
        if cited and cited.first_block == cited.last_block == index and plain_text(block.text) == block.text:
            before, found, after = block.text.partition(cited.text)
            if found:
                return escape(before) + self._mark(escape(found), index) + escape(after)
        return self.inline(block.text, index)

    def _table(self, table: Table, index: int) -> str:
        head = "".join(f'<th scope="col">{self.inline(cell, index)}</th>' for cell in table.header)
        rows = "".join(
            f"<tr>{''.join(f'<td>{self.inline(cell, index)}</td>' for cell in row)}</tr>" for row in table.rows
        )
        top = f"<thead><tr>{head}</tr></thead>" if any(cell.strip() for cell in table.header) else ""
        return (
            '<div class="scrolls" role="region" tabindex="0" aria-label="Table">'
            f"<table>{top}<tbody>{rows}</tbody></table></div>"
        )

    def _mark(self, html: str, index: int) -> str:
        cited = self._cited
        if cited is None or not html or not cited.first_block <= index <= cited.last_block:
            return html
        anchor = ' id="passage"' if self._anchors and not self._marked else ""
        self._marked = True
        return f'<mark class="cited"{anchor}>{html}</mark>'
