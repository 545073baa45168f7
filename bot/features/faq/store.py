"""How drafts are kept."""

from dataclasses import asdict
from typing import Protocol

from sqlalchemy import Column, Index, Row, String, Table, Text, func, insert, select, update

from bot.features.faq.model import Draft, DraftState
from bot.storage.serialisation import place_from_json, place_to_json
from bot.storage.tables import UtcDateTime, metadata
from bot.storage.unit_of_work import UnitOfWork

faq_drafts = Table(
    "faq_drafts",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("question", String(500), nullable=False),
    Column("answer", Text, nullable=False),
    Column("source_url", String(1000), nullable=False),
    Column("author", String(200), nullable=False),
    Column("saved_by", String(200), nullable=False),
    Column("saved_by_name", String(200), nullable=False),
    Column("saved_at", UtcDateTime, nullable=False),
    Column("place", Text, nullable=False),
    Column("state", String(20), nullable=False),
    Column("entry_id", String(32), nullable=False, server_default=""),
    Column("decided_by", String(200), nullable=False, server_default=""),
    Column("decided_by_name", String(200), nullable=False, server_default=""),
    Column("word", String(1000), nullable=False, server_default=""),
    Index(None, "state", "saved_at"),
)


class DraftStore(Protocol):
    """Drafts inside one transaction."""

    def add(self, draft: Draft) -> None: ...

    def get(self, draft_id: str) -> Draft | None: ...

    def waiting(self) -> list[Draft]:
        """The longest waiting first."""
        ...

    def count_waiting(self) -> int: ...

    def set_text(self, draft_id: str, question: str, answer: str) -> bool:
        """False where it does not wait any more."""
        ...

    def move(self, draft_id: str, state: DraftState, came_from: DraftState) -> bool:
        """True for one caller."""
        ...

    def decide(self, draft: Draft) -> bool:
        """A waiting draft becomes `draft`, text and all. True for one caller."""
        ...


class SqlDrafts:
    """Fills `DraftStore`."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def add(self, draft: Draft) -> None:
        values = {**asdict(draft), "place": place_to_json(draft.place), **_decision(draft)}
        self._unit.connection.execute(insert(faq_drafts).values(**values))

    def get(self, draft_id: str) -> Draft | None:
        row = self._unit.connection.execute(select(faq_drafts).where(faq_drafts.c.id == draft_id)).one_or_none()
        return None if row is None else _draft(row)

    def waiting(self) -> list[Draft]:
        query = select(faq_drafts).where(faq_drafts.c.state == DraftState.WAITING)
        return [
            _draft(row) for row in self._unit.connection.execute(query.order_by(faq_drafts.c.saved_at, faq_drafts.c.id))
        ]

    def count_waiting(self) -> int:
        query = select(func.count()).select_from(faq_drafts).where(faq_drafts.c.state == DraftState.WAITING)
        return int(self._unit.connection.execute(query).scalar_one())

    def set_text(self, draft_id: str, question: str, answer: str) -> bool:
        edited = (
            update(faq_drafts)
            .where(faq_drafts.c.id == draft_id, faq_drafts.c.state == DraftState.WAITING)
            .values(question=question, answer=answer)
        )
        return self._unit.connection.execute(edited).rowcount == 1

    def move(self, draft_id: str, state: DraftState, came_from: DraftState) -> bool:
        moved = (
            update(faq_drafts).where(faq_drafts.c.id == draft_id, faq_drafts.c.state == came_from).values(state=state)
        )
        return self._unit.connection.execute(moved).rowcount == 1

    def decide(self, draft: Draft) -> bool:
        waiting = update(faq_drafts).where(faq_drafts.c.id == draft.id, faq_drafts.c.state == DraftState.WAITING)
        decided = waiting.values(question=draft.question, answer=draft.answer, **_decision(draft))
        return self._unit.connection.execute(decided).rowcount == 1


def _decision(draft: Draft) -> dict[str, object]:
    return {
        "state": draft.state,
        "entry_id": draft.entry_id,
        "decided_by": draft.decided_by,
        "decided_by_name": draft.decided_by_name[:200],
        "word": draft.word,
    }


def _draft(row: Row[*tuple[object, ...]]) -> Draft:
    return Draft(**{**row._mapping, "place": place_from_json(row.place), "state": DraftState(row.state)})
