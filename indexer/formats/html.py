"""HTML pages."""

from bs4 import BeautifulSoup, Tag

from indexer.formats.html_blocks import add_element
from indexer.formats.html_main import main_content
from indexer.formats.outline import Outline
from indexer.formats.parsed import Parsed

_META = {"author": "owner", "language": "language"}


def parse_html(text: str) -> Parsed:
    soup = BeautifulSoup(text, "lxml")
    title = " ".join(soup.title.get_text().split()) if soup.title else ""
    meta = _meta(soup)
    outline = Outline()
    add_element(outline, main_content(soup))
    heading, blocks = outline.titled("")
    return Parsed(heading or title, blocks, meta)


def _meta(soup: BeautifulSoup) -> dict[str, str]:
    """`<meta name="guildhall:audience" content="...">` and the like, the page's language."""
    meta: dict[str, str] = {}
    for tag in soup.find_all("meta"):
        name = str(tag.get("name") or "").lower()
        if name.startswith("guildhall:") and (value := str(tag.get("content") or "").strip()):
            meta[name.removeprefix("guildhall:").replace("-", "_")] = value
    html = soup.find("html")
    if isinstance(html, Tag) and (language := str(html.get("lang") or "").split("-")[0]):
        meta.setdefault("language", language.lower())
    return meta
