"""How fast events are acknowledged, and answers come, through each platform's endpoint of the real server.

    python -m benchmarks.platforms [--events 1500] [--answers 150]

The server runs in a process of its own with the starter pack's index, against the fake Slack and the fake Teams; on the
page people look at their threads, and what counts is what their streams bring. Ratios are to a bare aiohttp endpoint
that reads JSON and says 200, in a process of its own too, in the same run.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from time import perf_counter

import numpy as np
from aiohttp import ClientSession, TCPConnector

from benchmarks.results import write_results
from benchmarks.serving import free_port
from bot.bootstrap.parts import open_embedder, utc_now
from bot.settings import Settings
from indexer.build import Workplace
from indexer.build import build as build_index
from indexer.sources.folder import Folder
from knowledge.snapshot_store import SnapshotStore
from tests.drivers.driver import Someone, Spot
from tests.drivers.web import WebDriver
from tests.fake_slack import BOT_KEY, SIGNING_KEY, FakeSlack, Sender, User
from tests.fake_teams import BOT, TENANT, FakeTeams, Member

ROOT = Path(__file__).resolve().parent.parent
RATE = 50  # events a second
PEOPLE = 300  # known after their first event; of each channel's pace nothing is seen
PLATFORMS = ("slack", "teams", "web")
AT_ONCE = 32
QUESTION = "When does the renewal clock start?"
BARE = """
import sys
from aiohttp import web
async def take(request):
    await request.json()
    return web.Response()
app = web.Application()
app.add_routes([web.post("/", take)])
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None, access_log=None)
"""

Send = Callable[[ClientSession, int], Awaitable[None]]
"""Sends event number so and so, and returns when it is acknowledged."""

Count = Callable[[], int]
"""How many answers have come."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=1_500)
    parser.add_argument("--answers", type=int, default=150)
    options = parser.parse_args()
    write_results("platforms", asyncio.run(measured(options.events, options.answers)))


async def measured(events: int, answers: int) -> dict[str, float | int | str]:
    figures: dict[str, float | int | str] = {"events": events, "answers": answers}
    with tempfile.TemporaryDirectory() as folder:
        async with (
            FakeSlack() as slack,
            FakeTeams() as teams,
            bare_server() as bare_url,
            product(Path(folder), slack.api_url) as base,
        ):
            figures |= await acknowledged("bare", bare(bare_url), events)
            figures |= await answered("slack", to_slack(slack, base), slack_answers(slack), events, answers)
            figures |= await answered("teams", to_teams(teams, base), teams_answers(teams), events, answers)
            async with people_on_the_page(base) as (send, count):
                figures |= await answered("web", send, count, events, answers)
    for name in PLATFORMS:
        for figure in ("ack_p50_ms", "ack_p99_ms", "acks_per_s"):
            ratio = float(figures[f"{name}_{figure}"]) / float(figures[f"bare_{figure}"])
            figures[f"{name}_{figure}_x_bare"] = round(ratio, 2)
    return figures


async def answered(name: str, send: Send, count: Count, events: int, answers: int) -> dict[str, float]:
    figures = await acknowledged(name, send, events)
    await reaches(count, 2 * events)
    begun = perf_counter()
    await at_saturation(send, range(2 * events, 2 * events + answers))
    await reaches(count, 2 * events + answers)
    return figures | {f"{name}_answers_per_s": round(answers / (perf_counter() - begun), 1)}


async def acknowledged(name: str, send: Send, events: int) -> dict[str, float]:
    times = np.array(await at_rate(send, range(events)))
    begun = perf_counter()
    await at_saturation(send, range(events, 2 * events))
    seconds = perf_counter() - begun
    return {
        f"{name}_ack_p50_ms": round(float(np.percentile(times, 50)) * 1e3, 2),
        f"{name}_ack_p99_ms": round(float(np.percentile(times, 99)) * 1e3, 2),
        f"{name}_ack_longest_ms": round(float(times.max()) * 1e3, 2),
        f"{name}_acks_per_s": round(events / seconds, 1),
    }


async def at_rate(send: Send, numbers: range) -> list[float]:
    """Seconds to each acknowledgement, `RATE` a second whatever the answers do."""
    async with session() as client:
        begun = perf_counter()

        async def one(order: int, number: int) -> float:
            await asyncio.sleep(max(0.0, begun + order / RATE - perf_counter()))
            started = perf_counter()
            await send(client, number)
            return perf_counter() - started

        return await asyncio.gather(*(one(order, number) for order, number in enumerate(numbers)))


async def at_saturation(send: Send, numbers: range) -> None:
    waiting = iter(numbers)
    async with session() as client:

        async def one() -> None:
            for number in waiting:
                await send(client, number)

        await asyncio.gather(*(one() for _ in range(AT_ONCE)))


def session() -> ClientSession:
    return ClientSession(connector=TCPConnector(limit=0))


def bare(url: str) -> Send:
    async def send(client: ClientSession, number: int) -> None:
        async with client.post(url, json={"text": QUESTION, "number": number}) as response:
            response.raise_for_status()

    return send


