"""What is shown in Slack besides messages: views, and in a thread its title and that somebody thinks.

None of it has to last, and a workspace may lack some of it: nobody waits for these calls, and nobody repeats them.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractContextManager

import structlog

from bot.chat.turn import Opened, Said, Turn
from bot.chat.wording import shortened
from bot.platforms.slack.aside import Aside, WebApi
from bot.platforms.slack.errors import SlackFailed
from bot.platforms.slack.status import RETIRED, Statuses, Thread
from bot.platforms.slack.wire import join_id

TITLE_LIMIT = 60
NEW_THREADS = 1_000  # threads that wait for their first question
OPENED_BEFORE = "exchanged_trigger_id"

Otherwise = Callable[[], Awaitable[None]]

log = structlog.stdlib.get_logger(__name__)


class Surfaces:
    def __init__(self, api: WebApi) -> None:
        self._aside = Aside(api)
        self._statuses = Statuses(self._aside)
        self._untitled: dict[str, None] = {}

    def open_view(self, team: str, trigger: str, view: Mapping[str, object], otherwise: Otherwise) -> None:
        """Within three seconds of what the person did; later Slack refuses, and `otherwise` is done."""
        self._aside.begin(self._open(team, {"trigger_id": trigger, "view": view}, otherwise))

    def accepted(self, team: str, turn: Turn) -> None:
        """The turn is in good hands: say so where it was said."""
        channel, ts = turn.place.channel.partition(":")[2], turn.place.thread or ""
        if isinstance(turn.content, Opened) and ts and turn.content.what == "chat":
            self._expect_title(f"{channel}:{ts}")
        if not isinstance(turn.content, Said) or not turn.content.addressed or not ts:
            return
        thread = Thread(team, channel, ts)
        self._statuses.show(thread, turn.direct.partition(":")[2])
        is_first = turn.content.id == join_id(channel, ts) or f"{channel}:{ts}" in self._untitled
        if is_first and not turn.place.is_shared:
            self._untitled.pop(f"{channel}:{ts}", None)
            self._aside.begin(self._title(thread, shortened(turn.content.text, TITLE_LIMIT)))

    def answering(self, team: str, channel: str, thread: str | None) -> AbstractContextManager[None]:
        """Around posting: in a thread that is answered nobody looks any more."""
        return self._statuses.answering(team, channel, thread)

    async def finish(self) -> None:
        """Waits for what is under way."""
        await self._aside.finish()

    async def close(self) -> None:
        """Ends what is under way."""
        await self._aside.close()

    def _expect_title(self, thread: str) -> None:
        if len(self._untitled) >= NEW_THREADS:
            self._untitled.pop(next(iter(self._untitled)))
        self._untitled[thread] = None

    async def _title(self, thread: Thread, title: str) -> None:
        named = {**thread.arguments, "title": title}
        failed = await self._aside.call(thread.team, "assistant.threads.setTitle", named)
        if isinstance(failed, SlackFailed) and failed.code in RETIRED:
            await self._aside.call(thread.team, "agents.sessions.rename", named)

    async def _open(self, team: str, opening: Mapping[str, object], otherwise: Otherwise) -> None:
        failed = await self._aside.call(team, "views.open", opening)
        if failed is None:
            return
        log.warning("view not opened", reason=str(failed))
        if not isinstance(failed, SlackFailed) or failed.code != OPENED_BEFORE:
            await otherwise()
