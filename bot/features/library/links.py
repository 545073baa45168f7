"""Where a document is read: the reader page."""

from urllib.parse import quote

from knowledge.document import Chunk


def reader_url(document_id: str, chunk: Chunk | None = None, *, base_url: str = "") -> str:
    """The reader page, open at `chunk` where one is given. Relative to this site without a `base_url`."""
    url = f"{base_url.rstrip('/')}/library/{quote(document_id, safe='')}"
    if chunk is None:
        return url
    anchor = f"#{quote(chunk.anchor)}" if chunk.anchor else ""
    return f"{url}?chunk={chunk.ordinal}{anchor}"
