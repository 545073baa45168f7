"""Where digests are kept, and how a row becomes one."""

import json
from dataclasses import fields
from datetime import datetime
from functools import cache

from pydantic import TypeAdapter
from sqlalchemy import Boolean, Column, Date, Index, Integer, Row, String, Table, Text

from bot.features.digest_entry import DigestItem, DigestKind
from bot.features.digests.model import Digest, DigestState, Edition, EditionState
from bot.storage.tables import UtcDateTime, metadata

digests = Table(
    "digests",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("platform", String(50), nullable=False),
    Column("channel", String(300), nullable=False),
    Column("person_id", String(200), nullable=False),
    Column("first", String(16), nullable=False),
    Column("rule", String(200), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("made_by", String(200), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("active_from", UtcDateTime, nullable=False),
    Column("kinds", String(200), nullable=False),
    Column("topics", Text, nullable=False),
    Column("only_topics", Boolean, nullable=False),
    Column("by_mail", Boolean, nullable=False),
    Column("reminds", Boolean, nullable=False),
    Column("state", String(20), nullable=False),
    Column("revision", Integer, nullable=False),
    Index(None, "person_id"),
)

editions = Table(
    "digests_editions",
    metadata,
    Column("digest_id", String(32), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("state", String(20), nullable=False),
    Column("word", Text, nullable=False),
    Column("word_by", String(200), nullable=False),
    Column("left_out", Text, nullable=False),
    Column("since", UtcDateTime),
    Column("at", UtcDateTime),
    Column("items", Text, nullable=False),
    Column("more", Integer, nullable=False),
)

PERSON_COLUMNS = (digests.c.person_id, digests.c.made_by)
"""They follow when two people prove to be one."""


@cache
def _items() -> TypeAdapter[tuple[DigestItem, ...]]:
    return TypeAdapter(tuple[DigestItem, ...])


def digest_columns(digest: Digest) -> dict[str, object]:
    return {
        **{each.name: getattr(digest, each.name) for each in fields(digest)},
        "first": digest.first.isoformat(timespec="minutes"),
        "kinds": ",".join(sorted(digest.kinds)),
        "topics": json.dumps(digest.topics, ensure_ascii=False),
    }


def digest_of(row: Row[*tuple[object, ...]]) -> Digest:
    return Digest(
        **{
            **row._mapping,
            "first": datetime.fromisoformat(row.first),
            "kinds": frozenset(DigestKind(each) for each in row.kinds.split(",") if each),
            "topics": tuple(json.loads(row.topics)),
            "state": DigestState(row.state),
        }
    )


def edition_columns(edition: Edition) -> dict[str, object]:
    return {
        **{each.name: getattr(edition, each.name) for each in fields(edition) if each.name != "gone"},
        "left_out": json.dumps(sorted(edition.left_out)),
        "items": _items().dump_json(tuple(each.trace for each in edition.items)).decode(),
    }


def edition_of(row: Row[*tuple[object, ...]]) -> Edition:
    return Edition(
        **{
            **row._mapping,
            "state": EditionState(row.state),
            "left_out": frozenset(json.loads(row.left_out)),
            "items": _items().validate_json(row.items),
        }
    )
