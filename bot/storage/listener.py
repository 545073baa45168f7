"""Wake-ups from other replicas: PostgreSQL's NOTIFY, heard on a connection of its own."""

import asyncio

import psycopg
import structlog
from psycopg import sql

from bot.storage.unit_of_work import CHANNEL, Database

RETRY = 2.0
"""Seconds before a lost connection is tried again."""

log = structlog.stdlib.get_logger(__name__)


async def listen(database: Database) -> None:
    """Runs until it is cancelled. After a lost connection everybody is woken: nobody knows what was missed."""
    url = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
                await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))
                database.wakeups.wake_all()
                async for notice in connection.notifies():
                    database.wakeups.wake(notice.payload)
        except psycopg.OperationalError:
            log.warning("lost the connection for wake-ups", retry_in=RETRY)
        await asyncio.sleep(RETRY)
