"""Word documents, by way of HTML."""

import io

import mammoth
from bs4 import BeautifulSoup
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
    add_element(outline, BeautifulSoup(html, "lxml"))
    title, blocks = outline.titled("")
    stated = ElementTree.fromstring(core).findtext(_TITLE) if core else None
    return Parsed(title or (stated or "").strip(), blocks)
