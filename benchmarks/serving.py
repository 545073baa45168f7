"""A Guildhall of its own for a benchmark to talk to."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def serving(home: Path, port: int) -> Iterator[None]:
    """`guildhall serve` in a process of its own; does not wait for it, and stops it at the end."""
    environment = os.environ | {"GUILDHALL_HOME": str(home), "GUILDHALL_PORT": str(port)}
    command = [sys.executable, "-m", "bot", "serve"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            process.terminate()
