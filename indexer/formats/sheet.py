"""Sheets: XLSX and CSV. A question column beside an answer column makes FAQ entries; the rest are tables."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import islice

from indexer.formats.archive import open_archive
from indexer.formats.markdown import parse_markdown
from indexer.formats.outline import Outline, cell
from indexer.formats.parsed import Entry, Parsed, Unparsable
from indexer.formats.runs import Run

MAX_ROWS = 20_000
MAX_COLUMNS = 200

_QUESTIONS = {"question", "questions", "q", "frage", "faq", "query", "title question", "pregunta", "vraag", "domanda"}
_ANSWERS = {"answer", "answers", "a", "antwort", "response", "reply", "solution", "respuesta", "réponse", "risposta"}
_TOPICS = {"topic", "topics", "tag", "tags", "category", "categories", "section", "theme", "thema", "kategorie"}

Row = Sequence[str]


def parse_csv(text: str) -> Parsed:
    # Of what the sniffer finds only the delimiter is right: it takes "" inside quotes for their end.
    try:
        delimiter = csv.Sniffer().sniff(text[:20_000], delimiters=",;\t|").delimiter
    except csv.Error:
        delimiter = ","
    try:
        reader = csv.reader(io.StringIO(text), delimiter=delimiter, skipinitialspace=True)
        rows = [row[:MAX_COLUMNS] for row in islice(reader, MAX_ROWS + 1)]
    except csv.Error as error:
        raise Unparsable(f"invalid CSV: {error}") from error
    return _parsed([("", rows)])


def parse_xlsx(content: bytes) -> Parsed:
    from openpyxl import load_workbook

    open_archive(content).close()
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    sheets = []
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible":
            rows = sheet.iter_rows(values_only=True, max_row=MAX_ROWS + 1, max_col=MAX_COLUMNS)
            sheets.append((sheet.title, [[_text(value) for value in row] for row in rows]))
    return _parsed(sheets, (book.properties.title or "").strip())


def _parsed(sheets: Iterable[tuple[str, Sequence[Row]]], title: str = "") -> Parsed:
    outline = Outline()
    entries: list[Entry] = []
    warnings: list[str] = []
    for name, rows in sheets:
        filled = [row for row in rows if any(value.strip() for value in row)]
        if len(rows) > MAX_ROWS:
            warnings.append(f"only the first {MAX_ROWS:,} rows were read")
            filled = filled[:MAX_ROWS]
        found = _entries(filled)
        entries += found
        if not found and filled:
            outline.heading([Run(name)] if name else [], 2)
            outline.table([cell(value) for value in filled[0]], [[cell(v) for v in row] for row in filled[1:]])
    if not entries and not outline.blocks:
        raise Unparsable("no rows with text")
    return Parsed(title, tuple(outline.blocks), entries=tuple(entries), warnings=tuple(warnings))


def _entries(rows: Sequence[Row]) -> list[Entry]:
    """Empty unless one of the first five rows names a question and an answer column."""
    for start, row in enumerate(rows[:5]):
        names = [" ".join(value.lower().replace("_", " ").split()) for value in row]
        question, answer = _column(names, _QUESTIONS), _column(names, _ANSWERS)
        if question is not None and answer is not None:
            topic = _column(names, _TOPICS)
            return [entry for row in rows[start + 1 :] if (entry := _entry(row, question, answer, topic)) is not None]
    return []


def _column(names: Sequence[str], wanted: set[str]) -> int | None:
    exact = (index for index, name in enumerate(names) if name in wanted)
    words = (index for index, name in enumerate(names) if wanted & set(name.split()) - {"a", "q"})
    return next(exact, next(words, None))


def _entry(row: Row, question: int, answer: int, topic: int | None) -> Entry | None:
    def value(column: int | None) -> str:
        return row[column].strip() if column is not None and column < len(row) else ""

    if not value(question) or not value(answer):
        return None
    topics = tuple(filter(None, (part.strip() for part in value(topic).replace(";", ",").split(","))))
    blocks = parse_markdown("\n" + value(answer)).blocks
    return Entry(" ".join(value(question).split()), blocks, topics)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat() if value.hour or value.minute or value.second else value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
