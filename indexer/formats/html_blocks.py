"""From HTML elements to blocks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement, PreformattedString

from indexer.formats.outline import Outline
from indexer.formats.runs import BREAK, Mark, Run, flow, write_runs
from knowledge.document import Block

_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl",
    "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "hgroup", "hr", "html", "legend", "li", "main", "menu", "nav", "ol", "p", "pre", "section",
    "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
))  # fmt: skip
_MARKS: dict[str, Mark] = {
    "strong": "strong", "b": "strong", "em": "em", "i": "em",
    "code": "code", "kbd": "code", "samp": "code", "tt": "code",
}  # fmt: skip
_LINES = frozenset(("li", "p", "div", "tr"))  # in a cell or an item each stands on a line of its own
_SKIPPED = frozenset((
    "script", "style", "template", "noscript", "svg", "iframe", "img", "picture", "video", "audio",
    "object", "head",
))  # fmt: skip


def html_blocks(markup: str) -> list[Block]:
    """The blocks of a piece of HTML, nothing judged to be boilerplate."""
    outline = Outline()
    add_element(outline, BeautifulSoup(markup, "lxml"))
    return outline.blocks


def add_element(outline: Outline, root: Tag) -> None:
    _Walk(outline).children(root)


@dataclass(slots=True)
class _Walk:
    outline: Outline
    words: list[Run] = field(default_factory=list)  # the paragraph being read

    def children(self, tag: Tag) -> None:
        for child in tag.children:
            self.node(child)
        self.flush()

    def node(self, node: PageElement) -> None:
        if isinstance(node, Tag) and (node.name in _BLOCKS or _holds_blocks(node)):
            self.flush()
            self.block(node)
            self.flush()
        else:
            self.words += _runs(node)

    def flush(self) -> None:
        words, self.words = self.words, []
        self.outline.paragraph(words)

    def block(self, tag: Tag) -> None:
        match tag.name:
            case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
                self.outline.heading(_runs(tag), int(tag.name[1]), _anchor(tag))
            case "ul" | "ol" | "menu":
                self.items(tag, 0)
            case "dl":
                self.definitions(tag)
            case "table":
                self.table(tag)
            case "pre":
                self.outline.code(tag.get_text())
            case name if name in _SKIPPED:
                pass
            case _:
                self.children(tag)

    def items(self, tag: Tag, depth: int) -> None:
        number = _start(tag) if tag.name == "ol" else None
        for item in tag.find_all(["li", "ul", "ol"], recursive=False):
            if item.name != "li":
                self.items(item, depth + 1)
                continue
            self.item(item, depth, number)
            number = None if number is None else number + 1

    def item(self, item: Tag, depth: int, number: int | None) -> None:
        words: list[Run] = []
        later: list[Tag] = []
        for node in _opened(item):
            if isinstance(node, Tag) and node.name in ("ul", "ol", "table", "pre", "dl"):
                later.append(node)
            elif isinstance(node, Tag) and node.name in _BLOCKS:
                words += [Run(BREAK), *_runs(node), Run(BREAK)]
            else:
                words += _runs(node)
        self.outline.item(words, depth, number)
        for tag in later:
            if tag.name in ("ul", "ol"):
                self.items(tag, depth + 1)
            else:
                self.block(tag)

    def definitions(self, tag: Tag) -> None:
        term: list[Run] = []
        for part in tag.find_all(["dt", "dd"]):
            if part.name == "dt":
                self.outline.item(term)
                term = [Run(run.text, "strong", run.href) for run in _runs(part) if run.text.strip()]
            else:
                self.outline.item([*term, Run(": "), *_runs(part)] if term else _runs(part))
                term = []
        self.outline.item(term)

    def table(self, tag: Tag) -> None:
        rows = [row for row in tag.find_all("tr") if row.find_parent("table") is tag]
        grid = _grid(rows)
        if not grid:
            return
        if all(len(row) == 1 for row in grid):  # a table made for its looks
            for row in rows:
                for cell in row.find_all(["td", "th"], recursive=False):
                    self.children(cell)
            return
        first = rows[0]
        has_header = first.find_parent("thead") is not None or first.find("td", recursive=False) is None
        header, body = (grid[0], grid[1:]) if has_header else ([""] * len(grid[0]), grid)
        if caption := tag.find("caption", recursive=False):
            self.outline.paragraph(_runs(caption))
        self.outline.table(header, body)


def _grid(rows: Iterable[Tag]) -> list[list[str]]:
    """The cells' text, with spans filled by repeating it."""
    grid: list[list[str]] = []
    open_spans: dict[int, tuple[int, str]] = {}  # column -> rows still to fill, text
    for row in rows:
        line: list[str] = []

        def fill(line: list[str] = line) -> None:
            while (span := open_spans.get(len(line))) and span[0] > 0:
                open_spans[len(line)] = (span[0] - 1, span[1])
                line.append(span[1])

        for cell in row.find_all(["td", "th"], recursive=False):
            fill()
            text = write_runs(_runs(cell))
            for _ in range(_span(cell, "colspan")):
                open_spans[len(line)] = (_span(cell, "rowspan") - 1, text)
                line.append(text)
        fill()
        if line:
            grid.append(line)
    return grid


def _span(cell: Tag, name: str) -> int:
    value = str(cell.get(name, "1")).strip()
    return min(max(int(value), 1), 50) if value.isascii() and value.isdigit() else 1


def _start(tag: Tag) -> int:
    value = str(tag.get("start", "1"))
    return int(value) if value.isascii() and value.isdigit() and len(value) < 7 else 1


def _anchor(tag: Tag) -> str:
    return str(tag.get("id") or "").strip()


def _holds_blocks(tag: Tag) -> bool:
    """An inline element such as `a` or an unknown one (MDX) around whole blocks."""
    return tag.name not in _SKIPPED and tag.find(_BLOCKS) is not None


def _opened(tag: Tag) -> Iterator[PageElement]:
    """The children, with elements that only group others opened up."""
    for child in tag.children:
        if isinstance(child, Tag) and (child.name in ("div", "section", "article") or _holds_lists(child)):
            yield from _opened(child)
            yield NavigableString("\n")
        else:
            yield child


def _holds_lists(tag: Tag) -> bool:
    return tag.name not in ("ul", "ol", "table", "dl", "pre") and tag.find(["ul", "ol", "table", "pre"]) is not None


def _runs(node: PageElement, mark: Mark = "", href: str = "") -> list[Run]:
    if isinstance(node, PreformattedString):
        return []
    if isinstance(node, NavigableString):
        return [flow(str(node), mark, href)]
    if not isinstance(node, Tag) or node.name in _SKIPPED:
        return []
    if node.name == "br":
        return [Run(BREAK)]
    if node.name == "a" and node.get("href"):
        href = str(node.get("href")).strip()
    mark = _MARKS.get(node.name, mark)
    runs = [run for child in node.children for run in _runs(child, mark, href)]
    edge = [Run(BREAK)] if node.name in _LINES else [Run(" ")] if node.name in _BLOCKS else []
    return [*edge, *runs, *edge]
