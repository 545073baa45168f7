"""Messages to HTML. Everything is escaped; an address that is not plainly a link is shown as words."""

import re
from collections.abc import Iterable
from html import escape
from typing import assert_never

from bot.chat.reply import (
    Actions,
    Block,
    Bullets,
    Button,
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

_OPENS = re.compile(r"(?:https?://[^/\s]\S*|mailto:\S+|/(?![/\\])\S*|#\S*)", re.IGNORECASE)


def render_message(message: Message, nonce: str) -> str:
    """The blocks of `message`; every button carries `nonce`."""
    return "".join(render_block(block, nonce) for block in message.blocks)


def render_block(block: Block, nonce: str) -> str:
    match block:
        case Heading():
            return f"<h3>{escape(block.text)}</h3>"
        case Paragraph():
            return f"<p>{render_text(block.text)}</p>"
        case Bullets():
            tag = "ol" if block.ordered else "ul"
            return f"<{tag}>{''.join(f'<li>{render_text(item)}</li>' for item in block.items)}</{tag}>"
        case Quote():
            return f"<blockquote>{escape(block.text)}</blockquote>"
        case Facts():
            return _facts(block)
        case Table():
            return _table(block)
        case Sources():
            cited = "".join(_citation(citation) for citation in block.citations)
            return f'<ol class="sources" aria-label="Sources">{cited}</ol>' if cited else ""
        case Progress():
            return _progress(block)
        case Actions():
            return _actions("What you can do", block.buttons, nonce)
        case Judge():
            return _actions("Was this helpful?", (block.helpful, block.unhelpful), nonce)
        case Suggestions():
            prompts = "".join(_prompt(each) for each in block.prompts)
            return f'<ul class="suggestions" aria-label="What you could say">{prompts}</ul>'
        case Invitation():
            return _facts(block.facts)
        case Note():
            return f'<p class="note">{render_text(block.text)}</p>'
        case _:
            assert_never(block)


def render_text(text: Text) -> str:
    if isinstance(text, str):
        return escape(text)
    return "".join(_span(span) for span in text)


def link(href: str, label: str, attributes: str = "") -> str:
    """`label` is HTML. Without a link where `href` is nothing that a browser should follow."""
    if not _OPENS.fullmatch(href):
        return label
    outside = "" if href.startswith(("/", "#")) else ' rel="noopener noreferrer"'
    return f'<a href="{escape(href)}"{outside}{attributes}>{label}</a>'


def _span(span: Span) -> str:
    html = escape(span.text)
    if span.code:
        html = f"<code>{html}</code>"
    if span.bold:
        html = f"<strong>{html}</strong>"
    return link(span.href, html) if span.href else html


def _facts(facts: Facts) -> str:
    pairs = (f"<div><dt>{escape(label)}</dt><dd>{render_text(text)}</dd></div>" for label, text in facts.pairs)
    return f'<dl class="facts">{"".join(pairs)}</dl>'


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in table.columns)
    rows = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in table.rows)
    return (
        '<div class="scrolls" role="region" tabindex="0" aria-label="Table">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _citation(citation: Citation) -> str:
    title = f'<span class="title">{escape(citation.title)}</span>'
    place = citation.place.removeprefix(citation.title).strip(" ›")
    where = f'<span class="place">{escape(place)}</span>' if place else ""
    note = f'<span class="fresh">{escape(citation.note)}</span>' if citation.note else ""
    quote = f'<span class="quote">{escape(citation.quote)}</span>' if citation.quote else ""
    number = f'<span class="number" aria-hidden="true">{citation.number}</span>'
    opens = link(citation.url, f"{number}<span>{title}{where}</span>", " data-source")
    return f'<li value="{citation.number}">{opens}{quote}{note}</li>'


def _progress(progress: Progress) -> str:
    label = escape(progress.label)
    if progress.total <= 0:
        return f'<div class="progress"><progress aria-label="{label}"></progress><span>{label}</span></div>'
    done = max(0, min(progress.done, progress.total))
    return (
        f'<div class="progress"><progress aria-label="{label}" max="{progress.total}" value="{done}"></progress>'
        f"<span>{label} <b>{done:,} of {progress.total:,}</b></span></div>"
    )


def _prompt(text: str) -> str:
    return f'<li><button type="button" data-ask="{escape(text)}">{escape(text)}</button></li>'


def _actions(label: str, buttons: Iterable[Button], nonce: str) -> str:
    drawn = "".join(_button(button, nonce) for button in buttons)
    return f'<div class="actions" role="group" aria-label="{label}">{drawn}</div>'


def _button(button: Button, nonce: str) -> str:
    confirm = f' data-confirm="{escape(button.confirm)}"' if button.confirm else ""
    return (
        f'<button type="button" class="{button.style}" data-action="{escape(button.action)}" '
        f'data-value="{escape(button.value)}" data-nonce="{escape(nonce)}"{confirm}>{escape(button.label)}</button>'
    )
