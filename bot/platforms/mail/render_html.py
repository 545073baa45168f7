"""Messages to the HTML of e-mail. Nothing is fetched from anywhere; styles stand at each element, for programs that
take no style sheet, and a small one turns the colours around where it is dark. It is laid out without tables: who
listens to it hears what it says, and where a program knows less of styles it is plainer, not broken."""

from collections.abc import Iterable
from html import escape
from typing import assert_never

from bot.chat.reply import (
    Bullets,
    Citation,
    Facts,
    Heading,
    Message,
    Note,
    Paragraph,
    Quote,
    Sources,
    Span,
    Table,
    Text,
)
from bot.platforms.cleaning import clean, line
from bot.platforms.links import link_target
from bot.platforms.mail.contents import OPEN, LetterBlock, contents_of

_FONT = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif;font-size:16px;line-height:1.5"
_LINE, _QUIET, _ACCENT = "#e3dfd7", "#5a6062", "#0b6b5c"
_DARK = (
    "@media (prefers-color-scheme:dark){.quiet{color:#a6abad!important}.link{color:#6bcdb6!important}"
    ".line{border-color:#3a4146!important}.accent{border-color:#6bcdb6!important}"
    ".button{background:#6bcdb6!important;color:#08211c!important}}"
)
_SMALL = f"font-size:13px;color:{_QUIET}"
_QUOTED = f"margin:12px 0;padding-left:12px;border-left:3px solid {_LINE}"
_CELL = f"padding:6px 16px 6px 0;text-align:left;vertical-align:top;border-bottom:1px solid {_LINE}"
_BUTTON = (
    f"display:inline-block;background:{_ACCENT};color:#ffffff;padding:10px 18px;border-radius:8px;"
    "font-weight:600;text-decoration:none"
)


def render_html(message: Message) -> str:
    """A whole document."""
    contents, summary = contents_of(message), escape(line(message.summary))
    said = "".join(_block(block) for block in contents.said)
    opens = _opens(contents.url) if contents.url else ""
    notes = "".join(_block(block) for block in contents.notes)
    foot = f'<div class="line" style="margin-top:24px;border-top:1px solid {_LINE}">{notes}</div>' if notes else ""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">'
        f'<meta name="supported-color-schemes" content="light dark"><title>{summary}</title>'
        f"<style>{_DARK}</style></head>"
        f'<body style="margin:0;padding:24px 16px"><div role="article" aria-label="{summary}" lang="en" class="accent" '
        f'style="max-width:600px;margin:0 auto;padding-top:16px;border-top:4px solid {_ACCENT};{_FONT};'
        f'overflow-wrap:anywhere">'
        f'<p class="quiet" style="margin:0 0 16px;{_SMALL}">Guildhall</p>{said}{opens}{foot}</div></body></html>\n'
    )


def _opens(url: str) -> str:
    return f'<p style="margin:20px 0"><a class="button" style="{_BUTTON}" href="{escape(url)}">{OPEN}</a></p>'


def _block(block: LetterBlock) -> str:
    match block:
        case Heading():
            return f'<h2 style="font-size:18px;line-height:1.3;margin:20px 0 8px">{escape(clean(block.text))}</h2>'
        case Paragraph():
            return f'<p style="margin:0 0 12px">{_text(block.text)}</p>'
        case Bullets():
            tag = "ol" if block.ordered else "ul"
            items = "".join(f'<li style="margin:4px 0">{_text(item)}</li>' for item in block.items)
            return f'<{tag} style="margin:0 0 12px;padding-left:24px">{items}</{tag}>'
        case Quote():
            return f'<blockquote class="line" style="{_QUOTED}">{_text(block.text)}</blockquote>'
        case Facts():
            return _facts(block)
        case Table():
            return _table(block)
        case Sources():
            cited = "".join(_cited(each) for each in block.citations)
            return f'<ol style="margin:0 0 12px;padding-left:24px">{cited}</ol>'
        case Note():
            return f'<p class="quiet" style="margin:12px 0 0;{_SMALL}">{_text(block.text)}</p>'
        case _:
            assert_never(block)


def _facts(facts: Facts) -> str:
    pairs = (
        f'<dt class="quiet" style="margin:0;{_SMALL}">{escape(line(label))}</dt>'
        f'<dd style="margin:0 0 10px">{_text(text)}</dd>'
        for label, text in facts.pairs
    )
    return f'<dl style="margin:16px 0 12px">{"".join(pairs)}</dl>'


def _table(table: Table) -> str:
    """Of what is a table by what it says."""
    rows = [_row("th", table.columns, ' scope="col"'), *(_row("td", row) for row in table.rows)]
    return f'<table style="border-collapse:collapse;margin:0 0 12px">{"".join(rows)}</table>'


def _row(tag: str, cells: Iterable[str], scope: str = "") -> str:
    drawn = "".join(f'<{tag}{scope} class="line" style="{_CELL}">{_text(cell)}</{tag}>' for cell in cells)
    return f"<tr>{drawn}</tr>"


def _cited(citation: Citation) -> str:
    title = escape(line(citation.title)) or "Source"
    target = link_target(citation.url)
    quote = f'<br><span class="quiet" style="{_SMALL}">{_text(citation.quote)}</span>' if citation.quote else ""
    return f'<li value="{citation.number}">{_link(target, title) if target else title}{quote}</li>'


def _text(text: Text) -> str:
    if isinstance(text, str):
        return escape(clean(text)).replace("\n", "<br>")
    return "".join(_span(each) for each in text)


def _span(span: Span) -> str:
    drawn = _text(span.text)
    if span.code:
        drawn = f"<code>{drawn}</code>"
    if span.bold:
        drawn = f"<strong>{drawn}</strong>"
    target = link_target(span.href)
    return _link(target, drawn) if target else drawn


def _link(target: str, label: str) -> str:
    """`label` is HTML."""
    return f'<a class="link" style="color:{_ACCENT}" href="{escape(target)}">{label}</a>'
