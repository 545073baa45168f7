"""How channels are kept."""

import json
from datetime import datetime, timedelta
from functools import cache
from typing import Protocol

from pydantic import TypeAdapter
from sqlalchemy import (
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    delete,
    insert,
    select,
    update,
)

from bot.chat.turn import Place
from bot.features.channels.model import USUAL, Channel, Deciders, Listening, Policy
from bot.storage.tables import UtcDateTime, insert_once, metadata
from bot.storage.unit_of_work import UnitOfWork
from knowledge.document import DocumentKind

channels = Table(
    "channels",
    metadata,
    Column("platform", String(50), primary_key=True),
    Column("channel", String(300), primary_key=True),
    Column("title", String(200), nullable=False),
    Column("called", String(200), nullable=False),
    Column("listening", String(20), nullable=False),
    Column("answer_from", Float, nullable=False),
    Column("hubs", Text, nullable=False),
    Column("kinds", Text, nullable=False),
    Column("deciders", String(20), nullable=False),
    Column("asks_first", Boolean, nullable=False),
    Column("next_after", Integer, nullable=False),  # minutes
    Column("answer_within", Integer, nullable=False),  # minutes
    Column("for_experts", Boolean, nullable=False),
    Column("lead", String(200), nullable=False),
    Column("shadow", Boolean, nullable=False),
    Column("shadow_bar", Float, nullable=False),
    Column("zone", String(64), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("previous", Text),
    Column("changed_by", String(200), nullable=False),
    Column("changed_at", UtcDateTime),
    Column("seen_at", UtcDateTime),
    Column("has_outsiders", Boolean, nullable=False),
    Index(None, "seen_at"),
)

channel_deciders = Table(
    "channel_deciders",
    metadata,
    Column("platform", String(50), primary_key=True),
    Column("channel", String(300), primary_key=True),
    Column("person_id", String(200), primary_key=True),
    Index(None, "person_id"),
)


class ChannelStore(Protocol):
    """Channels inside one transaction."""

    def get(self, platform: str, channel: str) -> Channel | None: ...

    def all(self) -> list[Channel]:
        """Where Guildhall was spoken to last comes first."""
        ...

    def for_experts(self) -> list[Channel]:
        """Where cards of questions for experts are shown: nowhere where people from outside the company read along."""
        ...

    def note(self, place: Place, at: datetime) -> None:
        """Somebody spoke to Guildhall there, or brought it there. What it is called follows the place, where that has a
        title."""
        ...

    def change(self, channel: Channel) -> bool:
        """Keep the policy under its new revision; False where somebody else has changed it since the one before."""
        ...

    def set_title(self, platform: str, channel: str, title: str) -> None:
        """What an admin says that people call it; empty for what the platform does."""
        ...


@cache
def _policies() -> TypeAdapter[Policy]:
    return TypeAdapter(Policy)


class SqlChannels:
    """Fills `ChannelStore`."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def get(self, platform: str, channel: str) -> Channel | None:
        query = select(channels).where(channels.c.platform == platform, channels.c.channel == channel)
        row = self._unit.connection.execute(query).one_or_none()
        return None if row is None else self._channel(row)

    def all(self) -> list[Channel]:
        query = select(channels).order_by(channels.c.seen_at.desc(), channels.c.platform, channels.c.channel)
        return [self._channel(row) for row in self._unit.connection.execute(query).all()]

    def for_experts(self) -> list[Channel]:
        query = select(channels).where(channels.c.for_experts, ~channels.c.has_outsiders)
        ordered = query.order_by(channels.c.platform, channels.c.channel)
        return [self._channel(row) for row in self._unit.connection.execute(ordered).all()]

    def note(self, place: Place, at: datetime) -> None:
        fresh = _fresh(place.platform, place.channel) | {
            "called": place.title[:200],
            "seen_at": at,
            "has_outsiders": not place.members,
        }
        if not insert_once(self._unit.connection, channels, **fresh):
            called = {"called": place.title[:200]} if place.title else {}
            self._set(place.platform, place.channel, seen_at=at, has_outsiders=not place.members, **called)

    def change(self, channel: Channel) -> bool:
        policy, key = channel.policy, (channel.platform, channel.channel)
        insert_once(self._unit.connection, channels, **_fresh(*key))
        changed = (
            update(channels)
            .where(
                channels.c.platform == channel.platform,
                channels.c.channel == channel.channel,
                channels.c.revision == channel.revision - 1,
            )
            .values(
                **_policy_values(policy),
                revision=channel.revision,
                previous=_policies().dump_json(channel.previous).decode() if channel.previous else None,
                changed_by=channel.changed_by,
                changed_at=channel.changed_at,
            )
        )
        if self._unit.connection.execute(changed).rowcount != 1:
            return False
        named = channel_deciders.c
        self._unit.connection.execute(
            delete(channel_deciders).where(named.platform == channel.platform, named.channel == channel.channel)
        )
        for person_id in dict.fromkeys(policy.named):
            values = {"platform": channel.platform, "channel": channel.channel, "person_id": person_id}
            self._unit.connection.execute(insert(channel_deciders).values(**values))
        return True

    def set_title(self, platform: str, channel: str, title: str) -> None:
        self._set(platform, channel, title=title[:200])

    def _set(self, platform: str, channel: str, **values: object) -> None:
        self._unit.connection.execute(
            update(channels).where(channels.c.platform == platform, channels.c.channel == channel).values(**values)
        )

    def _named(self, platform: str, channel: str) -> tuple[str, ...]:
        named = channel_deciders.c
        query = select(named.person_id).where(named.platform == platform, named.channel == channel)
        return tuple(self._unit.connection.execute(query.order_by(named.person_id)).scalars())

    def _channel(self, row: Row[*tuple[object, ...]]) -> Channel:
        deciders = Deciders(row.deciders)
        return Channel(
            platform=row.platform,
            channel=row.channel,
            title=row.title,
            called=row.called,
            policy=Policy(
                listening=Listening(row.listening),
                answer_from=row.answer_from,
                hubs=frozenset(json.loads(row.hubs)),
                kinds=frozenset(map(DocumentKind, json.loads(row.kinds))),
                deciders=deciders,
                named=self._named(row.platform, row.channel) if deciders is Deciders.NAMED else (),
                asks_first=row.asks_first,
                next_after=timedelta(minutes=row.next_after),
                answer_within=timedelta(minutes=row.answer_within),
                for_experts=row.for_experts,
                lead=row.lead,
                shadow=row.shadow,
                shadow_bar=row.shadow_bar,
                zone=row.zone,
            ),
            revision=row.revision,
            previous=_policies().validate_json(row.previous) if row.previous else None,
            changed_by=row.changed_by,
            changed_at=row.changed_at,
            seen_at=row.seen_at,
            has_outsiders=row.has_outsiders,
        )


def _policy_values(policy: Policy) -> dict[str, object]:
    """All but who is named, which is a table of its own."""
    return {
        "listening": policy.listening,
        "answer_from": policy.answer_from,
        "hubs": json.dumps(sorted(policy.hubs), ensure_ascii=False),
        "kinds": json.dumps(sorted(policy.kinds)),
        "deciders": policy.deciders,
        "asks_first": policy.asks_first,
        "next_after": policy.next_after // timedelta(minutes=1),
        "answer_within": policy.answer_within // timedelta(minutes=1),
        "for_experts": policy.for_experts,
        "lead": policy.lead,
        "shadow": policy.shadow,
        "shadow_bar": policy.shadow_bar,
        "zone": policy.zone,
    }


def _fresh(platform: str, channel: str) -> dict[str, object]:
    """A row where nothing has been decided."""
    key = {
        "platform": platform,
        "channel": channel,
        "title": "",
        "called": "",
        "revision": 0,
        "changed_by": "",
        "has_outsiders": False,
    }
    return key | _policy_values(USUAL)
