import threading
from collections.abc import Callable

from bot.storage.wakeups import TIMERS, Wakeups
from bot.storage.worker import Worker

SOON = 5.0  # seconds; what is waited for comes at once


class Steps:
    """Remembers each step; waits `wait` seconds for the next one."""

    def __init__(self, wait: float = 60.0, before: Callable[[], None] = lambda: None) -> None:
        self.woken: list[bool] = []
        self.wait = wait
        self._before = before
        self._done = threading.Condition()

    def __call__(self, is_woken: bool) -> float:
        with self._done:
            self.woken.append(is_woken)
            self._done.notify_all()
        self._before()
        return self.wait

    def until(self, count: int) -> None:
        with self._done:
            assert self._done.wait_for(lambda: len(self.woken) >= count, SOON)


def test_it_works_at_its_start_at_each_wake_up_and_when_its_time_has_come() -> None:
    wakeups, steps = Wakeups(), Steps()
    worker = Worker("test", steps)
    worker.start(wakeups, TIMERS)
    steps.until(1)
    steps.wait = 0.0
    wakeups.wake(TIMERS)
    steps.until(4)
    worker.stop()
    assert steps.woken[:4] == [True, True, False, False]


def test_a_step_that_fails_is_taken_again() -> None:
    failures = iter([RuntimeError("once")])

    def fail_once() -> None:
        for failure in failures:
            raise failure

    steps = Steps(before=fail_once)
    worker = Worker("test", steps)
    worker.start()
    steps.until(1)
    worker.wake()
    steps.until(2)
    worker.stop()
    assert steps.woken == [True, True]


def test_it_ends_in_the_middle_of_a_wait_and_hears_no_more() -> None:
    wakeups, steps = Wakeups(), Steps()
    worker = Worker("test", steps)
    worker.start(wakeups, TIMERS)
    steps.until(1)
    worker.stop()
    wakeups.wake(TIMERS)
    assert worker.is_stopping
    assert steps.woken == [True]
    assert "test" not in {thread.name for thread in threading.enumerate()}


def test_one_that_never_began_is_stopped_too() -> None:
    Worker("test", Steps()).stop()
