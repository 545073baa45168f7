"""reStructuredText, as docutils reads it; what Sphinx adds degrades to its text."""

import re
from collections.abc import Iterable

from docutils.core import publish_doctree
from docutils.parsers.rst import directives, roles
from docutils.parsers.rst.languages import en

from indexer.formats.front_matter import split_front_matter
from indexer.formats.outline import Outline
from indexer.formats.parsed import Parsed
from indexer.formats.rst_blocks import add_doctree
from indexer.formats.rst_sphinx import OVERRIDDEN, LenientDirective, text_role

_ROLE = re.compile(r":([A-Za-z][\w:+.-]*):`")
_DIRECTIVE = re.compile(r"\.\.[ \t]+(?:\|[^|\n]+\|[ \t]+)?([A-Za-z][\w:+.-]*)[ \t]*::")
_SETTINGS = {
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "_disable_config": True,
    "report_level": 5,
    "halt_level": 5,
    "warning_stream": False,
    "doctitle_xform": False,
    "docinfo_xform": False,
    "smart_quotes": False,
    "line_length_limit": 1_000_000,
    "input_encoding": "unicode",
}


def parse_rst(text: str) -> Parsed:
    meta, body, warnings = split_front_matter(text)
    _know(_ROLE.findall(body), _DIRECTIVE.findall(body))
    outline = Outline()
    fields = add_doctree(outline, publish_doctree(body, settings_overrides=_SETTINGS))
    meta = {**fields, **meta}
    stated = meta.get("title", "")
    title, blocks = outline.titled(stated if isinstance(stated, str) else "")
    return Parsed(title, blocks, meta, warnings=warnings)


def _know(role_names: Iterable[str], directive_names: Iterable[str]) -> None:
    """docutils drops the text of roles and directives that it does not know."""
    for name in {name.lower() for name in role_names}:
        if name not in en.roles or name == "raw":
            roles.register_local_role(name, text_role)
    for name in {name.lower() for name in directive_names}:
        if name not in en.directives or name in OVERRIDDEN:
            directives.register_directive(name, LenientDirective)
