"""Socket Mode: each envelope to one of the open connections, again where nobody acknowledged it."""

import asyncio
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aiohttp import WSMsgType, web

from tests.fake_slack.world import APP_ID, APP_KEY

if TYPE_CHECKING:
    from tests.fake_slack.slack import FakeSlack

ACKNOWLEDGE_WITHIN = 3.0
TRIES = 4


@dataclass(eq=False)
class Connection:
    websocket: web.WebSocketResponse
    received: list[dict[str, object]] = field(default_factory=list)


class SocketMode:
    """`connections` are open ones. `acknowledge_within` is in seconds; make it short to see redeliveries."""

    def __init__(self, slack: "FakeSlack") -> None:
        self._slack = slack
        self.connections: list[Connection] = []
        self.opened = 0
        self.redelivered = 0
        self.acknowledge_within = ACKNOWLEDGE_WITHIN
        self._numbers = count(1)
        self._turns = count()
        self._tickets: set[str] = set()
        self._waiting: dict[str, asyncio.Future[dict[str, object]]] = {}
        self._changed = asyncio.Event()

    def open(self, token: str) -> dict[str, object]:
        """apps.connections.open"""
        if token != APP_KEY:
            return {"ok": False, "error": "invalid_auth"}
        ticket = f"ticket-{next(self._numbers)}"
        self._tickets.add(ticket)
        return {"ok": True, "url": f"ws://{urlsplit(self._slack.api_url).netloc}/link?ticket={ticket}"}

    async def connect(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            raise web.HTTPForbidden
        self._tickets.discard(ticket)  # good once
        websocket = web.WebSocketResponse()
        await websocket.prepare(request)
        connection = Connection(websocket)
        self.connections.append(connection)
        self.opened += 1
        await websocket.send_json(
            {
                "type": "hello",
                "num_connections": len(self.connections),
                "debug_info": {"host": "fake", "approximate_connection_time": 18_060},
                "connection_info": {"app_id": APP_ID},
            }
        )
        self._changed.set()
        try:
            async for frame in websocket:
                if frame.type is WSMsgType.TEXT:
                    self._acknowledged(connection, frame.json())
        finally:
            self._leave(connection)
        return websocket

    async def connected(self, number: int, within: float = 5.0) -> None:
        """Until so many connections are open."""

        async def enough() -> None:
            while len(self.connections) < number:
                self._changed.clear()
                await self._changed.wait()

        await asyncio.wait_for(enough(), within)

    async def send(
        self, kind: str, payload: dict[str, object], *, accepts_response: bool = False
    ) -> dict[str, object] | None:
        """Deliver an envelope, e.g. ``events_api``; gives the acknowledgement, None where none ever came."""
        envelope_id = f"envelope-{next(self._numbers)}"
        for attempt in range(TRIES):
            await self.connected(1)
            connection = self.connections[next(self._turns) % len(self.connections)]
            envelope: dict[str, object] = {
                "envelope_id": envelope_id,
                "type": kind,
                "accepts_response_payload": accepts_response,
                "payload": payload,
            }
            if kind == "events_api":
                envelope |= {"retry_attempt": attempt, "retry_reason": "timeout" if attempt else ""}
            self.redelivered += attempt > 0
            answer = asyncio.get_running_loop().create_future()
            self._waiting[envelope_id] = answer
            try:
                await connection.websocket.send_json(envelope)
                return await asyncio.wait_for(answer, self.acknowledge_within)
            except (TimeoutError, ConnectionError):
                continue
            finally:
                self._waiting.pop(envelope_id, None)
        return None

    async def refresh(self, connection: Connection | None = None, reason: str = "refresh_requested") -> None:
        """Slack asks a client to connect again, and ends the connection."""
        leaving = connection or self.connections[0]
        await leaving.websocket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "fake"}})
        self._leave(leaving)
        await leaving.websocket.close()

    def break_off(self, connection: Connection | None = None) -> None:
        """The line is cut without a word."""
        broken = connection or self.connections[0]
        self._leave(broken)
        transport = broken.websocket._req.transport if broken.websocket._req is not None else None
        if transport is not None:
            transport.abort()

    async def close(self) -> None:
        for connection in tuple(self.connections):
            await connection.websocket.close()

    def _acknowledged(self, connection: Connection, frame: dict[str, object]) -> None:
        connection.received.append(frame)
        waiting = self._waiting.get(str(frame.get("envelope_id", "")))
        if waiting is not None and not waiting.done():
            waiting.set_result(frame)

    def _leave(self, connection: Connection) -> None:
        if connection in self.connections:
            self.connections.remove(connection)
        self._changed.set()
