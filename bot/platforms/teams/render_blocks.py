"""Blocks that are read, as elements of an Adaptive Card 1.5. Text stands in runs, which read no Markdown."""

from typing import assert_never

from bot.chat.reply import (
    Bullets,
    Citation,
    Facts,
    Heading,
    Invitation,
    Note,
    Paragraph,
    Progress,
    Quote,
    Sources,
    Span,
    Table,
    Text,
)
from bot.platforms.teams.citations import numbered
from bot.platforms.teams.escaping import link, markdown
from bot.platforms.teams.render_text import QUIET, Json, rich

LABEL_LENGTH = 14  # characters that its column has room for
NO_BREAK = "\N{NO-BREAK SPACE}"

Shown = Heading | Paragraph | Bullets | Quote | Facts | Table | Sources | Progress | Invitation | Note

_BLANK: Json = {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": "\u00a0"}]}


def elements(block: Shown) -> list[Json]:
    """Empty where there is nothing to see."""
    match block:
        case Heading():
            return _heading(block.text)
        case Paragraph():
            return rich(block.text)
        case Bullets():
            return _bullets(block)
        case Quote():
            quoted = rich(block.text)
            return [{"type": "Container", "style": "emphasis", "items": quoted}] if quoted else []
        case Facts():
            return _facts(block)
        case Table():
            return _table(block)
        case Sources():
            return [_source(number, citation) for number, citation in numbered(block.citations)]
        case Progress():
            return _progress(block)
        case Invitation():
            return _facts(block.facts)
        case Note():
            return rich(block.text, look=QUIET)
        case _:
            assert_never(block)


def _heading(text: str) -> list[Json]:
    shown = markdown(text)
    look: Json = {"size": "Medium", "weight": "Bolder", "wrap": True, "style": "heading"}
    return [{"type": "TextBlock", "text": shown, **look}] if shown else []


def _bullets(block: Bullets) -> list[Json]:
    drawn: list[Json] = []
    for number, item in enumerate(block.items, 1):
        before = f"{number}. " if block.ordered else "• "
        drawn += rich(item, before=before, spacing="Small" if drawn else "Default")
    return drawn


def _facts(block: Facts) -> list[Json]:
    facts = [{"title": _label(label) or "–", "value": _fact(text) or "–"} for label, text in block.pairs]
    return [{"type": "FactSet", "facts": facts}] if facts else []


def _label(text: str) -> str:
    """A short one on one line: Teams makes its column as narrow as it can."""
    drawn = markdown(text)
    return drawn.replace(" ", NO_BREAK) if len(drawn) <= LABEL_LENGTH else drawn


def _fact(text: Text) -> str:
    if isinstance(text, str):
        return markdown(text)
    return " ".join(shown for span in text if (shown := link(markdown(span.text), span.href)))


def _table(table: Table) -> list[Json]:
    width = max((len(row) for row in (table.columns, *table.rows)), default=0)
    if width == 0:
        return []
    rows = [_row(table.columns, width, {"weight": "Bolder"}), *(_row(row, width, {}) for row in table.rows)]
    return [{"type": "Table", "columns": [{"width": 1}] * width, "rows": rows}]


def _row(cells: tuple[str, ...], width: int, look: Json) -> Json:
    padded = (*cells, *[""] * (width - len(cells)))
    return {
        "type": "TableRow",
        "cells": [{"type": "TableCell", "items": rich(cell, look=look) or [_BLANK]} for cell in padded],
    }


def _source(number: int, citation: Citation) -> Json:
    """Title and place are the link, the words it gave and how fresh it is stand below."""
    place = citation.place.removeprefix(citation.title).strip(" ›")
    title = " › ".join(filter(None, (citation.title, place))) or citation.url or f"Source {number}"
    items = rich((Span(" ".join(title.split()), bold=True, href=citation.url),), before=f"{number}. ")
    items += rich(citation.quote, spacing="None", look=QUIET)
    items += rich(citation.note, spacing="None", look=QUIET)
    return {"type": "Container", "items": items or [_BLANK], "spacing": "Medium"}


def _progress(progress: Progress) -> list[Json]:
    if progress.total <= 0:
        return rich((Span(progress.label), Span(" …")))
    done = max(0, min(progress.done, progress.total))
    counted = rich((Span(progress.label), Span(f"  {done:,} of {progress.total:,}", bold=True)))
    share = round(100 * done / progress.total)
    parts = [("accent", share), ("emphasis", 100 - share)]
    bar: list[Json] = [
        {"type": "Column", "width": width, "style": style, "minHeight": "8px", "spacing": "None", "items": []}
        for style, width in parts
        if width
    ]
    return [*counted, {"type": "ColumnSet", "columns": bar, "spacing": "Small"}]
