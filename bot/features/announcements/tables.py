"""Where announcements are kept, who has read them, and how a row becomes one."""

import json
from dataclasses import asdict, fields
from datetime import datetime

from sqlalchemy import Boolean, Column, Index, Integer, Row, String, Table, Text

from bot.features.announcements.model import Announcement, AnnouncementState, Audience
from bot.storage.tables import UtcDateTime, metadata

NAME_LENGTH = 200

announcements = Table(
    "announcements",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("title", String(200), nullable=False),
    Column("text", Text, nullable=False),
    Column("author_id", String(200), nullable=False),
    Column("author_name", String(NAME_LENGTH), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("audience", Text, nullable=False),
    Column("local_at", String(30)),
    Column("asks_read", Boolean, nullable=False),
    Column("writer_id", String(200), nullable=False),
    Column("state", String(20), nullable=False),
    Column("word", Text, nullable=False),
    Column("approved_by", String(200), nullable=False),
    Column("approved_name", String(NAME_LENGTH), nullable=False),
    Column("sent_at", UtcDateTime),
    Column("corrected_at", UtcDateTime),
    Column("revision", Integer, nullable=False),
    Index(None, "state", "sent_at"),
)

reads = Table(
    "announcements_reads",
    metadata,
    Column("announcement_id", String(32), primary_key=True),
    Column("person_id", String(200), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "person_id"),
)

cards = Table(
    "announcements_cards",
    metadata,
    Column("announcement_id", String(32), primary_key=True),
    Column("person_id", String(200), primary_key=True),
    Column("place", Text, nullable=False),
    Column("message_key", String(300), nullable=False),
    Index(None, "person_id"),
)

PERSON_COLUMNS = (
    announcements.c.author_id,
    announcements.c.writer_id,
    announcements.c.approved_by,
    reads.c.person_id,
    cards.c.person_id,
)
"""They follow when two people prove to be one."""


def announcement_columns(announcement: Announcement) -> dict[str, object]:
    own = {each.name: getattr(announcement, each.name) for each in fields(announcement)}
    return {
        **own,
        "audience": json.dumps(asdict(announcement.audience), ensure_ascii=False),
        "local_at": announcement.local_at.isoformat(timespec="minutes") if announcement.local_at else None,
    }


def announcement_of(row: Row[*tuple[object, ...]]) -> Announcement:
    return Announcement(
        **{
            **row._mapping,
            "audience": _audience(row.audience),
            "local_at": datetime.fromisoformat(row.local_at) if row.local_at else None,
            "state": AnnouncementState(row.state),
        }
    )


def _audience(text: str) -> Audience:
    kept = json.loads(text)
    channels, outside = (
        tuple((platform, channel) for platform, channel in kept[name]) for name in ("channels", "outside")
    )
    return Audience(tuple(kept["groups"]), channels, outside)
