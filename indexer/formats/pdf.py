"""PDF: a page is a section; running heads, page numbers and hyphenation are taken out."""

import io
import re
from collections import Counter
from collections.abc import Sequence

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import Destination

from indexer.formats.outline import Outline
from indexer.formats.parsed import Parsed, Unparsable
from indexer.formats.runs import Run, flow

MAX_PAGES = 2_000

_BULLET = re.compile(r"^\s*(?:[•◦▪●‣·–*-]|(\d{1,3})[.)])\s+(?=\S)")
_DIGITS = re.compile(r"\d+")
_SENTENCE_END = re.compile(r"[.!?:;…][\"'”’)\]]*$")


def parse_pdf(content: bytes) -> Parsed:
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unparsable("protected by a password")
        if len(reader.pages) > MAX_PAGES:
            raise Unparsable(f"more than {MAX_PAGES:,} pages")
        pages = [page.extract_text().splitlines() for page in reader.pages]
        title = str((reader.metadata.title if reader.metadata else "") or "").strip()
        names = _bookmarks(reader)
    except (PyPdfError, ValueError, KeyError, TypeError, IndexError, AttributeError, OSError) as error:
        raise Unparsable(f"damaged PDF: {error}") from error
    outline = Outline()
    for number, lines in enumerate(_without_running_lines(pages), start=1):
        if any(line.strip() for line in lines):
            outline.heading([Run(names.get(number - 1, f"Page {number}"))], 2, f"page-{number}")
            _add_lines(outline, lines)
    if not outline.blocks:
        raise Unparsable("no text: perhaps scanned pages, which need text recognition first")
    return Parsed("" if title.lower().startswith(("microsoft word", "untitled")) else title, tuple(outline.blocks))


def _bookmarks(reader: PdfReader) -> dict[int, str]:
    """The first bookmark of each page."""
    names: dict[int, str] = {}
    stack: list[object] = [*reversed(reader.outline)]
    while stack and len(names) < MAX_PAGES:
        item = stack.pop()
        if isinstance(item, list):
            stack += reversed(item)
        elif isinstance(item, Destination) and (page := reader.get_destination_page_number(item)) is not None:
            names.setdefault(page, str(item.title or "").strip() or f"Page {page + 1}")
    return names


def _without_running_lines(pages: Sequence[list[str]]) -> list[list[str]]:
    """Without lines at the top or bottom that come back on most pages, whatever number they show."""
    stripped = [[line for line in page if line.strip()] for page in pages]
    seen = Counter(key for page in stripped for key in {_key(line) for line in [*page[:2], *page[-2:]]})
    often = {key for key, count in seen.items() if count >= 3 and count > len(pages) / 2}
    cleaned: list[list[str]] = []
    for page in pages:
        edges = {id(line) for line in [*_filled(page)[:2], *_filled(page)[-2:]]}
        cleaned.append([line for line in page if not (id(line) in edges and _is_running(line, often))])
    return cleaned


def _filled(page: Sequence[str]) -> list[str]:
    return [line for line in page if line.strip()]


def _is_running(line: str, often: set[str]) -> bool:
    return _key(line) in often or bool(re.fullmatch(r"\s*(?:page\s+)?\d{1,4}(?:\s*(?:/|of)\s*\d{1,4})?\s*", line, re.I))


def _key(line: str) -> str:
    return _DIGITS.sub("#", " ".join(line.lower().split()))


def _add_lines(outline: Outline, lines: Sequence[str]) -> None:
    width = max((len(line) for line in lines), default=0)
    words = ""
    bullet: re.Match[str] | None = None

    def flush() -> None:
        nonlocal words, bullet
        if bullet is not None:
            outline.item([flow(words)], 0, int(bullet[1]) if bullet[1] else None)
        else:
            outline.paragraph([flow(words)])
        words, bullet = "", None

    for line in (*lines, ""):
        found = _BULLET.match(line)
        if not line.strip() or found:
            flush()
        text = line[found.end() :].strip() if found else line.strip()
        bullet = found or bullet
        words = _joined(words, text)
        if text and len(line) < 0.7 * width and _SENTENCE_END.search(text):
            flush()
    flush()


def _joined(before: str, after: str) -> str:
    if re.search(r"[a-zà-ÿ]-$", before) and after[:1].islower():
        return before[:-1] + after
    return f"{before} {after}".strip()
