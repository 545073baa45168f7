"""Addresses in pages and sitemaps, read without building a tree or resolving an entity."""

import io
from contextlib import suppress
from html.parser import HTMLParser
from xml.etree.ElementTree import Element  # for its type; defusedxml parses

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from indexer.sources.fetch import FetchFailed

_MOST = 5_000
_LARGEST = 5 * 2**20
_DEEPEST = 20


def links_of(page: bytes) -> list[str]:
    """The links of a page, as they stand there; those marked `nofollow` are left out."""
    reader = _Links()
    with suppress(AssertionError):  # raised where a declaration is broken; what stood before it counts
        reader.feed(page[:_LARGEST].decode(errors="replace"))
    return reader.found


def sitemap_of(content: bytes) -> tuple[list[str], list[str]]:
    """Pages and further sitemaps. Raises FetchFailed for what is no sitemap."""
    places: dict[str, list[str]] = {"url": [], "sitemap": []}
    above: list[Element] = []
    try:
        for event, element in ElementTree.iterparse(io.BytesIO(content), events=("start", "end")):
            if event == "start":
                above.append(element)
                if len(above) > _DEEPEST:
                    raise FetchFailed("the sitemap cannot be read: nested too deeply")
                continue
            above.pop()
            if not above:
                break
            kind = _name(above[-1])
            if _name(element) == "loc" and kind in places:
                places[kind].append((element.text or "").strip())
            above[-1].remove(element)  # what was read takes no memory
    except (ElementTree.ParseError, DefusedXmlException, ValueError) as error:
        raise FetchFailed(f"the sitemap cannot be read: {error}") from error
    return places["url"], places["sitemap"]


def _name(element: Element) -> str:
    return element.tag.rsplit("}", 1)[-1]


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a" and len(self.found) < _MOST:
            named = dict(attrs)
            if (href := named.get("href")) and "nofollow" not in (named.get("rel") or ""):
                self.found.append(href)
