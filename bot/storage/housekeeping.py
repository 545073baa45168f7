"""What is not kept for ever."""

from datetime import datetime, timedelta

from bot.storage.inbox import Inbox
from bot.storage.nonces import Nonces
from bot.storage.outbox import Outbox
from bot.storage.unit_of_work import Database

TRAFFIC = timedelta(days=30)
"""Finished turns, and deliveries that later ones replaced. No platform delivers the same event again after so long."""

BUTTONS = timedelta(days=400)
"""Buttons of older messages are answered as stale, and the messages themselves are not kept."""


def forget_old_traffic(database: Database, now: datetime) -> None:
    """A piece at a time, so that nobody waits long for it."""
    with database.begin() as unit:
        Inbox(unit).purge(now - TRAFFIC)
    with database.begin() as unit:
        Outbox(unit).purge(now - TRAFFIC, now - BUTTONS)
    with database.begin() as unit:
        Nonces(unit).purge(now - BUTTONS)
