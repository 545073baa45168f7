"""Tables to take away."""

import csv
import io
from collections.abc import Iterable, Sequence

_COMPUTED = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t", "\r", "\n")


def table_as_csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A cell that a spreadsheet would compute, wide signs included, is defused with an apostrophe."""
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(columns)
    writer.writerows([_defused(cell) for cell in row] for row in rows)
    return table.getvalue()


def _defused(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_COMPUTED) else cell
