"""Tables: Slack's own block where it can hold one, else a list with a line for each row."""

from collections.abc import Sequence

from bot.chat.reply import Span, Table, Text
from bot.platforms.cleaning import cut, is_blank, line
from bot.platforms.slack.limits import CELL, TABLE_BYTES, TABLE_COLUMNS, TABLE_ROWS, Json, json_bytes

_EMPTY = "–"


def render_table(table: Table) -> tuple[Json, bool] | None:
    """A table block, and whether all of the table is in it; None where a table block cannot hold it.

    A message may have one. Cells are raw text: nothing in them is parsed.
    """
    width = len(table.columns)
    if not 0 < width <= TABLE_COLUMNS or not table.rows or any(len(row) > width for row in table.rows):
        return None
    rows = [_row(table.columns, width)]
    room = TABLE_BYTES - json_bytes(rows[0])
    for row in table.rows[: TABLE_ROWS - 1]:
        drawn = _row(row, width)
        room -= json_bytes(drawn)
        if room < 0:
            break
        rows.append(drawn)
    if len(rows) == 1:
        return None
    is_whole = len(rows) == len(table.rows) + 1 and all(
        line(cell) == cut(cell, CELL) for row in (table.columns, *table.rows) for cell in row
    )
    settings = [{"is_wrapped": True}] * width
    return {"type": "table", "rows": rows, "column_settings": settings}, is_whole


def render_records(table: Table) -> tuple[Text, ...]:
    """Each row on a line, its cells behind the names of their columns; the first one stands out."""
    names = [line(column) for column in table.columns] if table.rows else []
    records: list[Text] = []
    for row in table.rows or (table.columns,):
        spans: list[Span] = []
        for index, cell in enumerate(row):
            if is_blank(cell):
                continue
            name = names[index] if index < len(names) and not is_blank(names[index]) else ""
            spans.append(Span(f"{' · ' if spans else ''}{name and f'{name}: '}"))
            spans.append(Span(line(cell), bold=len(spans) == 1))
        records.append(tuple(spans))
    return tuple(records)


def _row(cells: Sequence[str], width: int) -> list[Json]:
    padded = [*cells, *[""] * (width - len(cells))]
    return [{"type": "raw_text", "text": _EMPTY if is_blank(cell) else cut(cell, CELL)} for cell in padded]