def to_slack(slack: FakeSlack, base: str) -> Send:
    """Direct messages, each of a person of their own, so that no channel's pace holds them up."""
    sender = Sender(f"{base}/slack/events")

    async def send(client: ClientSession, number: int) -> None:
        who = number % PEOPLE
        user, channel, ts = f"U{who:06d}", f"D{who:06d}", f"17{number:08d}.000100"
        if user not in slack.users:
            slack.add_user(User(user, f"Person {who}"))
            slack.direct_channel(user)
        event: dict[str, object] = {"type": "message", "channel_type": "im", "user": user, "channel": channel}
        event |= {"ts": ts, "event_ts": ts, "text": QUESTION}
        body = json.dumps(sender.event_body(event, f"Ev{number}")).encode()
        headers = {"Content-Type": "application/json", **sender.signed(body)}
        async with client.post(sender.url, data=body, headers=headers) as response:
            response.raise_for_status()

    return send


def to_teams(teams: FakeTeams, base: str) -> Send:
    async def send(client: ClientSession, number: int) -> None:
        who = number % PEOPLE
        object_id = f"00000000-0000-0000-0000-{who:012d}"
        chat = f"a:{object_id}"
        if chat not in teams.chats:
            teams.chat(chat, "personal", Member(f"29:{who}", object_id, f"Person {who}", f"p{who}@x.example"))
        activity = {
            "type": "message",
            "id": f"17{number:011d}",
            "channelId": "msteams",
            "serviceUrl": teams.url,
            "from": {"id": f"29:{who}", "name": f"Person {who}", "aadObjectId": object_id},
            "recipient": {"id": BOT, "name": "Guildhall"},
            "conversation": {"id": chat, "conversationType": "personal", "tenantId": TENANT},
            "channelData": {"tenant": {"id": TENANT}},
            "text": QUESTION,
        }
        async with client.post(f"{base}/api/messages", json=activity) as response:
            response.raise_for_status()

    return send


@asynccontextmanager
async def people_on_the_page(base: str) -> AsyncIterator[tuple[Send, Count]]:
    """Everybody is signed in and looks at a thread of their own."""
    driver = WebDriver(base)
    people = [await driver.person(f"Person {number}") for number in range(PEOPLE)]
    spots = [await driver.direct(who) for who in people]
    answers: set[str] = set()

    async def look(who: Someone, spot: Spot) -> None:
        async for entry_id, html in driver.stream(who, spot):
            if 'class="entry answer"' in html:
                answers.add(entry_id)

    async def send(_: ClientSession, number: int) -> None:
        await driver.say(people[number % PEOPLE], spots[number % PEOPLE], QUESTION)

    looking = [asyncio.create_task(look(who, spot)) for who, spot in zip(people, spots, strict=True)]
    try:
        yield send, lambda: len(answers)
    finally:
        for task in looking:
            task.cancel()
        await asyncio.wait(looking)
        await driver.close()


def slack_answers(slack: FakeSlack) -> Count:
    return lambda: len(slack.calls_of("chat.postMessage"))


def teams_answers(teams: FakeTeams) -> Count:
    return lambda: sum(len(chat.activities) for chat in teams.chats.values())


async def reaches(count: Count, wanted: int) -> None:
    """Until so many have come, those of earlier events too."""
    end = perf_counter() + 300
    for _ in iter(lambda: count() < wanted, False):
        if perf_counter() > end:
            raise TimeoutError(f"{count()} of {wanted} answers came.")
        await asyncio.sleep(0.02)


@asynccontextmanager
async def bare_server() -> AsyncIterator[str]:
    port = free_port()
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", BARE, str(port))
    try:
        await listening(port)
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        await process.wait()


@asynccontextmanager
async def product(folder: Path, slack_api_url: str) -> AsyncIterator[str]:
    home, port = folder / "home", free_port()
    settings = Settings.model_validate({"home": home})
    settings.snapshots.mkdir(parents=True)
    workplace = Workplace(home, SnapshotStore(settings.snapshots), open_embedder(settings))
    await asyncio.to_thread(index, workplace)
    environment = os.environ | {
        "GUILDHALL_HOME": str(home),
        "GUILDHALL_PORT": str(port),
        "GUILDHALL_STARTER": "",
        "GUILDHALL_LOG_LEVEL": "error",
        "GUILDHALL_TEAMS_PLAYGROUND": "true",
        "SLACK_BOT_TOKEN": BOT_KEY,
        "SLACK_SIGNING_SECRET": SIGNING_KEY,
        "SLACK_API_URL": slack_api_url,
    }
    command = [sys.executable, "-m", "bot", "serve"]
    process = await asyncio.create_subprocess_exec(*command, env=environment, stdout=asyncio.subprocess.DEVNULL)
    try:
        await listening(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        await process.wait()


def index(workplace: Workplace) -> None:
    build_index([Folder("Starter knowledge", ROOT / "examples" / "starter")], workplace, at=utc_now())


async def listening(port: int) -> None:
    async with asyncio.timeout(60):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.1)
            else:
                writer.close()
                return


if __name__ == "__main__":
    main()
