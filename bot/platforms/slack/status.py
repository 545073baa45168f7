"""That Guildhall is looking, in the thread where it was asked, until it has answered.

`assistant.threads.setStatus` has words of its own, ends with the app's next message in the thread, and after two
minutes in any case. Where Slack has retired it, `agents.sessions.setStatus` takes its place, which lasts until it is
told otherwise (docs.slack.dev/ai/agent-sessions).
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bot.platforms.slack.aside import Aside
from bot.platforms.slack.errors import SlackFailed

STATUS = "is looking it up"
LOADING = ("Reading the question", "Searching the library", "Comparing what was found")
SET_STATUS = "assistant.threads.setStatus"
SET_SESSION = "agents.sessions.setStatus"
RETIRED = frozenset({"unknown_method", "method_deprecated", "deprecated_endpoint"})
REMEMBERED = 1_000  # threads


@dataclass(frozen=True, slots=True)
class Thread:
    team: str
    channel: str
    ts: str

    @property
    def arguments(self) -> dict[str, object]:
        return {"channel_id": self.channel, "thread_ts": self.ts}


@dataclass(frozen=True, slots=True)
class Shown:
    """`asker` is the id of who asked: a private answer goes to them, and not into the thread."""

    asker: str
    showing: asyncio.Task[None]

    def is_told(self, channel: str, thread: Thread) -> bool:
        """Whether what is posted to `channel` may be the private answer to what was asked in front of others."""
        return self.asker == channel and not thread.channel.startswith("D")


class Statuses:
    def __init__(self, aside: Aside) -> None:
        self._aside = aside
        self._shown: dict[Thread, Shown] = {}
        self._sessions: set[str] = set()

    def show(self, thread: Thread, asker: str) -> None:
        if len(self._shown) >= REMEMBERED:
            self._shown.pop(next(iter(self._shown)))
        self._shown[thread] = Shown(asker, self._aside.begin(self._show(thread)))

    @contextmanager
    def answering(self, team: str, channel: str, ts: str | None) -> Iterator[None]:
        """Around posting there. A status that Slack may show after the answer, or beside one that went to the asker
        alone, is taken away."""
        answered = {
            thread: shown
            for thread, shown in self._shown.items()
            if thread.team == team and ((thread.channel, thread.ts) == (channel, ts) or shown.is_told(channel, thread))
        }
        may_stay = {
            thread
            for thread, shown in answered.items()
            if not shown.showing.done() or thread.channel != channel or team in self._sessions
        }
        yield
        for thread, shown in answered.items():
            if self._shown.get(thread) is shown:
                del self._shown[thread]
                if thread in may_stay:
                    self._aside.begin(self._hide(thread, shown))

    async def _show(self, thread: Thread) -> None:
        if thread.team not in self._sessions:
            status = {**thread.arguments, "status": STATUS, "loading_messages": list(LOADING)}
            failed = await self._aside.call(thread.team, SET_STATUS, status)
            if not isinstance(failed, SlackFailed) or failed.code not in RETIRED:
                return
            self._sessions.add(thread.team)
        await self._aside.call(thread.team, SET_SESSION, {**thread.arguments, "status": "processing"})

    async def _hide(self, thread: Thread, shown: Shown) -> None:
        await asyncio.wait({shown.showing})
        if thread.team in self._sessions:
            await self._aside.call(thread.team, SET_SESSION, {**thread.arguments, "status": "active"})
        else:
            await self._aside.call(thread.team, SET_STATUS, {**thread.arguments, "status": ""})
