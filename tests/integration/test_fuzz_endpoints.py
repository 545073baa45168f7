"""Noise and payloads gone wrong at every endpoint of the real server, in a process of its own.

A reduced count; ``GUILDHALL_FUZZ=100000 python -m pytest tests/integration/test_fuzz_endpoints.py -s`` is the promise.
"""

import asyncio
import os
import re
import socket
import sys
from asyncio.subprocess import Process
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.fake_slack import BOT_KEY, BOT_USER, SIGNING_KEY, TEAM, FakeSlack
from tests.fake_teams import FakeTeams
from tests.fuzzing import Fuzzer, Request
from tests.running import index_library, settings_in

COUNT = int(os.environ.get("GUILDHALL_FUZZ", "1500"))
WARM = COUNT // 5
AT_ONCE = 12
GROWTH = 50 * 1024  # KiB
SOURCES = 20  # loopback addresses to send from: of one there are not enough ports for so many connections
STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})")
RECORDED_URL = "https://smba.trafficmanager.net/amer/"


@pytest.mark.promise
async def test_nothing_that_is_sent_makes_a_5xx_or_eats_the_memory(tmp_path: Path) -> None:
    async with FakeSlack() as slack, FakeTeams() as teams, serving(tmp_path, slack.api_url) as (process, port):
        names = {"T123ABC456": TEAM, "U0GUILDHAL": BOT_USER, RECORDED_URL: f"{teams.url}/"}
        requests = Fuzzer(1, SIGNING_KEY, names).requests()
        statuses = await sent(requests, WARM, port)
        before = resident(process.pid)
        statuses += await sent(requests, COUNT - WARM, port)
        after = resident(process.pid)
        assert process.returncode is None
        assert await status_of(("GET", "/healthz", {}, b""), port, "127.0.0.1") == 200
    sys.stdout.write(f"{COUNT:,} requests: {dict(sorted(statuses.items()))}; {before} to {after} KiB\n")
    assert {status: number for status, number in statuses.items() if status >= 500} == {}
    assert statuses[200] > COUNT / 50, "nothing got through, so nothing was tested"
    assert after - before < GROWTH


@asynccontextmanager
async def serving(folder: Path, slack_api_url: str) -> AsyncIterator[tuple[Process, int]]:
    settings = settings_in(folder)
    library = folder / "library"
    library.mkdir()
    (library / "open.md").write_text("---\naudience: everyone\n---\n# Open\nWords that all may read.\n", "utf-8")
    await asyncio.to_thread(index_library, settings, library)
    port = free_port()
    environment = os.environ | {
        "GUILDHALL_HOME": str(settings.home),
        "GUILDHALL_PORT": str(port),
        "GUILDHALL_STARTER": "",
        "GUILDHALL_TEAMS_PLAYGROUND": "true",
        "GUILDHALL_LOG_LEVEL": "error",
        "SLACK_BOT_TOKEN": BOT_KEY,
        "SLACK_SIGNING_SECRET": SIGNING_KEY,
        "SLACK_API_URL": slack_api_url,
    }
    with (folder / "server.log").open("wb") as log:
        command = [sys.executable, "-m", "bot", "serve"]
        process = await asyncio.create_subprocess_exec(*command, env=environment, stdout=log, stderr=log)
        try:
            for _ in range(600):
                if await status_of(("GET", "/healthz", {}, b""), port, "127.0.0.1") == 200:
                    break
                await asyncio.sleep(0.1)
            yield process, port
        finally:
            process.terminate()
            await process.wait()


async def sent(requests: Iterator[Request], number: int, port: int) -> Counter[int]:
    """How often each status came; 0 where the connection was closed or nothing came in time."""
    statuses: Counter[int] = Counter()

    async def send(sender: int) -> None:
        for request in (next(requests) for _ in range(sender, number, AT_ONCE)):
            status = await status_of(request, port, f"127.0.0.{1 + sender % SOURCES}")
            statuses[status] += 1
            if status >= 500:
                sys.stdout.write(f"{status} {request}\n")

    await asyncio.gather(*(send(sender) for sender in range(AT_ONCE)))
    return statuses


async def status_of(request: Request, port: int, source: str) -> int:
    method, path, headers, body = request
    usual = {"Host": f"127.0.0.1:{port}".encode(), "Connection": b"close", "Content-Length": str(len(body)).encode()}
    lines = [name.encode() + b": " + value for name, value in (usual | headers).items()]
    try:
        async with asyncio.timeout(5):
            reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(source, 0))
            try:
                writer.write(b"\r\n".join([f"{method} {path} HTTP/1.1".encode(), *lines, b"", body]))
                found = STATUS.match(await reader.readline())
            finally:
                writer.close()
    except (OSError, TimeoutError, ValueError):
        return 0
    return int(found[1]) if found else 0


def resident(pid: int) -> int:
    """KiB of memory that the process has."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        pytest.skip("Memory is measured on Linux only.")
    found = re.search(r"VmRSS:\s+(\d+) kB", status.read_text(encoding="ascii"))
    assert found is not None
    return int(found[1])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
