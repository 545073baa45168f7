"""Inline CommonMark, as the text of blocks holds it: to plain words, and to HTML that is safe to show."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from html import escape

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

Linker = Callable[[str], str | None]
"""From the address in the text to the one to open; None shows the label without a link."""

_MARKS = re.compile(r"[\\`*_\[\]<>&\n]")
_SPECIAL = re.compile(r"([\\`*_\[\]<>])|&(?=#?\w)")
_RELATIVE = re.compile(r"(?:/(?![/\\])|[#?])[^\\\s]*")
_ABSOLUTE = re.compile(r"(?:https?://[^/\s]|mailto:\S)\S*", re.IGNORECASE)
_TAGS = {"strong_open": "<strong>", "strong_close": "</strong>", "em_open": "<em>", "em_close": "</em>"}


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False})


def _tokens(inline: str) -> Iterator[Token]:
    for token in _parser().parseInline(inline):
        yield from token.children or ()


def escape_inline(text: str) -> str:
    """Inline CommonMark that shows exactly `text`."""
    return _SPECIAL.sub(lambda found: "\\" + found[0], text)


def plain_text(inline: str) -> str:
    """The words: links by their labels, images by their descriptions, no marks."""
    if not _MARKS.search(inline):
        return inline
    return "".join(_words(token) for token in _tokens(inline))


def links(inline: str) -> list[str]:
    """The addresses that the text links to, in order."""
    if "](" not in inline and "<" not in inline:
        return []
    return [str(token.attrs["href"]) for token in _tokens(inline) if token.type == "link_open"]


def absolute_only(href: str) -> str | None:
    """The default linker: what opens without knowing where the text stands."""
    return href if _ABSOLUTE.fullmatch(href) else None


def render_inline(inline: str, link: Linker = absolute_only) -> str:
    """Safe HTML of a, strong, em, code and br. `link` resolves addresses or denies them.

    What it returns is shown as a link only if it is http, https, mailto or relative to this site.
    """
    parts: list[str] = []
    closing: list[str] = []
    for token in _tokens(inline):
        if token.type == "link_open":
            href = link(str(token.attrs["href"])) or ""
            is_safe = bool(_ABSOLUTE.fullmatch(href) or _RELATIVE.fullmatch(href))
            parts.append(f'<a href="{escape(href)}">' if is_safe else "")
            closing.append("</a>" if is_safe else "")
        elif token.type == "link_close":
            parts.append(closing.pop())
        elif token.type == "code_inline":
            parts.append(f"<code>{escape(token.content)}</code>")
        elif token.type == "hardbreak":
            parts.append("<br>")
        else:
            parts.append(_TAGS.get(token.type) or escape(_words(token)))
    return nh3.clean(
        "".join(parts),
        tags={"a", "strong", "em", "code", "br"},
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
    )


def _words(token: Token) -> str:
    match token.type:
        case "softbreak":
            return " "
        case "hardbreak":
            return "\n"
        case _:
            return token.content
