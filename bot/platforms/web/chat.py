"""The chat's addresses: a page for each thread, what is sent to it, and the stream of what comes back."""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from aiohttp import web

from bot.chat.errors import FormRejected, UserFacingError
from bot.chat.ports import Inbound, Transcript
from bot.chat.transcript import Entry
from bot.chat.turn import Person, Place, Pressed, Said, Submitted, Turn
from bot.platforms.web.frame import Frame
from bot.platforms.web.inbound import TEXT_LIMIT, place_of, read_json, turn_from
from bot.platforms.web.listeners import Listeners
from bot.platforms.web.render_entry import render_entry
from bot.platforms.web.render_form import render_form
from bot.platforms.web.stream import PAGE, stream

THREADS_SHOWN = 50
DELETED = "This thread was deleted, so nothing was changed. Ask again to begin a new one."

Suggestions = Callable[[Person], Sequence[str]]
"""Questions worth asking, for an empty thread. Called in a worker thread."""


class WebChat:
    """The part of the web page where people ask."""

    name = "chat"
    verified_paths: frozenset[str] = frozenset()
    templates = Path(__file__).parent / "templates"

    def __init__(
        self,
        inbound: Inbound,
        transcript: Transcript,
        listeners: Listeners,
        clock: Callable[[], datetime],
        suggestions: Suggestions,
    ) -> None:
        self._inbound = inbound
        self._transcript = transcript
        self._listeners = listeners
        self._clock = clock
        self._suggestions = suggestions

    def routes(self, frame: Frame) -> Sequence[web.RouteDef]:
        async def start(request: web.Request) -> web.StreamResponse:
            return await self._page(frame, request, secrets.token_urlsafe(12))

        async def show(request: web.Request) -> web.StreamResponse:
            return await self._page(frame, request, request.match_info["thread"])

        async def threads(request: web.Request) -> web.StreamResponse:
            return await self._threads(frame, request)

        async def listen(request: web.Request) -> web.StreamResponse:
            person = frame.person(request)
            place = await self._place(person, request.match_info["thread"])
            return await stream(request, place, person.id, self._transcript, self._listeners)

        async def send(request: web.Request) -> web.StreamResponse:
            return await self._send(request, frame.person(request), frame.account(request))

        async def delete(request: web.Request) -> web.StreamResponse:
            place = await self._place(frame.person(request), request.match_info["thread"])
            await asyncio.to_thread(self._transcript.delete_thread, place)
            self._listeners.wake(place.channel)
            raise web.HTTPSeeOther("/")

        return [
            web.get("/", start),
            web.get("/threads", threads),
            web.get("/t/{thread}", show),
            web.get("/t/{thread}/stream", listen),
            web.post("/t/{thread}/turns", send),
            web.post("/t/{thread}/delete", delete),
        ]

    async def close(self) -> None:
        self._listeners.close()

    async def _page(self, frame: Frame, request: web.Request, thread: str) -> web.StreamResponse:
        person = frame.person(request)
        place = await self._place(person, thread)
        entries = await asyncio.to_thread(self._all_entries, place)
        drawn = sorted(entries, key=lambda entry: entry.position)
        threads = await asyncio.to_thread(self._transcript.threads, person.id, limit=THREADS_SHOWN)
        current = [known for known in threads if known.place.thread == thread]
        return frame.page(
            request,
            "chat/chat.html",
            {
                "thread": thread,
                "title": current[0].title if current else "",
                "threads": threads,
                "entries": [render_entry(entry) for entry in drawn],
                "revision": max((entry.revision for entry in entries), default=0),
                "waiting": bool(drawn) and drawn[-1].message is None,
                "suggestions": [] if entries else await asyncio.to_thread(self._suggestions, person),
                "text_limit": TEXT_LIMIT,
            },
        )

    async def _threads(self, frame: Frame, request: web.Request) -> web.StreamResponse:
        threads = await asyncio.to_thread(self._transcript.threads, frame.person(request).id, limit=THREADS_SHOWN)
        current = request.query.get("current", "")
        return frame.page(request, "chat/threads.html", {"threads": threads, "thread": current})

    async def _place(self, person: Person, thread: str) -> Place:
        """Of a thread that is theirs, or begins now. Raises 404."""
        new = place_of(person, thread)
        return await asyncio.to_thread(self._transcript.place_of, person.id, thread) or new

    async def _send(self, request: web.Request, person: Person, account: str) -> web.StreamResponse:
        body = await read_json(request)
        thread = request.match_info["thread"]
        place = await self._place(person, thread)
        turn = replace(turn_from(body, replace(person, id=account), thread, self._clock()), place=place)
        content = turn.content
        if isinstance(content, Said):
            return await self._say(turn, person)
        if isinstance(content, Pressed) and not await asyncio.to_thread(self._transcript.entries, turn.place, limit=1):
            return web.json_response({"error": DELETED}, status=409)
        nonce = content.nonce if isinstance(content, Pressed | Submitted) else ""
        try:
            reply = await self._inbound.answer(turn)
        except FormRejected as rejected:
            return web.json_response({"problems": rejected.problems}, status=422)
        except UserFacingError as error:
            return web.json_response({"error": str(error)}, status=409)
        form = render_form(reply.form, reply.nonce or nonce) if reply.form else None
        return web.json_response({"form": form})

    async def _say(self, turn: Turn, person: Person) -> web.Response:
        # The question first: if this process dies in between, the browser's second try mends it.
        await asyncio.to_thread(self._transcript.add_said, replace(turn, person=person))
        self._listeners.wake(turn.place.channel)
        is_new = await self._inbound.accept(turn)
        return web.json_response({"accepted": is_new}, status=202)

    def _all_entries(self, place: Place) -> list[Entry]:
        entries: list[Entry] = []
        while True:
            page = self._transcript.entries(place, after=entries[-1].revision if entries else 0, limit=PAGE)
            entries += page
            if len(page) < PAGE:
                return entries
