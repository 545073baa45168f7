"""AsciiDoc, read line by line: what the language has for prose, without includes, macros that run, or conditions."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from indexer.formats.asciidoc_inline import inline_runs, substitute
from indexer.formats.asciidoc_table import Cells, read_table
from indexer.formats.front_matter import meta_of, split_front_matter
from indexer.formats.outline import Outline
from indexer.formats.parsed import Parsed
from indexer.formats.runs import Run, plain_runs, write_runs

_ATTRIBUTE = re.compile(r"^:(!?[\w][\w-]*!?):(?:[ \t]+(.*))?$")
_HEADING = re.compile(r"^(={1,6}|#{1,6})[ \t]+(.+?)(?:[ \t]+=+)?$")
_LIST = re.compile(r"^[ \t]*(\*{1,6}|-|\.{1,6}|\d{1,4}\.|[A-Za-z]\.|[ivx]{2,5}\)|<\d+>|<\.>)[ \t]+(\S.*)$")
_TERM = re.compile(r"^[ \t]*(\S.*?)(:{2,4}|;;)(?:[ \t]+(.*))?$")
_NOTICE = re.compile(r"^(NOTE|TIP|IMPORTANT|WARNING|CAUTION):[ \t]+(.*)$")
_BLOCK_MACRO = re.compile(r"^(?:image|video|audio|toc|include|ifdef|ifndef|ifeval|endif)::.*$")
_IMAGE = re.compile(r"^(?:image|icon):[^\[\n]+\[[^\]]*\]$")
_CONDITION = re.compile(r"^(?:ifdef|ifndef)::[^\[]*\[(.+)\]$")
_OPTIONS = re.compile(r"^\[(?!\[)(.*)\]$")
_ANCHOR = re.compile(r"^\[\[([^\],]*)[^\]]*\]\]$|^\[#([\w-]+)[^\]]*\]$")
_FENCE = re.compile(r"^(-{4,}|\.{4,}|={4,}|\*{4,}|_{4,}|\+{4,}|/{4,}|--|```\w*|[|,:!]={3,})$")
_SHORTCODE = re.compile(r"\{\{[%<]\s*(/?)\s*(\w+)([^}]*?)[%>]\}\}")
_SHOWN_AS_IT_IS = ("-", ".", "+", "`")
_META = frozenset(("owner", "author", "audience", "kind", "hub", "language"))
_NOTICES = frozenset(("note", "tip", "important", "warning", "caution", "info"))


def parse_asciidoc(text: str) -> Parsed:
    meta, body, warnings = split_front_matter(text)
    outline = Outline()
    reader = _Reader(outline, _without_shortcodes(body).split("\n"))
    reader.read()
    fields = meta_of(reader.attributes)
    meta = {**{name: fields[name] for name in _META & fields.keys()}, **meta}
    stated = meta.get("title", "")
    title, blocks = outline.titled(stated if isinstance(stated, str) else "")
    return Parsed(title, blocks, meta, warnings=warnings)


def _without_shortcodes(text: str) -> str:
    """Hugo's `{{% notice note %}}...{{% /notice %}}` as AsciiDoc's own; the others away."""

    def plain(found: re.Match[str]) -> str:
        kind = found[3].split()[0].lower() if found[3].split() else "note"
        if found[2] == "notice" and not found[1]:
            return f"\n[{'NOTE' if kind == 'info' else kind.upper()}]\n====\n"
        return "\n====\n" if found[2] == "notice" else ""

    return _SHORTCODE.sub(plain, text)


@dataclass(slots=True)
class _Reader:
    outline: Outline
    lines: list[str]
    depth: int = 0
    attributes: dict[str, str] = field(default_factory=dict)
    position: int = 0
    label: str = ""  # "Note" until the next paragraph has said it
    options: str = ""
    anchor: str = ""
    lists: list[str] = field(default_factory=list)  # the markers of the open lists, outermost first
    numbers: list[int] = field(default_factory=list)

    def read(self) -> None:
        while self.position < len(self.lines):
            line = self.lines[self.position].rstrip()
            self.position += 1
            self.line(line)

    def line(self, line: str) -> None:
        if not line:
            return
        if line.startswith("//") and not line.startswith("////"):
            return
        if line == "+":
            self.continuation()
            return
        if found := _ATTRIBUTE.match(line):
            name = found[1].lower()
            self.attributes[name.strip("!")] = "" if "!" in name else substitute(found[2] or "", self.attributes)
        elif found := _ANCHOR.match(line):
            self.anchor = found[1] or found[2] or ""
        elif found := _OPTIONS.match(line):
            self.set_options(found[1])
        elif line.startswith(".") and len(line) > 1 and line[1] not in ". \t" and not _FENCE.match(line):
            self.paragraph([line[1:]], is_title=True)
        elif found := _FENCE.match(line):
            self.delimited(line)
        elif _BLOCK_MACRO.match(line):
            if condition := _CONDITION.match(line):
                self.paragraph([condition[1]])
        elif found := _HEADING.match(line):
            self.heading(found)
        elif found := _LIST.match(line):
            self.item(found)
        elif (found := _TERM.match(line)) and "://" not in found[1]:
            self.term(found)
        elif line in ("'''", "---", "***", "<<<", "- - -"):
            self.lists = []
        else:
            self.text(line)

    def set_options(self, options: str) -> None:
        self.options = options
        style = options.split(",")[0].split(".")[0].split("%")[0].strip()
        if style.lower() in _NOTICES:
            self.label = style.capitalize()

    def heading(self, found: re.Match[str]) -> None:
        self.end_lists()
        runs = self.runs(found[2])
        if self.options.startswith("discrete") or self.depth:
            self.outline.paragraph([Run(plain_runs(runs), "strong")])
        else:
            self.outline.heading(runs, len(found[1]), self.anchor)
        self.options = self.anchor = ""

    def text(self, line: str) -> None:
        if _IMAGE.match(line):
            return  # it says nothing, and ends no list
        is_inside = bool(self.lists) and self.position > 1 and bool(self.lines[self.position - 2].strip())
        if not is_inside:
            self.end_lists()
        if found := _NOTICE.match(line):
            self.label, line = found[1].capitalize(), found[2]
        self.paragraph([line, *self.following()])

    def following(self) -> list[str]:
        """The rest of a paragraph: up to an empty line or the start of something else."""
        found: list[str] = []
        while self.position < len(self.lines):
            line = self.lines[self.position].rstrip()
            if not line.strip() or line == "+" or _FENCE.match(line) or _LIST.match(line) or _OPTIONS.match(line):
                break
            if _BLOCK_MACRO.match(line) or _ANCHOR.match(line) or (_TERM.match(line) and "://" not in line):
                break
            self.position += 1
            if not line.startswith("//"):
                found.append(line.strip())
        return found

    def runs(self, text: str) -> list[Run]:
        return inline_runs(substitute(text, self.attributes))

    def paragraph(self, lines: Sequence[str], *, is_title: bool = False) -> None:
        runs = self.runs("\n".join(lines))
        if self.label and not is_title:
            runs = [Run(f"{self.label}:", "strong"), Run(" "), *runs]
            self.label = ""
        self.outline.paragraph(runs)
        self.options = "" if not is_title else self.options

    def continuation(self) -> None:
        """`+` joins the next block to the item; blocks follow their item in any case."""
        if self.position < len(self.lines) and not self.lines[self.position].strip():
            self.position += 1

    def item(self, found: re.Match[str]) -> None:
        marker, text = found[1], found[2]
        kind = marker if marker[0] in "*-." else "<" if marker[0] == "<" else "1" if marker[0].isdigit() else "a"
        if kind in self.lists:
            del self.lists[self.lists.index(kind) + 1 :], self.numbers[self.lists.index(kind) + 1 :]
        else:
            self.lists.append(kind)
            self.numbers.append(_start(self.options) - 1)
        self.options = ""
        depth = len(self.lists) - 1
        self.numbers[depth] += 1
        number = None if kind[0] in "*-" else self.numbers[depth]
        text = re.sub(r"^\[[ xX*]\]\s+", "", "\n".join([text, *self.following()]))
        self.outline.item(self.runs(text), depth, number)

    def term(self, found: re.Match[str]) -> None:
        kind = found[2]
        if kind in self.lists:
            del self.lists[self.lists.index(kind) + 1 :], self.numbers[self.lists.index(kind) + 1 :]
        else:
            self.lists.append(kind)
            self.numbers.append(0)
        body = [found[3]] if found[3] else []
        while not body and self.position < len(self.lines) and not self.lines[self.position].strip():
            self.position += 1
        body += self.following()
        name = [Run(run.text, "strong", run.href) for run in self.runs(found[1])]
        words = [*name, Run(": "), *self.runs("\n".join(body))] if body else name
        self.outline.item(words, len(self.lists) - 1)

    def end_lists(self) -> None:
        self.lists, self.numbers = [], []

    def delimited(self, fence: str) -> None:
        closing = "```" if fence.startswith("`") else fence
        rest = range(self.position, len(self.lines))
        end = next((n for n in rest if self.lines[n].rstrip() == closing), len(self.lines))
        inside, self.position = self.lines[self.position : end], end + 1
        options, self.options = self.options, ""
        if fence.startswith("/"):
            return
        if fence[0] in "|,:!" and fence[1] == "=":
            self.table(read_table(inside, options, fence[0]))
        elif fence[0] in _SHOWN_AS_IT_IS and fence != "--":
            self.outline.code("\n".join(inside))
        elif self.depth < 8:
            nested = _Reader(self.outline, inside, self.depth + 1, self.attributes, label=self.label)
            self.label = ""
            nested.read()

    def table(self, cells: Cells) -> None:
        self.end_lists()
        grid = [[write_runs(self.runs(text)) for text in row] for row in cells.rows]
        if grid:
            header, body = (grid[0], grid[1:]) if cells.has_header else ([""] * len(grid[0]), grid)
            self.outline.table(header, body)


def _start(options: str) -> int:
    found = re.search(r"\bstart=\"?(\d{1,6})", options)
    return int(found[1]) if found else 1
