"""The relay's part in a house of the tests: what waits is sent, each by itself, and arrives."""

from collections.abc import Collection, MutableMapping
from datetime import datetime, timedelta

from bot.storage.lanes import heads
from bot.storage.outbox import Delivery, Outbox
from bot.storage.unit_of_work import Database

QUIET = {platform: timedelta(0) for platform in ("slack", "web", "mail")}


def send_all(
    database: Database,
    now: datetime,
    stands: MutableMapping[tuple[str, str], Delivery] | None = None,
    failing: Collection[str] = (),
) -> list[Delivery]:
    """In the order in which it went, but for what went to `failing` channels; `stands` has what stands where by then,
    by conversation and key."""
    found: list[Delivery] = []
    while True:
        with database.begin() as unit:
            ready = heads(unit, now, QUIET).ready
            for row in ready:
                delivery = Outbox(unit).claim(row, now)
                assert delivery is not None
                if delivery.place.channel in failing:
                    Outbox(unit).fail(delivery, "Guildhall is not in that channel.", now)
                    continue
                Outbox(unit).sent(delivery, delivery.message_id or f"id-{delivery.id}", now)
                if stands is not None:
                    stands[delivery.place.conversation, delivery.key] = delivery
                found.append(delivery)
        if not ready:
            return found
