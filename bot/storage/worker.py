"""Work that goes on beside everything else, in a thread of its own."""

import threading
from collections.abc import Callable

import structlog

from bot.storage.wakeups import Wakeups

POLL = 5.0
"""Seconds; the safety net under the wake-ups."""

log = structlog.stdlib.get_logger(__name__)

Step = Callable[[bool], float]
"""Does what there is to do, told whether somebody woke it; returns after how many seconds to look again."""


class Worker:
    """Takes a step at its start, when it is woken, and when its time has come. One that raises is logged, and taken
    again as if it had been woken."""

    def __init__(self, name: str, step: Step) -> None:
        self._step = step
        self._bell = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._loop, name=name, daemon=True)
        self._unsubscribe: Callable[[], None] = lambda: None

    @property
    def is_stopping(self) -> bool:
        return self._stopping.is_set()

    def start(self, wakeups: Wakeups | None = None, topic: str = "") -> None:
        """With `wakeups` it is woken by what is committed on the `topic`."""
        if wakeups is not None:
            self._unsubscribe = wakeups.subscribe(topic, self.wake)
        self._thread.start()

    def wake(self) -> None:
        self._bell.set()

    def stop(self, seconds: float = 10.0) -> None:
        """Finish the step in hand."""
        self._unsubscribe()
        self._stopping.set()
        self._bell.set()
        if self._thread.is_alive():
            self._thread.join(seconds)

    def _loop(self) -> None:
        has_failed = True  # the first step is one that nobody has taken yet
        while not self._stopping.is_set():
            is_woken = self._bell.is_set() or has_failed
            self._bell.clear()
            try:
                wait, has_failed = self._step(is_woken), False
            except Exception:
                log.exception("a worker stumbled", worker=self._thread.name)
                wait, has_failed = POLL, True
            self._bell.wait(wait)
