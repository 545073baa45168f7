"""Which parser reads a file: by its suffix, checked against its first bytes."""

from collections.abc import Callable
from pathlib import PurePosixPath

from indexer.formats.decoding import decode
from indexer.formats.parsed import Parsed, Unparsable, Unsupported

FORMATS_VERSION = "2"
SETTINGS_NAME = "guildhall.yaml"
MAX_TEXT = 8 * 2**20
MAX_FILE = 50 * 2**20

_SUFFIXES = {
    ".md": "markdown", ".markdown": "markdown", ".mdx": "markdown", ".mdown": "markdown", ".qmd": "markdown",
    ".rst": "rst", ".rest": "rst", ".adoc": "asciidoc", ".asciidoc": "asciidoc", ".asc": "asciidoc",
    ".html": "html", ".htm": "html", ".xhtml": "html", ".docx": "docx", ".pptx": "pptx", ".xlsx": "xlsx",
    ".csv": "csv", ".tsv": "csv", ".pdf": "pdf", ".txt": "plain", ".text": "plain", ".yml": "yaml", ".yaml": "yaml",
}  # fmt: skip
_BINARY = frozenset(("docx", "pptx", "xlsx", "pdf"))
_OFFICE = {b"word/": "docx", b"ppt/": "pptx", b"xl/": "xlsx"}
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"


def is_supported(path: str) -> bool:
    return PurePosixPath(path).suffix.lower() in _SUFFIXES


def parse(path: str, content: bytes) -> Parsed:
    """Raises Unparsable, or whatever a parser raises on a file that nobody has thought of."""
    if PurePosixPath(path).name == SETTINGS_NAME:
        return _text_parser("settings")(decode(_within(content, MAX_TEXT)))
    name = _format(path, content)
    if name in _BINARY:
        return _binary_parser(name)(_within(content, MAX_FILE))
    text = decode(_within(content, MAX_TEXT))
    if not text.strip():
        raise Unsupported("empty")
    return _text_parser(name)(text)


def _within(content: bytes, limit: int) -> bytes:
    if len(content) > limit:
        raise Unparsable(f"larger than {limit // 2**20} MB")
    return content


def _format(path: str, content: bytes) -> str:
    suffix = PurePosixPath(path).suffix.lower()
    name = _SUFFIXES.get(suffix, "")
    if not name:
        raise Unsupported(f"{suffix or 'a file without a suffix'} is no format that is read")
    if not content:
        raise Unsupported("empty")
    if content.startswith(b"%PDF-"):
        return "pdf"
    if content.startswith(b"PK\x03\x04"):
        found = next((kind for start, kind in _OFFICE.items() if start in content), "")
        if not found:
            raise Unparsable("a zip archive that is no Word, PowerPoint or Excel file")
        return found
    if content.startswith(_OLD_OFFICE):
        raise Unparsable("an old or encrypted office file: save it as docx, pptx or xlsx without a password")
    if name in _BINARY:
        raise Unparsable(f"says it is {suffix} and is not")
    if name in ("plain", "markdown") and content[:200].lstrip().lower().startswith((b"<!doctype html", b"<html")):
        return "html"
    return name


def _text_parser(name: str) -> Callable[[str], Parsed]:
    """Parsers are imported when first needed: most runs need few of them."""
    match name:
        case "markdown":
            from indexer.formats.markdown import parse_markdown as parser
        case "rst":
            from indexer.formats.rst import parse_rst as parser
        case "asciidoc":
            from indexer.formats.asciidoc import parse_asciidoc as parser
        case "html":
            from indexer.formats.html import parse_html as parser
        case "csv":
            from indexer.formats.sheet import parse_csv as parser
        case "yaml":
            from indexer.formats.yaml_faq import parse_yaml as parser
        case "settings":
            from indexer.formats.yaml_faq import parse_settings as parser
        case _:
            from indexer.formats.plain import parse_plain as parser
    return parser


def _binary_parser(name: str) -> Callable[[bytes], Parsed]:
    match name:
        case "docx":
            from indexer.formats.docx import parse_docx as parser
        case "pptx":
            from indexer.formats.pptx import parse_pptx as parser
        case "xlsx":
            from indexer.formats.sheet import parse_xlsx as parser
        case _:
            from indexer.formats.pdf import parse_pdf as parser
    return parser
