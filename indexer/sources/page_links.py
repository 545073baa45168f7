"""Addresses in pages and sitemaps, read without building a tree or resolving an entity."""

from html.parser import HTMLParser

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from indexer.sources.fetch import FetchFailed

_MOST = 5_000
_LARGEST = 5 * 2**20


def links_of(page: bytes) -> list[str]:
    """The links of a page, as they stand there; those marked `nofollow` are left out."""
    reader = _Links()
    reader.feed(page[:_LARGEST].decode(errors="replace"))
    return reader.found


def sitemap_of(content: bytes) -> tuple[list[str], list[str]]:
    """Pages and further sitemaps. Raises FetchFailed for what is no sitemap."""
    try:
        root = ElementTree.fromstring(content)
    except (ElementTree.ParseError, DefusedXmlException, ValueError) as error:
        raise FetchFailed(f"the sitemap cannot be read: {error}") from error
    places = [
        (entry.tag.rsplit("}", 1)[-1], part.text or "") for entry in root for part in entry if part.tag.endswith("loc")
    ]
    pages = [place.strip() for kind, place in places if kind == "url"]
    return pages, [place.strip() for kind, place in places if kind == "sitemap"]


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a" and len(self.found) < _MOST:
            named = dict(attrs)
            if (href := named.get("href")) and "nofollow" not in (named.get("rel") or ""):
                self.found.append(href)
