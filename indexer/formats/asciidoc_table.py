"""AsciiDoc's tables: cells by `|`, with repeats, spans and column lists; or comma-separated."""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass

_CELL = re.compile(r"(?<!\\)(?:(\d+)\*)?(?:(\d*)(?:\.(\d+))?\+)?[<^>]?(?:\.[<^>])?[adehlmsv]?\|")
_BULLET = re.compile(r"^\s*(?:\*+|-|\.+)\s+", re.MULTILINE)
_MACRO = re.compile(r"^(?:(?:image|include)::.*|[=*_-]{4,}|--)$", re.MULTILINE)
_NOTICE = re.compile(r"^\[(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Cells:
    """Rows of cell texts, still with inline marks."""

    rows: list[list[str]]
    has_header: bool


def read_table(lines: Sequence[str], options: str, sign: str) -> Cells:
    is_marked = bool(re.search(r"(?:options|opts)\s*=\s*\"?[^\"\]]*header|%[\w%]*header", options))
    if sign in ",:" or re.search(r"format\s*=\s*\"?[cdt]sv", options):
        delimiter = ":" if sign == ":" or "dsv" in options else "\t" if "tsv" in options else ","
        rows = [row for row in csv.reader(lines, delimiter=delimiter) if row]
        return Cells([[cell.strip() for cell in row] for row in rows], is_marked or _is_header(lines))
    first = next((line for line in lines if line.strip()), "")
    width = _columns(options) or max(1, sum(n for _, n, _ in _cells_of(first)))
    return Cells(_rows(_cells_of("\n".join(lines)), width), is_marked or _is_header(lines))


def _is_header(lines: Sequence[str]) -> bool:
    """The first line stands alone: an empty line follows, none goes before."""
    return len(lines) > 2 and bool(lines[0].strip()) and not lines[1].strip() and lines[0].count("|") > 1


def _columns(options: str) -> int:
    found = re.search(r"cols\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^,\]]+))", options)
    if not found:
        return 0
    stated = (found[1] or found[2] or found[3] or "").strip().rstrip(",")
    return sum(_repeat(part) for part in re.split(r"[,;]", stated))


def _repeat(column: str) -> int:
    found = re.match(r"\s*(\d+)\*", column)
    return int(found[1]) if found else 1


def _cells_of(text: str) -> list[tuple[str, int, int]]:
    """Text, columns and rows of each cell."""
    found = list(_CELL.finditer(text))
    cells: list[tuple[str, int, int]] = []
    for index, mark in enumerate(found):
        end = found[index + 1].start() if index + 1 < len(found) else len(text)
        words = _MACRO.sub("", text[mark.end() : end]).replace("\\|", "|").strip()
        words = _NOTICE.sub(lambda found: f"{found[1].capitalize()}:", words)
        words = _BULLET.sub("• ", words).replace("\n• ", " +\n• ").removeprefix("• ")
        columns, rows = min(int(mark[2] or 1), 50), min(int(mark[3] or 1), 500)
        cells += [(words, columns, rows)] * min(int(mark[1] or 1), 50)
    return cells


def _rows(cells: Sequence[tuple[str, int, int]], width: int) -> list[list[str]]:
    rows: list[list[str]] = []
    line: list[str] = []
    below: dict[int, tuple[int, str]] = {}
    for words, columns, height in cells:
        while (span := below.get(len(line))) and span[0] > 0 and len(line) < width:
            below[len(line)] = (span[0] - 1, span[1])
            line.append(span[1])
        for _ in range(columns):
            if height > 1:
                below[len(line)] = (height - 1, words)
            line.append(words)
        if len(line) >= width:
            rows.append(line[:width])
            line = line[width:]
    if line:
        rows.append([*line, *[""] * (width - len(line))])
    return rows
