"""A Guildhall of its own for a benchmark to talk to."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LONGEST = 60.0


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


def wait_for_page(port: int) -> None:
    began = time.monotonic()
    while time.monotonic() - began < LONGEST:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/sign-in")
            if connection.getresponse().status == http.HTTPStatus.OK:
                return
        except ConnectionError:
            time.sleep(0.05)
        finally:
            connection.close()
    raise TimeoutError(f"No page within {LONGEST} s.")
