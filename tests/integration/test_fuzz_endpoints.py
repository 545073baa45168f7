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
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.fake_slack import BOT_KEY, BOT_USER, SIGNING_KEY, TEAM, FakeSlack
from tests.fake_teams import DANA, TENANT, FakeTeams
from tests.fake_teams.connector import CLIENT_KEY
from tests.fuzzing import Fuzzer, Proofs, Request
from tests.recorded import recorded, recordings
from tests.running import index_library, settings_in
from tests.teams_requests import APP, ISSUER, MEGAN, SERVICE
from tests.teams_requests import TENANT as RECORDED_TENANT
from tests.token_issuer import TokenIssuer, unsigned
from tests.token_issuer import serving as issuing

COUNT = int(os.environ.get("GUILDHALL_FUZZ", "1500"))
WARM = COUNT // 5
AT_ONCE = 12
GROWTH = 50 * 1024  # KiB
SOURCES = 20  # loopback addresses to send from: of one there are not enough ports for so many connections
STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})")
CHATS = ("/slack/events", "/api/messages")

Statuses = dict[str, Counter[int]]
"""How often each status came, by endpoint; 0 where the connection was closed or nothing came in time."""


@pytest.mark.promise
async def test_nothing_that_is_sent_makes_a_5xx_or_eats_the_memory(tmp_path: Path) -> None:
    async with (
        FakeSlack() as slack,
        FakeTeams(app_id=APP) as teams,
        issuing(TokenIssuer()) as issuer,
        serving(tmp_path, slack, teams, issuer) as (process, port),
    ):
        requests = Fuzzer(1, proofs(issuer, teams), names(teams)).requests()
        statuses: Statuses = {}
        await send(requests, WARM, port, statuses)
        before = resident(process.pid)
        await send(requests, COUNT - WARM, port, statuses)
        after = resident(process.pid)
        assert process.returncode is None
        assert await status_of(("GET", "/healthz", {}, b""), port, "127.0.0.1") == 200
        answered = sum(len(chat.activities) for chat in teams.chats.values())
    for endpoint, counted in statuses.items():
        sys.stdout.write(f"{endpoint}: {counted.total():,} requests: {dict(sorted(counted.items()))}\n")
    sys.stdout.write(f"{before} to {after} KiB\n")
    assert {status for counted in statuses.values() for status in counted if status >= 500} == set()
    for endpoint in CHATS:
        assert statuses[endpoint][200] > statuses[endpoint].total() / 5, "hardly anything got through"
        assert statuses[endpoint][401], "whatever was sent, its sender was believed"
    assert answered, "nothing came of what got through"
    assert after - before < GROWTH


def proofs(issuer: TokenIssuer, teams: FakeTeams) -> Proofs:
    now = datetime.now(UTC) - timedelta(minutes=1)
    claims = {"iss": ISSUER, "aud": APP, "serviceurl": teams.url}
    refused = (
        issuer.token({**claims, "aud": "another"}, at=now),
        issuer.token({**claims, "iss": "another"}, at=now),
        issuer.token({**claims, "serviceurl": ["x"]}, at=now),
        issuer.token({**claims, "aud": {}, "exp": "x" * 999}, at=now),
        issuer.token(claims, at=now - timedelta(days=1)),
        issuer.token(claims, at=now, signed_by="another"),
        issuer.token(claims, at=now, kid="unknown"),
        unsigned({"alg": "none"}, claims),
        unsigned({"alg": "HS256", "kid": ["key-1"]}, claims, b"\0" * 32),
    )
    return Proofs(SIGNING_KEY, issuer.token(claims, at=now, lasts=timedelta(days=1)), refused)


def names(teams: FakeTeams) -> dict[str, str]:
    """Of what there is, by what was recorded. The chats are Guildhall's from now on."""
    for each in recordings("teams"):
        conversation = recorded("teams", each)["conversation"]
        assert isinstance(conversation, dict)
        teams.chat(conversation["id"].partition(";")[0], conversation["conversationType"], DANA)
    return {
        "T123ABC456": TEAM,
        "U0GUILDHAL": BOT_USER,
        SERVICE: teams.url,
        RECORDED_TENANT: TENANT,
        MEGAN: DANA.object_id,
    }


@asynccontextmanager
async def serving(
    folder: Path, slack: FakeSlack, teams: FakeTeams, issuer: TokenIssuer
) -> AsyncIterator[tuple[Process, int]]:
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
        "GUILDHALL_LOG_LEVEL": "error",
        "SLACK_BOT_TOKEN": BOT_KEY,
        "SLACK_SIGNING_SECRET": SIGNING_KEY,
        "SLACK_API_URL": slack.api_url,
        "MicrosoftAppId": APP,
        "MicrosoftAppPassword": CLIENT_KEY,
        "MicrosoftAppTenantId": TENANT,
    }
    with (folder / "server.log").open("wb") as log:
        command = [sys.executable, "-m", "tests.integration.serve_here", teams.url, issuer.metadata_url]
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


async def send(requests: Iterator[Request], number: int, port: int, statuses: Statuses) -> None:
    async def one(sender: int) -> None:
        for request in (next(requests) for _ in range(sender, number, AT_ONCE)):
            status = await status_of(request, port, f"127.0.0.{1 + sender % SOURCES}")
            endpoint = request[1] if request[1] in CHATS else "elsewhere"
            statuses.setdefault(endpoint, Counter())[status] += 1
            if status >= 500:
                sys.stdout.write(f"{status} {request}\n")

    await asyncio.gather(*(one(sender) for sender in range(AT_ONCE)))


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
