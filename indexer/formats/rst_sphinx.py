"""Stand-ins for the roles and directives of Sphinx and its extensions."""

import re
from collections.abc import Callable, Mapping, Sequence

from docutils import nodes, utils
from docutils.parsers.rst import Directive
from docutils.parsers.rst.states import Inliner

_SILENT = frozenset((
    "toctree", "include", "literalinclude", "index", "meta", "raw", "automodule", "autoclass",
    "autofunction", "currentmodule", "module", "highlight", "contents", "sectnum", "todo", "todolist",
    "graphviz", "mermaid", "youtube", "video", "tabularcolumns", "sectionauthor", "codeauthor",
))  # fmt: skip
_LITERAL = frozenset(("code-block", "sourcecode", "prompt", "productionlist", "doctest", "console", "code"))
_SILENT_ABOUT_ARGUMENTS = frozenset(("only", "ifconfig", "container", "tabs", "tab-set", "grid", "div"))
OVERRIDDEN = (_SILENT | _LITERAL | _SILENT_ABOUT_ARGUMENTS) - {"contents", "sectnum", "meta"}

_LABEL = re.compile(r"(.+?)\s*<([^<>]*)>\Z", re.DOTALL)
_LITERAL_ROLES = frozenset((
    "kbd", "command", "file", "samp", "program", "option", "envvar", "func", "meth", "class", "mod", "attr",
    "data", "py:func",
))  # fmt: skip
_PAGE_ROLES = frozenset(("doc", "ref", "any", "download", "numref", "term"))


class _AnyOption(dict[str, Callable[[str], str]]):
    """An option specification that takes whatever comes."""

    def __missing__(self, key: str) -> Callable[[str], str]:
        return _as_it_is


def _as_it_is(value: str) -> str:
    return value


class LenientDirective(Directive):
    """Keeps what a directive says to readers, whatever its name."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True
    option_spec = _AnyOption(name=_as_it_is)

    def run(self) -> list[nodes.Node]:
        if self.name.lower() in _SILENT:
            return [nodes.inline()]  # where a substitution is defined, it may stand for nothing
        if self.name.lower() in _LITERAL:
            text = "\n".join(self.content)
            return [nodes.literal_block(text, text)]
        found: list[nodes.Node] = []
        if self.arguments and self.name.lower() not in _SILENT_ABOUT_ARGUMENTS:
            words, _ = self.state.inline_text(self.arguments[0], self.lineno)
            found.append(nodes.paragraph("", "", nodes.strong("", "", *words)))
        body = nodes.container()
        self.state.nested_parse(self.content, self.content_offset, body)
        return [*found, body]


def text_role(
    name: str,
    rawtext: str,
    text: str,
    lineno: int,
    inliner: Inliner,
    options: Mapping[str, object] | None = None,
    content: Sequence[str] = (),
) -> tuple[list[nodes.reference], list[nodes.reference]]:
    """``:doc:`label <path>` `` shows its label; a bare path its last part in words."""
    words = utils.unescape(text)
    labelled = _LABEL.match(words)
    label, target = (labelled[1], labelled[2]) if labelled else (words, words)
    name = name.lower()
    if name in _LITERAL_ROLES:
        return [nodes.reference("", "", nodes.literal("", label))], []
    if name == "guilabel":
        return [nodes.reference("", "", nodes.strong("", label.replace("&", "")))], []
    if name in _PAGE_ROLES and not labelled:
        label = re.split(r"[/.:]", target.rstrip("/"))[-1].replace("-", " ").replace("_", " ")
    if name == "doc":
        return [nodes.reference("", label, refuri=f"{target}.rst")], []
    return [nodes.reference("", label)], []
