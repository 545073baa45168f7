"""Waiting for what happens in another thread or process."""

import asyncio
import time
from collections.abc import Callable


async def until(reached: Callable[[], bool], seconds: float = 10.0) -> None:
    """Looks from a worker thread, so that the loop stays free."""
    await asyncio.to_thread(until_true, reached, seconds)


def until_true(reached: Callable[[], bool], seconds: float = 10.0) -> None:
    """In this thread."""
    end = time.monotonic() + seconds
    while not reached():
        if time.monotonic() > end:
            raise TimeoutError("It did not happen in time.")
        time.sleep(0.01)
