"""Calls that nobody waits for and nobody repeats: what they show need not last."""

import asyncio
from collections.abc import Coroutine, Mapping
from typing import Protocol

import structlog

from bot.chat.errors import DeliveryFailed, OutcomeUnknown

log = structlog.stdlib.get_logger(__name__)


class WebApi(Protocol):
    """Slack's Web API by workspace."""

    async def call(self, team: str, method: str, arguments: Mapping[str, object]) -> Mapping[str, object]:
        """Raises DeliveryFailed or OutcomeUnknown."""
        ...


class Aside:
    def __init__(self, api: WebApi) -> None:
        self._api = api
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def call(self, team: str, method: str, arguments: Mapping[str, object]) -> DeliveryFailed | None:
        """Why Slack did not take it; None also where nobody knows."""
        try:
            await self._api.call(team, method, arguments)
        except DeliveryFailed as failed:
            log.debug("not shown in Slack", method=method, reason=str(failed))
            return failed
        except OutcomeUnknown as unknown:
            log.debug("not shown in Slack", method=method, reason=str(unknown))
        return None

    async def finish(self) -> None:
        """Waits for what is under way."""
        while self._tasks:
            await asyncio.wait(tuple(self._tasks))

    async def close(self) -> None:
        """Ends what is under way."""
        for task in tuple(self._tasks):
            task.cancel()
        if self._tasks:
            await asyncio.wait(tuple(self._tasks))
