"""From a docutils tree to blocks."""

from collections.abc import Iterator, Sequence

from docutils import nodes

from indexer.formats.front_matter import meta_of
from indexer.formats.outline import Outline
from indexer.formats.parsed import Meta
from indexer.formats.runs import BREAK, Mark, Run, flow, write_runs

_META_FIELDS = frozenset((
    "title", "kind", "topics", "owner", "author", "review_by", "audience", "hub", "language", "url", "tags",
))  # fmt: skip
_SKIPPED = (
    nodes.Invisible,
    nodes.system_message,
    nodes.image,
    nodes.raw,
    nodes.decoration,
    nodes.footnote_reference,
    nodes.citation_reference,
    nodes.generated,
)


def add_doctree(outline: Outline, tree: nodes.document) -> Meta:
    """Adds the blocks; returns the fields at the top that are about the document."""
    walk = _Walk(outline)
    walk.children(tree, 0)
    return walk.meta


class _Walk:
    def __init__(self, outline: Outline) -> None:
        self.outline = outline
        self.meta: Meta = {}

    def children(self, node: nodes.Element, level: int) -> None:
        for child in node.children:
            if isinstance(child, nodes.Element):
                self.block(child, level)

    def block(self, node: nodes.Element, level: int) -> None:
        match node:
            case nodes.section():
                self.children(node, level + 1)
            case nodes.title():
                self.outline.heading(runs_of(node), max(level, 1))
            case nodes.paragraph() | nodes.caption() | nodes.rubric() | nodes.attribution() | nodes.line():
                self.outline.paragraph(runs_of(node))
            case nodes.line_block():
                self.outline.paragraph(_joined([runs_of(line) for line in node.findall(nodes.line)]))
            case nodes.bullet_list() | nodes.enumerated_list():
                self.items(node, 0, level)
            case nodes.definition_list() | nodes.field_list() | nodes.option_list():
                self.terms(node, 0, level)
            case nodes.table():
                self.table(node)
            case nodes.literal_block() | nodes.doctest_block() | nodes.math_block():
                self.outline.code(node.astext())
            case nodes.Admonition():
                self.admonition(node, level)
            case _ if isinstance(node, _SKIPPED) and not isinstance(node, nodes.TextElement):
                pass
            case _ if isinstance(node, nodes.comment | nodes.substitution_definition | nodes.target):
                pass
            case nodes.inline():
                pass
            case _:
                self.children(node, level)

    def admonition(self, node: nodes.Element, level: int) -> None:
        title = next((child.astext() for child in node.children if isinstance(child, nodes.title)), "")
        label: list[Run] = [Run(f"{title or node.tagname.capitalize()}:", "strong"), Run(" ")]
        for child in node.children:
            if isinstance(child, nodes.paragraph):
                self.outline.paragraph([*label, *runs_of(child)])
                label = []
            elif isinstance(child, nodes.Element) and not isinstance(child, nodes.title):
                self.outline.paragraph(label)
                label = []
                self.block(child, level)

    def items(self, node: nodes.Element, depth: int, level: int) -> None:
        number = int(node.get("start", 1)) if isinstance(node, nodes.enumerated_list) else None
        for item in node.children:
            if isinstance(item, nodes.Element):
                self.item([], item, depth, level, number)
                number = None if number is None else number + 1

    def item(self, start: list[Run], item: nodes.Element, depth: int, level: int, number: int | None) -> None:
        """Paragraphs stay together; what else the item holds follows it."""
        parts = [runs_of(child) for child in _direct(item) if isinstance(child, nodes.paragraph)]
        self.outline.item([*start, *_joined(parts)], depth, number)
        for child in _direct(item):
            if isinstance(child, nodes.bullet_list | nodes.enumerated_list):
                self.items(child, depth + 1, level)
            elif isinstance(child, nodes.definition_list | nodes.field_list):
                self.terms(child, depth + 1, level)
            elif not isinstance(child, nodes.paragraph):
                self.block(child, level)

    def terms(self, node: nodes.Element, depth: int, level: int) -> None:
        if isinstance(node, nodes.field_list) and not self.outline.blocks and self.take_meta(node):
            return
        for item in node.children:
            if not isinstance(item, nodes.Element) or len(item.children) < 2:
                continue
            names = [child for child in item.children[:-1] if isinstance(child, nodes.Element)]
            body = item.children[-1]
            term = [Run(run.text, "strong", run.href) for name in names for run in runs_of(name)]
            if isinstance(body, nodes.Element) and term:
                self.item([*term, Run(": ")], body, depth, level, None)

    def take_meta(self, node: nodes.field_list) -> bool:
        """Whether the list is about the document (and not a part of it)."""
        fields = meta_of({field.children[0].astext(): field.children[1].astext() for field in node.children})
        if not fields or not (set(fields) <= _META_FIELDS | {"orphan", "nosearch", "tocdepth"}):
            return False
        self.meta = {key: value for key, value in fields.items() if key in _META_FIELDS}
        return True

    def table(self, node: nodes.table) -> None:
        for title in node.findall(nodes.title):
            self.outline.paragraph(runs_of(title))
        header = [row for head in node.findall(nodes.thead) for row in _grid(head)]
        body = [row for part in node.findall(nodes.tbody) for row in _grid(part)]
        first = header[0] if header else [""] * max((len(row) for row in body), default=0)
        self.outline.table(first, [*header[1:], *body])


def _grid(part: nodes.Element) -> list[list[str]]:
    grid: list[list[str]] = []
    open_spans: dict[int, tuple[int, str]] = {}
    for row in part.findall(nodes.row):
        line: list[str] = []
        for entry in row.children:
            _fill(line, open_spans)
            if isinstance(entry, nodes.Element):
                text = write_runs(_joined([runs_of(leaf) for leaf in _leaves(entry)]))
                for _ in range(int(entry.get("morecols", 0)) + 1):
                    open_spans[len(line)] = (int(entry.get("morerows", 0)), text)
                    line.append(text)
        _fill(line, open_spans)
        grid.append(line)
    return grid


def _fill(line: list[str], open_spans: dict[int, tuple[int, str]]) -> None:
    while (span := open_spans.get(len(line))) and span[0] > 0:
        open_spans[len(line)] = (span[0] - 1, span[1])
        line.append(span[1])


def _leaves(node: nodes.Element) -> Iterator[nodes.Element]:
    for child in node.children:
        if isinstance(child, nodes.TextElement):
            yield child
        elif isinstance(child, nodes.Element):
            yield from _leaves(child)


def _direct(item: nodes.Element) -> list[nodes.Element]:
    return [child for child in item.children if isinstance(child, nodes.Element)]


def _joined(parts: Sequence[list[Run]]) -> list[Run]:
    return [run for index, part in enumerate(parts) for run in ([Run(BREAK), *part] if index else part)]


def runs_of(node: nodes.Node, mark: Mark = "", href: str = "") -> list[Run]:
    """The inline content of a paragraph or title."""
    match node:
        case nodes.Text():
            return [flow(node.astext(), mark, href)]
        case nodes.problematic():
            return [flow(node.astext().strip("|`_"), mark, href)]
        case nodes.strong():
            mark = "strong"
        case nodes.emphasis() | nodes.title_reference():
            mark = mark or "em"
        case nodes.literal():
            mark = "code"
        case nodes.reference():
            href = str(node.get("refuri") or (f"#{node['refid']}" if node.get("refid") else ""))
        case _ if isinstance(node, _SKIPPED):
            return []
        case _:
            pass
    return [run for child in node.children for run in runs_of(child, mark, href)]
