"""Who looks at their threads right now, so that what is new reaches them at once. A web thread's channel is its
person's own."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager


class Listeners:
    """Lives on the event loop: every method is called there."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Event]] = defaultdict(set)
        self.closed = False

    @contextmanager
    def listening(self, *channels: str) -> Iterator[asyncio.Event]:
        """An event that is set whenever something in one of the channels changes."""
        event = asyncio.Event()
        for channel in channels:
            self._waiting[channel].add(event)
        try:
            yield event
        finally:
            for channel in channels:
                self._waiting[channel].discard(event)
                if not self._waiting[channel]:
                    del self._waiting[channel]

    def wake(self, channel: str) -> None:
        for event in self._waiting.get(channel, ()):
            event.set()

    def close(self) -> None:
        """Ends all streams: browsers come back to whoever serves next."""
        self.closed = True
        for events in self._waiting.values():
            for event in events:
                event.set()
