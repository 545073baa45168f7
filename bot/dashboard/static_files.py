"""Static files under an address that holds the hash of all of them, so that browsers may keep them for good.

One hash for all, because scripts import one another by relative addresses.
"""

import hashlib
import mimetypes
from pathlib import Path

from aiohttp import web

FOLDER = Path(__file__).parent / "static"


class StaticFiles:
    """Every file below `folder`, read once."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._files = {
            file.relative_to(folder).as_posix(): file.read_bytes()
            for file in sorted(folder.rglob("*"))
            if file.is_file()
        }
        digest = hashlib.sha256()
        for name, content in self._files.items():
            digest.update(f"{name}\0{len(content)}\0".encode() + content)
        self._digest = digest.hexdigest()[:16]

    def url(self, name: str) -> str:
        """Where a page finds the file `name`. Raises KeyError for a file that is not there."""
        if name not in self._files:
            raise KeyError(name)
        return f"/static/{self._digest}/{name}"

    async def serve(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        content = self._files.get(name)
        if content is None or request.match_info["digest"] != self._digest:
            raise web.HTTPNotFound
        guessed, _ = mimetypes.guess_type(name)
        content_type = guessed or "application/octet-stream"
        return web.Response(
            body=content,
            content_type=content_type,
            charset="utf-8" if content_type.startswith("text/") else None,
            headers={"Cache-Control": "public, max-age=31536000, immutable"},
        )
