"""How entries are kept."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Protocol

from sqlalchemy import Column, Date, Index, Integer, Row, String, Table, Text, func, select, update

from bot.features.faq.entry import Entry, EntryState
from bot.features.faq.store import links_from_json, links_to_json
from bot.storage.tables import UtcDateTime, insert_once, metadata
from bot.storage.unit_of_work import UnitOfWork
from bot.storage.wakeups import ENTRIES

faq_entries = Table(
    "faq_entries",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("question", String(500), nullable=False),
    Column("answer", Text, nullable=False),
    Column("source_url", String(1000), nullable=False),
    Column("author", String(200), nullable=False),
    Column("owner", String(200), nullable=False),
    Column("approved_by", String(200), nullable=False),
    Column("approved_by_name", String(200), nullable=False),
    Column("approved_at", UtcDateTime, nullable=False),
    Column("review_by", Date),
    Column("audience", Text, nullable=False),
    Column("hub", String(100), nullable=False),
    Column("language", String(35), nullable=False),
    Column("state", String(20), nullable=False),
    Column("retired_by", String(200), nullable=False),
    Column("retired_by_name", String(200), nullable=False),
    Column("retired_at", UtcDateTime),
    Column("replaced_by", String(32), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("author_id", String(200), nullable=False, server_default=""),
    Column("owner_id", String(200), nullable=False, server_default=""),
    Column("links", Text, nullable=False, server_default="[]"),
    Column("topics", Text, nullable=False, server_default="[]"),
    Index(None, "state", "approved_at"),
)


class EntryStore(Protocol):
    """Entries inside one transaction. Whoever publishes them is woken at the commit."""

    def add(self, entry: Entry) -> bool:
        """False where there is one of that id."""
        ...

    def get(self, entry_id: str) -> Entry | None: ...

    def live(self) -> Sequence[Entry]:
        """The oldest first."""
        ...

    def all(self) -> Sequence[Entry]:
        """The newest first, live or not."""
        ...

    def change(self, entry: Entry) -> bool:
        """`entry` in the place of the revision before it; False where that is not there any more."""
        ...

    def changes(self) -> int:
        """How many there have been to all entries: more after each."""
        ...


class SqlEntries:
    """Fills `EntryStore`."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def add(self, entry: Entry) -> bool:
        self._unit.wake(ENTRIES)
        return insert_once(self._unit.connection, faq_entries, **_columns(entry))

    def get(self, entry_id: str) -> Entry | None:
        row = self._unit.connection.execute(select(faq_entries).where(faq_entries.c.id == entry_id)).one_or_none()
        return None if row is None else _entry(row)

    def live(self) -> Sequence[Entry]:
        query = select(faq_entries).where(faq_entries.c.state == EntryState.LIVE)
        rows = self._unit.connection.execute(query.order_by(faq_entries.c.approved_at, faq_entries.c.id))
        return [_entry(row) for row in rows]

    def all(self) -> Sequence[Entry]:
        query = select(faq_entries).order_by(faq_entries.c.approved_at.desc(), faq_entries.c.id)
        return [_entry(row) for row in self._unit.connection.execute(query)]

    def change(self, entry: Entry) -> bool:
        self._unit.wake(ENTRIES)
        before = (faq_entries.c.id == entry.id, faq_entries.c.revision == entry.revision - 1)
        changed = update(faq_entries).where(*before).values(**_columns(entry))
        return self._unit.connection.execute(changed).rowcount == 1

    def changes(self) -> int:
        query = select(func.coalesce(func.sum(faq_entries.c.revision), 0))
        return int(self._unit.connection.execute(query).scalar_one())


def _columns(entry: Entry) -> dict[str, object]:
    return {
        **asdict(entry),
        "audience": json.dumps(sorted(entry.audience), ensure_ascii=False),
        "links": links_to_json(entry.links),
        "topics": json.dumps(entry.topics, ensure_ascii=False),
        "owner": entry.owner[:200],
        "approved_by_name": entry.approved_by_name[:200],
        "retired_by_name": entry.retired_by_name[:200],
    }


def _entry(row: Row[*tuple[object, ...]]) -> Entry:
    read = {
        "audience": frozenset(json.loads(row.audience)),
        "links": links_from_json(row.links),
        "topics": tuple(json.loads(row.topics)),
        "state": EntryState(row.state),
    }
    return Entry(**{**row._mapping, **read})
