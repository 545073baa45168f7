"""Tables to take away."""

import csv
import io
from collections.abc import Iterable, Sequence

from bot.features.page import Download

_COMPUTED = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t", "\r", "\n")


def table_to_take_away(name: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Download:
    """A cell that a spreadsheet would compute, wide signs included, is defused with an apostrophe."""
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(columns)
    writer.writerows([_defused(cell) for cell in row] for row in rows)
    return Download(f"{name}.csv", "text/csv", table.getvalue().encode("utf-8-sig"))  # Excel wants the mark


def _defused(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_COMPUTED) else cell
