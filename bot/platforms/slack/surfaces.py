"""What is shown in Slack besides messages: views, and in a thread its title and that somebody thinks.

None of it has to last, and a workspace may lack some of it: nobody waits for these calls, and nobody repeats them.
"""

import asyncio
from collections.abc import Mapping
from typing import Protocol

import structlog

from bot.chat.errors import DeliveryFailed, OutcomeUnknown
from bot.chat.turn import Opened, Said, Turn
from bot.chat.wording import shortened
from bot.platforms.slack.wire import join_id

STATUS = "is looking it up"
LOADING = ("Reading the question", "Searching the library", "Comparing what was found")
TITLE_LIMIT = 60
NEW_THREADS = 1_000  # threads that wait for their first question

log = structlog.stdlib.get_logger(__name__)


class WebApi(Protocol):
    """Slack's Web API by workspace."""

    async def call(self, team: str, method: str, arguments: Mapping[str, object]) -> Mapping[str, object]:
        """Raises DeliveryFailed or OutcomeUnknown."""
        ...


class Surfaces:
    def __init__(self, api: WebApi) -> None:
        self._api = api
        self._calls: set[asyncio.Task[None]] = set()
        self._untitled: dict[str, None] = {}

    def open_view(self, team: str, trigger: str, view: Mapping[str, object]) -> None:
        """Within three seconds of what the person did; later Slack refuses."""
        self._begin(team, "views.open", {"trigger_id": trigger, "view": view})

    def accepted(self, team: str, turn: Turn) -> None:
        """The turn is in good hands: say so where it was said."""
        channel, thread = turn.place.channel.partition(":")[2], turn.place.thread or ""
        if isinstance(turn.content, Opened) and thread and turn.content.what == "chat":
            self._expect_title(f"{channel}:{thread}")
        if not isinstance(turn.content, Said) or not turn.content.addressed or not thread:
            return
        where = {"channel_id": channel, "thread_ts": thread}
        status = {**where, "status": STATUS, "loading_messages": list(LOADING)}
        self._begin(team, "assistant.threads.setStatus", status)
        is_first = turn.content.id == join_id(channel, thread) or f"{channel}:{thread}" in self._untitled
        if is_first and not turn.place.is_shared:
            self._untitled.pop(f"{channel}:{thread}", None)
            title = {**where, "title": shortened(turn.content.text, TITLE_LIMIT)}
            self._begin(team, "assistant.threads.setTitle", title)

    async def finish(self) -> None:
        """Waits for what is under way."""
        if self._calls:
            await asyncio.wait(tuple(self._calls))

    async def close(self) -> None:
        """Ends what is under way."""
        for call in tuple(self._calls):
            call.cancel()
        await self.finish()

    def _expect_title(self, thread: str) -> None:
        if len(self._untitled) >= NEW_THREADS:
            self._untitled.pop(next(iter(self._untitled)))
        self._untitled[thread] = None

    def _begin(self, team: str, method: str, arguments: Mapping[str, object]) -> None:
        call = asyncio.create_task(self._call(team, method, arguments))
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)

    async def _call(self, team: str, method: str, arguments: Mapping[str, object]) -> None:
        try:
            await self._api.call(team, method, arguments)
        except (DeliveryFailed, OutcomeUnknown) as failed:
            level = log.warning if method == "views.open" else log.debug
            level("not shown in Slack", method=method, reason=str(failed))
