"""Messages to the HTML of e-mail: styles stand at each element, and nothing is fetched from anywhere."""

from collections.abc import Iterable
from html import escape
from typing import assert_never

from bot.chat.reply import (
    Actions,
    Block,
    Bullets,
    Citation,
    Facts,
    Heading,
    Invitation,
    Judge,
    Message,
    Note,
    Paragraph,
    Progress,
    Quote,
    Sources,
    Span,
    Suggestions,
    Table,
    Text,
)
from bot.platforms.cleaning import clean, line
from bot.platforms.links import link_target
from bot.platforms.mail.render_text import in_letter

_FONT = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;font-size:16px;line-height:1.5"
_QUIET = "opacity:.75;font-size:13px"  # of whichever colour the reader's text has, light or dark
_QUOTED = "margin:8px 0;padding-left:12px;border-left:3px solid #98a2b3"
_CELL = "padding:4px 16px 4px 0;text-align:left;vertical-align:top"


def render_html(message: Message) -> str:
    """A whole document."""
    body = "".join(_block(block) for block in in_letter(message))
    return (
        '<!doctype html><html><head><meta charset="utf-8"><meta name="color-scheme" content="light dark">'
        f"<title>{escape(line(message.summary))}</title></head>"
        f'<body style="margin:0;padding:16px"><div style="max-width:600px;{_FONT}">{body}</div></body></html>\n'
    )


def _block(block: Block) -> str:
    match block:
        case Heading():
            return f'<h2 style="font-size:18px;margin:16px 0 8px">{escape(clean(block.text))}</h2>'
        case Paragraph():
            return f"<p>{_text(block.text)}</p>"
        case Bullets():
            tag = "ol" if block.ordered else "ul"
            return f"<{tag}>{''.join(f'<li>{_text(item)}</li>' for item in block.items)}</{tag}>"
        case Quote():
            return f'<blockquote style="{_QUOTED}">{_text(block.text)}</blockquote>'
        case Facts():
            return _facts(block)
        case Table():
            return _table(block)
        case Sources():
            return f"<ol>{''.join(_cited(each) for each in block.citations)}</ol>"
        case Progress():
            return _progress(block)
        case Invitation():
            return _facts(block.facts)
        case Note():
            return f'<p style="{_QUIET}">{_text(block.text)}</p>'
        case Actions() | Judge() | Suggestions():
            return ""
        case _:
            assert_never(block)


def _facts(facts: Facts) -> str:
    rows = (
        f'<tr><th scope="row" style="{_CELL};font-weight:normal;opacity:.75">{escape(line(label))}</th>'
        f'<td style="{_CELL}">{_text(text)}</td></tr>'
        for label, text in facts.pairs
    )
    return f'<table style="border-collapse:collapse">{"".join(rows)}</table>'


def _table(table: Table) -> str:
    rows = [_row("th", table.columns), *(_row("td", row) for row in table.rows)]
    return f'<table style="border-collapse:collapse">{"".join(rows)}</table>'


def _row(tag: str, cells: Iterable[str]) -> str:
    drawn = "".join(f'<{tag} style="{_CELL}">{_text(cell)}</{tag}>' for cell in cells)
    return f"<tr>{drawn}</tr>"


def _cited(citation: Citation) -> str:
    title = escape(line(citation.title)) or "Source"
    target = link_target(citation.url)
    quote = f'<br><span style="{_QUIET}">{_text(citation.quote)}</span>' if citation.quote else ""
    return f'<li value="{citation.number}">{_link(target, title) if target else title}{quote}</li>'


def _progress(progress: Progress) -> str:
    if progress.total <= 0:
        return f"<p>{escape(line(progress.label))} …</p>"
    done = max(0, min(progress.done, progress.total))
    return f"<p>{escape(line(progress.label))} <b>{done:,} of {progress.total:,}</b></p>"


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
    return f'<a href="{escape(target)}">{label}</a>'
