"""The audit log: who changed what, when."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Index, String, Table, Text, insert, select

from bot.storage.tables import RowId, UtcDateTime, metadata
from bot.storage.unit_of_work import UnitOfWork

audit = Table(
    "audit",
    metadata,
    Column("id", RowId, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("person_id", String(200), nullable=False),
    Column("action", String(100), nullable=False),
    Column("subject", String(500), nullable=False),
    Column("details", Text, nullable=False),
    Index(None, "at"),
    sqlite_autoincrement=True,
)


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """`action` is past tense, ``snapshot rolled back``; `person_id` is ``clock`` for what nobody asked for."""

    at: datetime
    person_id: str
    action: str
    subject: str = ""
    details: Mapping[str, str] | None = None


def record(unit: UnitOfWork, entry: AuditEntry) -> None:
    """Part of the caller's transaction: what is rolled back leaves no trace."""
    unit.connection.execute(
        insert(audit).values(
            at=entry.at,
            person_id=entry.person_id,
            action=entry.action,
            subject=entry.subject[:500],
            details=json.dumps(dict(entry.details or {}), ensure_ascii=False),
        )
    )


def choices(unit: UnitOfWork) -> tuple[Sequence[str], Sequence[str]]:
    """The actions and the people that occur, each in alphabetical order."""
    actions = unit.connection.execute(select(audit.c.action).distinct().order_by(audit.c.action)).scalars().all()
    people = unit.connection.execute(select(audit.c.person_id).distinct().order_by(audit.c.person_id)).scalars().all()
    return actions, people


def latest(unit: UnitOfWork, limit: int = 100, *, action: str = "", person_id: str = "") -> Sequence[AuditEntry]:
    """Newest first; with `action` or `person_id` only those."""
    query = select(audit).order_by(audit.c.id.desc()).limit(limit)
    if action:
        query = query.where(audit.c.action == action)
    if person_id:
        query = query.where(audit.c.person_id == person_id)
    rows = unit.connection.execute(query)
    return [AuditEntry(row.at, row.person_id, row.action, row.subject, json.loads(row.details)) for row in rows]
