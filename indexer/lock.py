"""One run at a time, in whatever process."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class RunInProgress(Exception):
    """Another process is indexing."""


@contextmanager
def run_lock(file: Path) -> Iterator[None]:
    """Held until the block ends or the process dies. Raises RunInProgress at once."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RunInProgress from None
        yield
    finally:
        os.close(descriptor)
