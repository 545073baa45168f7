"""Guildhall's outbound half of Slack against the fake one, with the real relay."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

from bot.chat.reply import Message, Post
from bot.chat.turn import Place
from bot.platforms.slack.client import SlackApi
from bot.platforms.slack.installations import Installation, Installations
from bot.platforms.slack.messenger import SlackMessenger
from bot.platforms.slack.surfaces import Surfaces
from bot.platforms.slack.workspace import Workspace
from bot.relay import Outlet, Relay
from bot.storage.outbox import Outbox, OutboxState, outbox
from bot.storage.unit_of_work import Database
from tests.fake_slack import BOT_KEY, BOT_USER, TEAM, Channel, FakeSlack, User

CHANNEL = Place("slack", f"{TEAM}:C1", is_shared=True)
DIRECT = Place("slack", f"{TEAM}:U1")


def now() -> datetime:
    return datetime.now(UTC)


def peopled(slack: FakeSlack) -> FakeSlack:
    slack.add_user(User("U1", "Dana Okafor", "dana@example.com"))
    slack.add_channel(Channel("C1", "general"))
    return slack


def installations() -> Installations:
    known = Installations(None, now)
    known.fix(Installation(Workspace(TEAM, BOT_USER), BOT_KEY))
    return known


@asynccontextmanager
async def messenger(slack: FakeSlack, *, streams: bool = False) -> AsyncIterator[SlackMessenger]:
    api = SlackApi(installations(), slack.api_url, now)
    try:
        yield SlackMessenger(api, now, Surfaces(api), streams=streams)
    finally:
        await api.close()


@asynccontextmanager
async def relaying(
    database: Database, messenger: SlackMessenger, *, quiet: float = 0.4, pace: float = 0
) -> AsyncIterator[Relay]:
    """A relay that looks for stranded deliveries all the time rather than every few seconds."""
    outlet = Outlet(messenger, timedelta(seconds=pace), timedelta(seconds=quiet))
    relay = Relay(database, {"slack": outlet}, now)

    async def look() -> None:
        while True:
            await asyncio.sleep(0.03)
            await relay.resolve_stranded()

    tasks = (asyncio.create_task(relay.run()), asyncio.create_task(look()))
    try:
        yield relay
    finally:
        relay.stop()
        tasks[1].cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks)


def queue(database: Database, message: Message, key: str, place: Place = CHANNEL) -> None:
    with database.begin() as unit:
        Outbox(unit).add(Post(message, key), place, now())


def rows(database: Database) -> list[tuple[str, str]]:
    """State and error of every delivery."""
    with database.reading() as unit:
        found = unit.connection.execute(outbox.select().order_by(outbox.c.id)).all()
    return [(row.state, row.error) for row in found]


def all_sent(database: Database) -> bool:
    return all(state == OutboxState.SENT for state, _ in rows(database))


def texts(messages: Iterable[dict[str, object]]) -> list[str]:
    return [str(each["text"]) for each in messages]
