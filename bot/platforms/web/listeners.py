"""Who looks at which thread right now, so that what is new reaches them at once."""

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
    def listening(self, conversation: str) -> Iterator[asyncio.Event]:
        """An event that is set whenever something in the conversation changes."""
        event = asyncio.Event()
        self._waiting[conversation].add(event)
        try:
            yield event
        finally:
            self._waiting[conversation].discard(event)
            if not self._waiting[conversation]:
                del self._waiting[conversation]

    def wake(self, conversation: str) -> None:
        for event in self._waiting.get(conversation, ()):
            event.set()

    def close(self) -> None:
        """Ends all streams: browsers come back to whoever serves next."""
        self.closed = True
        for events in self._waiting.values():
            for event in events:
                event.set()
