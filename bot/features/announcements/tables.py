"""Where announcements are kept, who has read them, and how a row becomes one."""

import json
from dataclasses import asdict, fields
from datetime import datetime

from sqlalchemy import Boolean, Column, Index, Integer, Row, String, Table, Text

from bot.features.announcements.model import Announcement, AnnouncementState, Audience, Correction
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
    Column("writer_name", String(NAME_LENGTH), nullable=False),
    Column("state", String(20), nullable=False),
    Column("word", Text, nullable=False),
    Column("approved_by", String(200), nullable=False),
    Column("approved_name", String(NAME_LENGTH), nullable=False),
    Column("sent_at", UtcDateTime),
    Column("corrected_at", UtcDateTime),
    Column("corrector_id", String(200), nullable=False),
    Column("correction", Text),
    Column("edition", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Index(None, "state", "sent_at"),
)

reads = Table(
    "announcements_reads",
    metadata,
    Column("announcement_id", String(32), primary_key=True),
    Column("person_id", String(200), primary_key=True),
    Column("edition", Integer, nullable=False),
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
    announcements.c.corrector_id,
    announcements.c.approved_by,
    reads.c.person_id,
    cards.c.person_id,
)
"""They follow when two people prove to be one."""


def announcement_columns(announcement: Announcement) -> dict[str, object]:
    own = {each.name: getattr(announcement, each.name) for each in fields(announcement)}
    correction = announcement.correction
    return {
        **own,
        "corrector_id": correction.by_id if correction else "",
        "correction": json.dumps(asdict(correction), ensure_ascii=False) if correction else None,
        "audience": json.dumps(asdict(announcement.audience), ensure_ascii=False),
        "local_at": announcement.local_at.isoformat(timespec="minutes") if announcement.local_at else None,
    }


def announcement_of(row: Row[*tuple[object, ...]]) -> Announcement:
    own = {name: value for name, value in row._mapping.items() if name != "corrector_id"}
    return Announcement(
        **{
            **own,
            "correction": _correction(row.correction, row.corrector_id),
            "audience": _audience(row.audience),
            "local_at": datetime.fromisoformat(row.local_at) if row.local_at else None,
            "state": AnnouncementState(row.state),
        }
    )


def _correction(text: str | None, by_id: str) -> Correction | None:
    return None if text is None else Correction(**{**json.loads(text), "by_id": by_id})


def _audience(text: str) -> Audience:
    kept = json.loads(text)
    channels, outside = (
        tuple((platform, channel) for platform, channel in kept[name]) for name in ("channels", "outside")
    )
    return Audience(tuple(kept["groups"]), channels, outside)
