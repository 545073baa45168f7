"""What is new in a thread, as server-sent events. The event id is the revision, so a browser that was away
comes back to the very place."""

import asyncio
import json
from contextlib import suppress
from datetime import datetime

from aiohttp import web

from bot.chat.ports import Transcript
from bot.chat.transcript import Entry
from bot.chat.turn import Place
from bot.platforms.web.listeners import Listeners
from bot.platforms.web.render_entry import render_entry

HEARTBEAT = 15.0
"""Seconds without news until a sign of life; also when news of other replicas is looked for."""

PAGE = 200
RETRY = 2_000
"""Milliseconds after which a browser comes back."""


def last_seen(request: web.Request) -> int:
    """The revision that the browser has: from its reconnection, else from the address."""
    sent = request.headers.get("Last-Event-ID") or request.query.get("after", "0")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 19 else 0


async def stream(
    request: web.Request, place: Place, person_id: str, transcript: Transcript, listeners: Listeners
) -> web.StreamResponse:
    """Runs until the browser leaves or the page stops. What a browser has is seen: out of sight it does not listen."""
    response = web.StreamResponse(
        headers={
            "Content-Type": "text/event-stream; charset=utf-8",
            "Cache-Control": "no-store",
            "X-Accel-Buffering": "no",
        }
    )
    seen = last_seen(request)
    known: datetime | None = None
    with suppress(ConnectionError), listeners.listening(*{place.channel, person_id}) as news:
        await response.prepare(request)
        await response.write(f"retry: {RETRY}\n\n".encode())
        if seen:
            await asyncio.to_thread(transcript.saw, place, seen)
        while not listeners.closed:
            news.clear()
            entries = await asyncio.to_thread(transcript.entries, place, after=seen, limit=PAGE)
            for entry in entries:
                await response.write(event(entry))
                seen = entry.revision
            if entries:
                await asyncio.to_thread(transcript.saw, place, seen)
            if not entries and seen and not await asyncio.to_thread(transcript.entries, place, limit=1):
                await response.write(b"event: deleted\ndata: deleted\n\n")
                break
            changed = await asyncio.to_thread(_changed_elsewhere, place, person_id, transcript)
            if changed != known:
                await response.write(b"event: threads\ndata: changed\n\n")
                known = changed
            if len(entries) < PAGE:
                await _wait(response, news)
    return response


def event(entry: Entry) -> bytes:
    content = json.dumps({"id": entry.id, "position": entry.position, "html": render_entry(entry)})
    return f"id: {entry.revision}\nevent: entry\ndata: {content}\n\n".encode()


def _changed_elsewhere(place: Place, person_id: str, transcript: Transcript) -> datetime | None:
    """When another thread of theirs last changed."""
    newest = transcript.threads(person_id, limit=2)
    return next((each.changed_at for each in newest if each.place.conversation != place.conversation), None)


async def _wait(response: web.StreamResponse, news: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(news.wait(), HEARTBEAT)
    except TimeoutError:
        await response.write(b": still here\n\n")
