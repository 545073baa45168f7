"""Where a document is read: on the reader page, or in the original where people reach no page."""

from urllib.parse import quote

from bot.chat.turn import Place
from knowledge.document import Chunk, SourceDocument


def pages_from(place: Place, base_url: str) -> str | None:
    """What comes before a page's path in a link that stands in `place`: nothing on the page itself; None in a chat
    whose people reach no page. `base_url` is how they reach it from a chat, empty where they do not."""
    return "" if place.platform == "web" else base_url.rstrip("/") or None


def source_url(document: SourceDocument, chunk: Chunk | None = None, *, pages: str | None) -> str:
    """The reader page under `pages`; without it the original, where that is on the web; else empty."""
    if pages is not None:
        return reader_url(document.id, chunk, base_url=pages)
    return document.url if document.url.startswith("https://") else ""


def reader_url(document_id: str, chunk: Chunk | None = None, *, base_url: str = "") -> str:
    """The reader page, open at `chunk` where one is given. Relative to this site without a `base_url`."""
    url = f"{base_url.rstrip('/')}/library/{quote(document_id, safe='')}"
    if chunk is None:
        return url
    anchor = f"#{quote(chunk.anchor)}" if chunk.anchor else ""
    return f"{url}?chunk={chunk.ordinal}{anchor}"
