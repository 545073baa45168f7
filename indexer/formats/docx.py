"""Word documents, by way of HTML."""

import io

import mammoth
from bs4 import BeautifulSoup, Tag
from defusedxml import ElementTree

from indexer.formats.archive import open_archive
from indexer.formats.html_blocks import add_element
from indexer.formats.outline import Outline
from indexer.formats.parsed import Parsed

_STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Code'] => pre:separator('\\n')
p[style-name^='toc'] => !
p[style-name^='TOC'] => !
p[style-name='header'] => !
p[style-name='footer'] => !
"""
_TITLE = "{http://purl.org/dc/elements/1.1/}title"


def parse_docx(content: bytes) -> Parsed:
    with open_archive(content) as archive:
        core = archive.read("docProps/core.xml") if "docProps/core.xml" in archive.namelist() else b""
    html: str = mammoth.convert_to_html(
        io.BytesIO(content), style_map=_STYLES, convert_image=lambda image: [], external_file_access=False
    ).value
    outline = Outline()
    soup = BeautifulSoup(html, "lxml")
    for table in soup.find_all("table"):
        _head(table)
    add_element(outline, soup)
    title, blocks = outline.titled("")
    stated = ElementTree.fromstring(core).findtext(_TITLE) if core else None
    return Parsed(title or (stated or "").strip(), blocks)


def _head(table: Tag) -> None:
    """Word seldom marks a header, and writers nearly always mean the first row as one."""
    rows = [row for row in table.find_all("tr") if row.find_parent("table") is table]
    if len(rows) > 1 and table.find("th") is None:
        for cell in rows[0].find_all("td", recursive=False):
            cell.name = "th"
