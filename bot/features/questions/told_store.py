"""How it is kept who was told of which approved entry."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Column, String, Table, select

from bot.storage.tables import UtcDateTime, insert_once, metadata
from bot.storage.unit_of_work import UnitOfWork

questions_told = Table(
    "questions_told",
    metadata,
    Column("entry_id", String(32), primary_key=True),
    Column("person_id", String(200), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)


def told(unit: UnitOfWork, entry_id: str) -> Collection[str]:
    """Person ids."""
    query = select(questions_told.c.person_id).where(questions_told.c.entry_id == entry_id)
    return frozenset(unit.connection.execute(query).scalars())


def note_told(unit: UnitOfWork, entry_id: str, person_id: str, at: datetime) -> bool:
    """True once for each person and entry, whoever calls."""
    return insert_once(unit.connection, questions_told, entry_id=entry_id, person_id=person_id, at=at)
