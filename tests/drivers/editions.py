"""Digests that are due before their time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from bot.features.digests.jobs import EDITION
from bot.features.digests.model import Digest
from bot.features.digests.store import SqlDigests
from bot.features.digests.tables import digest_of, digests
from bot.storage.timers import Timers
from bot.storage.unit_of_work import Database


def newest(database: Database) -> Digest:
    """What was set up last."""
    with database.reading() as unit:
        query = select(digests).order_by(digests.c.made_at.desc()).limit(1)
        return digest_of(unit.connection.execute(query).one())


def is_due(database: Database, known: Digest) -> None:
    """As if its moment had come a minute ago."""
    now = datetime.now(UTC)
    first = (now - timedelta(minutes=1)).replace(second=0, microsecond=0, tzinfo=None)
    earlier = replace(known, first=first, rule="FREQ=DAILY", zone="UTC", active_from=now - timedelta(hours=1))
    with database.begin() as unit:
        assert SqlDigests(unit).change(earlier)
        Timers(unit).set(EDITION, known.id, now)
