"""The relay's part in a house of the tests: what waits is sent, each by itself, and arrives."""

from collections.abc import MutableMapping
from datetime import datetime, timedelta

from bot.storage.lanes import heads
from bot.storage.outbox import Delivery, Outbox
from bot.storage.unit_of_work import Database

QUIET = {"slack": timedelta(0), "mail": timedelta(0)}


def send_all(database: Database, now: datetime, stands: MutableMapping[tuple[str, str], Delivery]) -> list[Delivery]:
    """In the order in which it went; `stands` has what stands where by then, by conversation and key."""
    found: list[Delivery] = []
    while True:
        with database.begin() as unit:
            ready = heads(unit, now, QUIET).ready
            for row in ready:
                delivery = Outbox(unit).claim(row, now)
                assert delivery is not None
                Outbox(unit).sent(delivery, delivery.message_id or f"id-{delivery.id}", now)
                stands[delivery.place.conversation, delivery.key] = delivery
                found.append(delivery)
        if not ready:
            return found
