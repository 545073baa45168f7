"""How checks, their cards and what was confirmed are kept."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Protocol

from sqlalchemy import (
    Column,
    Date,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    text,
    update,
)

from bot.features.freshness.model import OPEN, Card, Check, Confirmation, Reason, State
from bot.storage.serialisation import place_from_json, place_to_json
from bot.storage.tables import UtcDateTime, insert_once, metadata
from bot.storage.unit_of_work import UnitOfWork

freshness_checks = Table(
    "freshness_checks",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("subject", Text, nullable=False),
    Column("subject_key", String(64), nullable=False),
    Column("title", String(500), nullable=False),
    Column("reason", String(20), nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("because", String(500), nullable=False),
    Column("remarks", Text, nullable=False),
    Column("escalation_id", String(32), nullable=False),
    Column("edition", String(64), nullable=False),
    Column("due_on", Date),
    Column("person_id", String(200), nullable=False),
    Column("asked_at", UtcDateTime),
    Column("times", Integer, nullable=False),
    Column("state", String(20), nullable=False),
    Column("decided_at", UtcDateTime),
    Column("decided_by", String(200), nullable=False),
    Column("decided_by_name", String(200), nullable=False),
    Column("revision", Integer, nullable=False),
    Index(None, "state", "opened_at"),
    Index(None, "person_id", "state"),
    Index(None, "escalation_id"),
)
_OPEN = text("state IN ('asked', 'with curators')")
Index(
    "uq_freshness_checks_open",
    freshness_checks.c.subject_key,
    unique=True,
    sqlite_where=_OPEN,
    postgresql_where=_OPEN,
)

freshness_cards = Table(
    "freshness_cards",
    metadata,
    Column("conversation", String(500), primary_key=True),
    Column("key", String(300), primary_key=True),
    Column("check_id", String(32), nullable=False),
    Column("person_id", String(200), nullable=False),
    Column("place", Text, nullable=False),
    Index(None, "check_id"),
)

freshness_confirmations = Table(
    "freshness_confirmations",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("subject", Text, nullable=False),
    Column("subject_key", String(64), nullable=False),
    Column("until", Date, nullable=False),
    Column("review_by", Date),
    Column("at", UtcDateTime, nullable=False),
    Column("person_id", String(200), nullable=False),
    Column("person_name", String(200), nullable=False),
    Index(None, "subject_key"),
)


class FreshnessStore(Protocol):
    """Inside one transaction."""

    def add(self, check: Check) -> bool:
        """False where one about the same is open."""
        ...

    def get(self, check_id: str) -> Check | None: ...

    def change(self, check: Check) -> bool:
        """`check` in the place of the revision before it; False where that is not there any more, or where it would be
        the second open one about the same."""
        ...

    def opened(self, person_id: str = "") -> Sequence[Check]:
        """Those that wait for an answer, the longest waiting first; with `person_id` only from them."""
        ...

    def open_about(self, subject: str) -> Check | None: ...

    def count_with_curators(self) -> int: ...

    def raised(self, escalation_ids: Collection[str]) -> Collection[tuple[str, str]]:
        """Of these, which were asked about and on which subject, whatever became of it."""
        ...

    def confirm(self, confirmation: Confirmation) -> None: ...

    def take_back(self, confirmation_id: str) -> None: ...

    def confirmations(self, subjects: Collection[str] | None = None) -> Mapping[str, Confirmation]:
        """The latest, by subject: of these or of all."""
        ...

    def put_card(self, card: Card) -> None: ...

    def drop_card(self, card: Card) -> None: ...

    def cards(self, check_id: str) -> Sequence[Card]: ...


class SqlFreshness:
    """Fills `FreshnessStore`."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def add(self, check: Check) -> bool:
        return insert_once(self._unit.connection, freshness_checks, **_columns(check))

    def get(self, check_id: str) -> Check | None:
        query = select(freshness_checks).where(freshness_checks.c.id == check_id)
        row = self._unit.connection.execute(query).one_or_none()
        return None if row is None else _check(row)

    def change(self, check: Check) -> bool:
        other = self.open_about(check.subject) if check.is_open else None
        if other is not None and other.id != check.id:
            return False
        before = (freshness_checks.c.id == check.id, freshness_checks.c.revision == check.revision - 1)
        changed = update(freshness_checks).where(*before).values(**_columns(check))
        return self._unit.connection.execute(changed).rowcount == 1

    def opened(self, person_id: str = "") -> Sequence[Check]:
        query = select(freshness_checks).where(freshness_checks.c.state.in_(OPEN))
        if person_id:
            query = query.where(freshness_checks.c.person_id == person_id)
        rows = self._unit.connection.execute(query.order_by(freshness_checks.c.opened_at, freshness_checks.c.id))
        return [_check(row) for row in rows]

    def open_about(self, subject: str) -> Check | None:
        known = freshness_checks.c
        query = select(freshness_checks).where(known.subject_key == _key(subject), known.state.in_(OPEN))
        row = self._unit.connection.execute(query).one_or_none()
        return None if row is None else _check(row)

    def count_with_curators(self) -> int:
        query = select(func.count()).select_from(freshness_checks).where(freshness_checks.c.state == State.CURATORS)
        return int(self._unit.connection.execute(query).scalar_one())

    def raised(self, escalation_ids: Collection[str]) -> Collection[tuple[str, str]]:
        known = freshness_checks.c
        query = select(known.escalation_id, known.subject).where(known.escalation_id.in_(escalation_ids))
        return {(row.escalation_id, row.subject) for row in self._unit.connection.execute(query)}

    def confirm(self, confirmation: Confirmation) -> None:
        values = {**asdict(confirmation), "subject_key": _key(confirmation.subject)}
        self._unit.connection.execute(insert(freshness_confirmations).values(**values))

    def take_back(self, confirmation_id: str) -> None:
        gone = delete(freshness_confirmations).where(freshness_confirmations.c.id == confirmation_id)
        self._unit.connection.execute(gone)

    def confirmations(self, subjects: Collection[str] | None = None) -> Mapping[str, Confirmation]:
        query = select(freshness_confirmations).order_by(freshness_confirmations.c.at, freshness_confirmations.c.id)
        if subjects is not None:
            query = query.where(freshness_confirmations.c.subject_key.in_([_key(each) for each in subjects]))
        found: dict[str, Confirmation] = {}
        for row in self._unit.connection.execute(query):
            values = dict(row._mapping)
            del values["subject_key"]
            found[row.subject] = Confirmation(**values)
        return found

    def put_card(self, card: Card) -> None:
        values = {**asdict(card), "place": place_to_json(card.place), "conversation": card.place.conversation}
        insert_once(self._unit.connection, freshness_cards, **values)

    def drop_card(self, card: Card) -> None:
        known = freshness_cards.c
        here = (known.conversation == card.place.conversation, known.key == card.key)
        self._unit.connection.execute(delete(freshness_cards).where(*here))

    def cards(self, check_id: str) -> Sequence[Card]:
        known = freshness_cards.c
        query = select(freshness_cards).where(known.check_id == check_id).order_by(known.conversation, known.key)
        rows = self._unit.connection.execute(query)
        return [Card(row.check_id, row.person_id, place_from_json(row.place), row.key) for row in rows]


def _key(subject: str) -> str:
    """A document's id may be longer than what a database indexes."""
    return hashlib.sha256(subject.encode()).hexdigest()


def _columns(check: Check) -> dict[str, object]:
    return {
        **asdict(check),
        "subject_key": _key(check.subject),
        "title": check.title[:500],
        "because": check.because[:500],
        "remarks": json.dumps(check.remarks, ensure_ascii=False),
        "decided_by_name": check.decided_by_name[:200],
    }


def _check(row: Row[*tuple[object, ...]]) -> Check:
    values = dict(row._mapping)
    del values["subject_key"]
    remarks = tuple(json.loads(row.remarks))
    return Check(**{**values, "remarks": remarks, "reason": Reason(row.reason), "state": State(row.state)})
