"""One entry of a thread to HTML: what a person said, or what Guildhall answered."""

from html import escape

from bot.chat.transcript import Entry
from bot.platforms.web.render import render_message


def render_entry(entry: Entry) -> str:
    where = f'data-entry="{escape(entry.id)}" data-position="{entry.position}" data-revision="{entry.revision}"'
    if entry.message is None:
        words = escape(entry.said or "")
        return f'<article class="entry said" {where}><h2 class="quiet">You asked</h2><p>{words}</p></article>'
    body = render_message(entry.message, entry.nonce)
    summary = escape(entry.message.summary)
    return (
        f'<article class="entry answer" {where} data-summary="{summary}">'
        f'<h2 class="quiet">Guildhall answered</h2>{body}</article>'
    )
