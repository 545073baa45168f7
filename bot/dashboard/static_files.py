"""Static files under addresses that hold their content's hash, so that browsers may keep them for good."""

import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

FOLDER = Path(__file__).parent / "static"


@dataclass(frozen=True, slots=True)
class _File:
    content: bytes
    content_type: str
    digest: str


class StaticFiles:
    """Every file below `folder`, read once."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._files = {
            file.relative_to(folder).as_posix(): _read(file) for file in sorted(folder.rglob("*")) if file.is_file()
        }

    def url(self, name: str) -> str:
        """Where a page finds the file `name`. Raises KeyError for a file that is not there."""
        return f"/static/{self._files[name].digest}/{name}"

    async def serve(self, request: web.Request) -> web.Response:
        file = self._files.get(request.match_info["name"])
        if file is None or file.digest != request.match_info["digest"]:
            raise web.HTTPNotFound
        return web.Response(
            body=file.content,
            content_type=file.content_type,
            charset="utf-8" if file.content_type.startswith("text/") else None,
            headers={"Cache-Control": "public, max-age=31536000, immutable"},
        )


def _read(file: Path) -> _File:
    content = file.read_bytes()
    guessed, _ = mimetypes.guess_type(file.name)
    return _File(content, guessed or "application/octet-stream", hashlib.sha256(content).hexdigest()[:16])
