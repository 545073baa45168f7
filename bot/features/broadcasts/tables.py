"""Where broadcasts are kept, and how a row becomes one."""

from dataclasses import fields
from datetime import datetime

from sqlalchemy import Boolean, Column, Index, Integer, Row, String, Table, Text

from bot.features.broadcasts.model import Broadcast, BroadcastState
from bot.storage.serialisation import message_from_json, message_to_json
from bot.storage.tables import UtcDateTime, metadata

NAME_LENGTH = 200
REASON_LENGTH = 500

broadcasts = Table(
    "broadcasts",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("about", String(200), nullable=False),
    Column("made_by", String(200), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("message", Text, nullable=False),
    Column("letter", Text),
    Column("local_at", String(30)),
    Column("zone", String(64), nullable=False),
    Column("outsiders", Boolean, nullable=False),
    Column("state", String(20), nullable=False),
    Column("version", Integer, nullable=False),
    Column("acted_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
    Index(None, "about"),
)

targets = Table(
    "broadcasts_targets",
    metadata,
    Column("broadcast_id", String(32), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("platform", String(50), nullable=False),
    Column("channel", String(300), nullable=False),
    Column("person_id", String(200), nullable=False),
    Column("name", String(NAME_LENGTH), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("due_at", UtcDateTime),
    Column("state", String(20), nullable=False),
    Column("version", Integer, nullable=False),
    Column("conversation", String(500), nullable=False),
    Column("reason", String(REASON_LENGTH), nullable=False),
    Column("arrived_at", UtcDateTime),
    # Whatever goes wrong before it: nobody gets one twice.
    Index(None, "broadcast_id", "platform", "channel", "person_id", unique=True),
    Index(None, "broadcast_id", "state", "due_at"),
    Index(None, "conversation"),
    Index(None, "person_id"),
)

openings = Table(
    "broadcasts_openings",
    metadata,
    Column("about", String(200), primary_key=True),
    Column("person_id", String(200), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "person_id"),
)

reactions = Table(
    "broadcasts_reactions",
    metadata,
    Column("broadcast_id", String(32), primary_key=True),
    Column("number", Integer, primary_key=True),  # of the target
    Column("name", String(100), primary_key=True),
    Column("person_id", String(200), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "person_id"),
)

PERSON_COLUMNS = (broadcasts.c.made_by, targets.c.person_id, openings.c.person_id, reactions.c.person_id)
"""They follow when two people prove to be one."""


def broadcast_columns(broadcast: Broadcast) -> dict[str, object]:
    own = {each.name: getattr(broadcast, each.name) for each in fields(broadcast)}
    return {
        **own,
        "message": message_to_json(broadcast.message),
        "letter": None if broadcast.letter is None else message_to_json(broadcast.letter),
        "local_at": None if broadcast.local_at is None else broadcast.local_at.isoformat(timespec="minutes"),
    }


def broadcast_of(row: Row[*tuple[object, ...]]) -> Broadcast:
    return Broadcast(
        **{
            **row._mapping,
            "message": message_from_json(row.message),
            "letter": None if row.letter is None else message_from_json(row.letter),
            "local_at": None if row.local_at is None else datetime.fromisoformat(row.local_at),
            "state": BroadcastState(row.state),
        }
    )
