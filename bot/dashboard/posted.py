"""What a form brought: its fields and its files."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web
from aiohttp.http import HttpProcessingError

from bot.features.page import Upload


@dataclass(frozen=True, slots=True)
class Posted:
    """Of several `fields` of one name the first counts; `several` has them all."""

    fields: Mapping[str, str]
    several: Mapping[str, Sequence[str]]
    uploads: tuple[Upload, ...]


POSTED = web.RequestKey("posted", Posted)


async def read_form(request: web.Request) -> Posted:
    """Parsed once a request, files read whole. Raises 400 for what no browser sends, 413 beyond the limit."""
    if POSTED in request:
        return request[POSTED]
    try:
        parts = await request.post()
    except (ValueError, LookupError, RuntimeError, HttpProcessingError, web.RequestPayloadError) as error:
        raise web.HTTPBadRequest(text="That form could not be read, so nothing was changed.") from error
    fields: dict[str, str] = {}
    several: dict[str, list[str]] = {}
    uploads: list[Upload] = []
    for name, value in parts.items():
        if isinstance(value, web.FileField):
            content = await asyncio.to_thread(value.file.read)
            value.file.close()
            uploads.append(Upload(value.filename, content))
        elif isinstance(value, str):
            fields.setdefault(name, value)
            several.setdefault(name, []).append(value)
    request[POSTED] = Posted(fields, several, tuple(uploads))
    return request[POSTED]
