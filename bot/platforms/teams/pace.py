"""How much Teams lets one bot say in one chat or thread."""

from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

Windows = Sequence[tuple[int, timedelta]]
"""So many messages at most in so long; the longest last."""

WINDOWS: Windows = (
    (7, timedelta(seconds=1)),
    (8, timedelta(seconds=2)),
    (60, timedelta(seconds=30)),
    (1_800, timedelta(hours=1)),
)
PACE = timedelta(milliseconds=250)
"""Between two deliveries in one chat: what the short windows allow on end. The long ones are counted here."""


class Pace:
    """Counts in this process; where several send, Teams' own 429 is the last word."""

    def __init__(self, clock: Callable[[], datetime], windows: Windows = WINDOWS) -> None:
        self._clock = clock
        self._windows = windows
        self._sent: dict[str, deque[datetime]] = defaultdict(deque)

    def wait(self, thread: str) -> float:
        """Seconds until the next may go there; with 0 it is counted as gone."""
        now = self._clock()
        sent = self._sent[thread]
        longest = self._windows[-1][1]
        while sent and now - sent[0] >= longest:
            sent.popleft()
        wait = max(
            ((sent[-count] + window - now).total_seconds() for count, window in self._windows if len(sent) >= count),
            default=0.0,
        )
        if wait > 0:
            return wait
        sent.append(now)
        self._drop_quiet(now, longest)
        return 0.0

    def _drop_quiet(self, now: datetime, longest: timedelta) -> None:
        if len(self._sent) > 10_000:
            for thread in [each for each, sent in self._sent.items() if not sent or now - sent[-1] >= longest]:
                del self._sent[thread]
