"""Markdown and MDX, with front matter."""

import re
from collections.abc import Sequence
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

from indexer.formats.dialects import heading_anchor, plain_markdown
from indexer.formats.front_matter import split_front_matter
from indexer.formats.html_blocks import html_blocks
from indexer.formats.outline import Outline
from indexer.formats.parsed import Parsed
from indexer.formats.runs import BREAK, Mark, Run, flow, plain_runs, write_runs

_BREAK_TAG = re.compile(r"<br\s*/?>", re.IGNORECASE)
_BOX = re.compile(r"\[[ xX]\] ")
_NOTICE_ONLY = re.compile(r"^\w+:$")


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": 30}).enable(["table", "strikethrough"])
    return parser.use(footnote_plugin).use(deflist_plugin)


def parse_markdown(text: str) -> Parsed:
    meta, body, warnings = split_front_matter(text)
    outline = Outline()
    add_markdown(outline, body)
    stated = meta.get("title", "")
    title, blocks = outline.titled(stated if isinstance(stated, str) else "")
    return Parsed(title, blocks, meta, warnings=warnings)


def add_markdown(outline: Outline, text: str) -> None:
    """The blocks of `text`, which has no front matter."""
    tree = SyntaxTreeNode(_parser().parse(plain_markdown(text)))
    _Walk(outline).children(tree)


class _Walk:
    def __init__(self, outline: Outline) -> None:
        self.outline = outline

    def children(self, node: SyntaxTreeNode) -> None:
        paragraphs: list[Run] = []
        for child in node.children:
            if child.type == "paragraph" and _NOTICE_ONLY.match(plain_runs(runs_of(child))):
                paragraphs = [*runs_of(child), Run(" ")]  # "Note:" alone belongs to what follows
                continue
            if child.type == "paragraph":
                self.outline.paragraph([*paragraphs, *runs_of(child)])
            else:
                self.outline.paragraph(paragraphs)
                self.block(child)
            paragraphs = []
        self.outline.paragraph(paragraphs)

    def block(self, node: SyntaxTreeNode) -> None:
        match node.type:
            case "heading":
                self.heading(node)
            case "paragraph":
                self.outline.paragraph(runs_of(node))
            case "bullet_list" | "ordered_list":
                self.items(node, 0)
            case "dl":
                self.definitions(node)
            case "table":
                rows = [[write_runs(runs_of(cell)) for cell in row.children] for row in _rows(node)]
                self.outline.table(rows[0], rows[1:])
            case "fence" | "code_block":
                self.outline.code(node.content)
            case "html_block":
                self.outline.extend(html_blocks(node.content))
            case "hr":
                pass
            case _:
                self.children(node)

    def heading(self, node: SyntaxTreeNode) -> None:
        level = int(node.tag[1:]) if node.tag[1:].isdigit() else 2
        runs = runs_of(node)
        if any(run.href.startswith("#tab/") for run in runs):  # Microsoft Docs' tabs
            self.outline.heading([Run(plain_runs(runs))], max(2, self._section_level() + 1))
            return
        last = runs[-1] if runs else Run("")
        words, anchor = heading_anchor(last.text)
        self.outline.heading([*runs[:-1], Run(words, last.mark, last.href)], level, anchor)
        self.section = self.outline.level

    section = 1

    def _section_level(self) -> int:
        return self.section

    def items(self, node: SyntaxTreeNode, depth: int) -> None:
        number = _start(node) if node.type == "ordered_list" else None
        for item in node.children:
            self.item(item, depth, number)
            number = None if number is None else number + 1

    def item(self, item: SyntaxTreeNode, depth: int, number: int | None) -> None:
        """An item's paragraphs stay together; tables, code and lists inside it follow it."""
        words: list[Run] = []
        is_written = False
        for child in item.children:
            if child.type in ("paragraph", "heading") or (child.type == "blockquote" and not is_written):
                for paragraph in child.children if child.type == "blockquote" else [child]:
                    words += [Run(BREAK), *runs_of(paragraph)] if words else runs_of(paragraph)
                continue
            self._write(_without_box(words), depth, number, is_written)
            is_written, words = is_written or bool(words), []
            if child.type in ("bullet_list", "ordered_list"):
                self.items(child, depth + 1)
            else:
                self.block(child)
        self._write(_without_box(words), depth, number, is_written)

    def definitions(self, node: SyntaxTreeNode) -> None:
        term: list[Run] = []
        for part in node.children:
            if part.type == "dt":
                self.outline.item(term)
                term = [Run(run.text, "strong", run.href) for run in runs_of(part)]
            else:
                self.outline.item([*term, Run(": "), *runs_of(part)] if term else runs_of(part))
                term = []
        self.outline.item(term)

    def _write(self, words: Sequence[Run], depth: int, number: int | None, is_written: bool) -> None:
        if is_written:
            self.outline.paragraph(words)
        else:
            self.outline.item(words, depth, number)


def _without_box(words: list[Run]) -> list[Run]:
    """A task list's `[x]` is left out."""
    if words and (found := _BOX.match(words[0].text)):
        return [Run(words[0].text[found.end() :], words[0].mark, words[0].href), *words[1:]]
    return words


def _rows(table: SyntaxTreeNode) -> list[SyntaxTreeNode]:
    return [row for part in table.children for row in part.children]


def _start(node: SyntaxTreeNode) -> int:
    start = node.attrs.get("start", 1)
    return start if isinstance(start, int) else 1


def runs_of(node: SyntaxTreeNode) -> list[Run]:
    """The inline content of a paragraph, heading or cell. Images are left out."""
    runs: list[Run] = []
    for token in _inline_tokens(node):
        _walk_inline(token.children or [], runs)
    return runs


def _inline_tokens(node: SyntaxTreeNode) -> list[Token]:
    if node.type == "inline" and node.token is not None:
        return [node.token]
    return [token for child in node.children for token in _inline_tokens(child)]


def _walk_inline(tokens: Sequence[Token], runs: list[Run]) -> None:
    marks: list[Mark] = []
    href = ""
    for token in tokens:
        mark: Mark = marks[-1] if marks else ""
        match token.type:
            case "text" | "text_special":
                runs.append(flow(token.content, mark, href))
            case "code_inline":
                runs.append(flow(token.content, "code", href))
            case "softbreak":
                runs.append(Run(" ", mark, href))
            case "hardbreak":
                runs.append(Run(BREAK))
            case "html_inline" if _BREAK_TAG.fullmatch(token.content):
                runs.append(Run(BREAK))
            case "strong_open":
                marks.append("strong")
            case "em_open":
                marks.append("strong" if mark == "strong" else "em")
            case "strong_close" | "em_close":
                marks.pop()
            case "link_open":
                href = str(token.attrs.get("href", ""))
            case "link_close":
                href = ""
            case _:
                pass
