"""Slack over Socket Mode: for where nobody outside reaches us. Several connections, for one may break at any time."""

import asyncio
import logging
import re
from collections.abc import Callable
from contextlib import suppress
from time import time
from typing import Protocol

import structlog
from aiohttp import web
from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.slack.bolt import MALFORMED, dispatch
from bot.platforms.validation import checked

CONNECTIONS = 2
PING = 5.0
PATIENCE = 60.0
"""Seconds without a connection, after which everything is begun anew: the SDK would go on with an address that
Slack gives out for one use within half a minute."""
DISCONNECTED = (
    "Slack takes no connection, so nothing that people write there arrives. Check SLACK_APP_TOKEN, and that Socket "
    "Mode is on in the app (docs/slack.md)."
)

log = structlog.stdlib.get_logger(__name__)


class Connection(Protocol):
    """What is used of the SDK's client."""

    async def connect(self) -> None: ...

    async def is_connected(self) -> bool: ...

    async def close(self) -> None: ...


class SocketMode:
    """`web_client` makes a client for ``apps.connections.open``; it is called inside the running loop."""

    def __init__(
        self,
        app: AsyncApp,
        app_token: str,
        web_client: Callable[[], AsyncWebClient],
        *,
        connections: int = CONNECTIONS,
        ping: float = PING,
        patience: float = PATIENCE,
    ) -> None:
        self._app = app
        self._app_token = app_token
        self._web_client = web_client
        self._connections = connections
        self._ping = ping
        self._patience = patience
        self._tasks: list[asyncio.Task[None]] = []
        self._connected: set[int] = set()
        self.problem = ""
        """Why nothing arrives, empty when something can."""

    def start(self) -> None:
        """Connects aside, and again whenever a connection is lost."""
        self._tasks = [asyncio.create_task(self._stay_connected(n + 1)) for n in range(self._connections)]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task
        self._tasks = []

    async def _stay_connected(self, number: int) -> None:
        while True:
            connection = self._connection()
            try:
                await self._watch(connection, number)
            finally:
                await connection.close()
                await asyncio.sleep(0)  # lets the SDK's own tasks end

    def _connection(self) -> Connection:
        client = SocketModeClient(
            app_token=self._app_token,
            logger=_logger(),
            web_client=self._web_client(),
            ping_interval=self._ping,
        )
        client.socket_mode_request_listeners.append(self._on_request)
        return client

    async def _watch(self, connection: Connection, number: int) -> None:
        """Returns when the connection has been lost for too long."""
        connecting = asyncio.create_task(connection.connect())
        was_connected, lost_for = False, 0.0
        try:
            while lost_for < self._patience:
                await asyncio.sleep(min(self._ping, 1.0))
                is_connected = await connection.is_connected()
                if is_connected != was_connected:
                    log.info("slack socket", connection=number, connected=is_connected)
                was_connected = is_connected
                if is_connected:
                    self._connected.add(number)
                    self.problem = ""
                else:
                    self._connected.discard(number)
                lost_for = 0.0 if is_connected else lost_for + min(self._ping, 1.0)
            log.warning("slack socket does not come back", connection=number)
            if not self._connected:
                self.problem = DISCONNECTED
        finally:
            connecting.cancel()
            with suppress(asyncio.CancelledError):
                await connecting

    async def _on_request(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        """Acknowledged when it is durable; what is not acknowledged Slack sends again."""
        started = time()
        try:
            body = checked(request.payload)
            bolt_request = AsyncBoltRequest(mode="socket_mode", body=body)
        except (*MALFORMED, web.HTTPBadRequest) as error:
            log.warning("slack sent something malformed", fault=type(error).__name__)
            return
        await send_async_response(client, request, await dispatch(self._app, bolt_request, body), started)


class _WithoutAddresses(logging.Filter):
    """Whoever knows the address of a connection can open it."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = re.sub(r"wss?://\S+", "wss://…", record.getMessage()), ()
        return True


def _logger() -> logging.Logger:
    """The SDK's: from `warning` on, for below it writes down what people say."""
    logger = logging.getLogger(f"{__name__}.sdk")
    logger.setLevel(logging.WARNING)
    if not logger.filters:
        logger.addFilter(_WithoutAddresses())
    return logger
