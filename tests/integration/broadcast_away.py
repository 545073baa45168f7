"""The clock and the relay of a server without its page, to be killed: sends what is due to the Slack it is given.

Arguments: the database's URL and the address of Slack's Web API.
"""

import asyncio
import sys

from bot.commands.logs import configure_logs
from bot.features.broadcasts.jobs import BroadcastJobs
from bot.platforms.slack.client import SlackApi
from bot.platforms.slack.messenger import SlackMessenger
from bot.platforms.slack.surfaces import Surfaces
from bot.storage.engine import open_engine
from bot.storage.unit_of_work import Database
from bot.timekeeper import Timekeeper
from tests.slack_out import installations, now, relaying

BATCH = 5


async def main(url: str, api_url: str) -> None:
    configure_logs("error")
    database = Database(open_engine(url))
    api = SlackApi(installations(), api_url, now)
    timekeeper = Timekeeper(database, BroadcastJobs(batch=BATCH).timers(), now)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    async with relaying(database, SlackMessenger(api, now, Surfaces(api)), quiet=0.6):
        timekeeper.start()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))
