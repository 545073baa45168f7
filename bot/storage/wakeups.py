"""Who wants to know when something was committed, so that nobody has to poll."""

import threading
from collections import defaultdict
from collections.abc import Callable

INBOX = "inbox"
OUTBOX = "outbox"
ENTRIES = "entries"
TIMERS = "timers"
EXPERTS = "experts"


class Wakeups:
    """Callbacks by topic. They must return at once: they are called in the committing thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._callbacks: dict[str, list[Callable[[], None]]] = defaultdict(list)

    def subscribe(self, topic: str, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback` at each wake-up of `topic`; returns what ends that."""
        with self._lock:
            self._callbacks[topic].append(callback)

        def unsubscribe() -> None:
            with self._lock:
                self._callbacks[topic].remove(callback)

        return unsubscribe

    def wake(self, topic: str) -> None:
        with self._lock:
            callbacks = tuple(self._callbacks[topic])
        for callback in callbacks:
            callback()

    def wake_all(self) -> None:
        """After a lost connection nobody knows what was missed."""
        for topic in (INBOX, OUTBOX, ENTRIES, TIMERS, EXPERTS):
            self.wake(topic)
