"""Subscriptions to calendars and letters: calendar and mail programs do not sign in, so each has an address that only
its person knows."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Index, String, Table, delete, select

from bot.storage.tables import UtcDateTime, insert_once, metadata
from bot.storage.unit_of_work import UnitOfWork

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("feed", String(60), primary_key=True),
    Column("subject", String(200), primary_key=True),
    Column("person_id", String(200), primary_key=True),
    Column("key", String(64), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Index(None, "key", unique=True),
)

KEY_LIMIT = 64


@dataclass(frozen=True, slots=True)
class Subscription:
    """`feed` says which feature fills it or ends it, ``feature.what``; `subject` what it is about, empty where that
    is the person."""

    feed: str
    subject: str
    person_id: str


class Subscriptions:
    """Rows inside one unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def key_of(self, subscription: Subscription, now: datetime) -> str:
        """The same every time; made at the first."""
        row = _row(subscription)
        insert_once(self._unit.connection, subscriptions, **row, key=secrets.token_urlsafe(32), made_at=now)
        query = select(subscriptions.c.key).filter_by(**row)
        key: str = self._unit.connection.execute(query).scalar_one()
        return key

    def find(self, subscription: Subscription) -> str:
        """Its key; empty where there is none yet."""
        query = select(subscriptions.c.key).filter_by(**_row(subscription))
        return self._unit.connection.execute(query).scalar_one_or_none() or ""

    def renew(self, subscription: Subscription, now: datetime) -> str:
        """Another key: whoever has the one until now reads no more."""
        self._unit.connection.execute(delete(subscriptions).filter_by(**_row(subscription)))
        return self.key_of(subscription, now)

    def with_key(self, key: str) -> Subscription | None:
        query = select(subscriptions).where(subscriptions.c.key == key)
        row = self._unit.connection.execute(query).one_or_none()
        return None if row is None else Subscription(row.feed, row.subject, row.person_id)


def is_key(text: str) -> bool:
    """Whether it can be one."""
    return 0 < len(text) <= KEY_LIMIT and text.isascii() and text.isprintable()


def _row(subscription: Subscription) -> dict[str, str]:
    return {"feed": subscription.feed, "subject": subscription.subject, "person_id": subscription.person_id}
