"""How drafts are kept."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Protocol

from sqlalchemy import Column, ColumnElement, Index, Row, String, Table, Text, and_, func, select, update

from bot.features.faq.model import Draft, DraftState, Link
from bot.storage.serialisation import place_from_json, place_to_json
from bot.storage.tables import UtcDateTime, insert_once, metadata
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
    Column("author_id", String(200), nullable=False, server_default=""),
    Column("links", Text, nullable=False, server_default="[]"),
    Column("audience", Text, nullable=False, server_default='["everyone"]'),
    Column("hub", String(100), nullable=False, server_default="company"),
    Column("topics", Text, nullable=False, server_default="[]"),
    Column("people", Text, nullable=False, server_default="[]"),
    Index(None, "state", "saved_at"),
)

faq_reviewers = Table(
    "faq_reviewers",
    metadata,
    Column("draft_id", String(32), primary_key=True),
    Column("person_id", String(200), primary_key=True),
    Index(None, "person_id"),
)


class DraftStore(Protocol):
    """Drafts inside one transaction."""

    def add(self, draft: Draft) -> bool:
        """False where there is one of that id."""
        ...

    def get(self, draft_id: str) -> Draft | None: ...

    def take(self, draft_id: str) -> Draft | None:
        """`get` for whoever shows it to others: whoever decides it waits until this transaction is over."""
        ...

    def waiting(self, asked: str = "") -> list[Draft]:
        """The longest waiting first; of a person id those that they were asked about."""
        ...

    def count_waiting(self, asked: str = "") -> int: ...

    def rewrite(self, draft: Draft) -> bool:
        """Its words and links; False where it does not wait any more."""
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

    def add(self, draft: Draft) -> bool:
        lists = {
            "links": links_to_json(draft.links),
            "audience": json.dumps(sorted(draft.audience), ensure_ascii=False),
            "topics": json.dumps(draft.topics, ensure_ascii=False),
            "people": json.dumps(draft.people, ensure_ascii=False),
        }
        place = place_to_json(draft.place) if draft.place else ""
        values = {**asdict(draft), **lists, "place": place, **_decision(draft)}
        return insert_once(self._unit.connection, faq_drafts, **values)

    def get(self, draft_id: str) -> Draft | None:
        row = self._unit.connection.execute(select(faq_drafts).where(faq_drafts.c.id == draft_id)).one_or_none()
        return None if row is None else _draft(row)

    def take(self, draft_id: str) -> Draft | None:
        query = select(faq_drafts).where(faq_drafts.c.id == draft_id).with_for_update()
        row = self._unit.connection.execute(query).one_or_none()
        return None if row is None else _draft(row)

    def waiting(self, asked: str = "") -> list[Draft]:
        query = select(faq_drafts).where(_waits(asked)).order_by(faq_drafts.c.saved_at, faq_drafts.c.id)
        return [_draft(row) for row in self._unit.connection.execute(query)]

    def count_waiting(self, asked: str = "") -> int:
        query = select(func.count()).select_from(faq_drafts).where(_waits(asked))
        return int(self._unit.connection.execute(query).scalar_one())

    def rewrite(self, draft: Draft) -> bool:
        waiting = update(faq_drafts).where(faq_drafts.c.id == draft.id, faq_drafts.c.state == DraftState.WAITING)
        words = {"question": draft.question, "answer": draft.answer, "links": links_to_json(draft.links)}
        return self._unit.connection.execute(waiting.values(**words)).rowcount == 1

    def move(self, draft_id: str, state: DraftState, came_from: DraftState) -> bool:
        moved = (
            update(faq_drafts).where(faq_drafts.c.id == draft_id, faq_drafts.c.state == came_from).values(state=state)
        )
        return self._unit.connection.execute(moved).rowcount == 1

    def decide(self, draft: Draft) -> bool:
        waiting = update(faq_drafts).where(faq_drafts.c.id == draft.id, faq_drafts.c.state == DraftState.WAITING)
        decided = waiting.values(question=draft.question, answer=draft.answer, **_decision(draft))
        return self._unit.connection.execute(decided).rowcount == 1


def _waits(asked: str) -> ColumnElement[bool]:
    waits = faq_drafts.c.state == DraftState.WAITING
    theirs = select(faq_reviewers.c.draft_id).where(faq_reviewers.c.person_id == asked)
    return and_(waits, faq_drafts.c.id.in_(theirs)) if asked else waits


def _decision(draft: Draft) -> dict[str, object]:
    return {
        "state": draft.state,
        "entry_id": draft.entry_id,
        "decided_by": draft.decided_by,
        "decided_by_name": draft.decided_by_name[:200],
        "word": draft.word,
    }


def _draft(row: Row[*tuple[object, ...]]) -> Draft:
    read = {
        "place": place_from_json(row.place) if row.place else None,
        "state": DraftState(row.state),
        "links": links_from_json(row.links),
        "audience": frozenset(json.loads(row.audience)),
        "topics": tuple(json.loads(row.topics)),
        "people": tuple(json.loads(row.people)),
    }
    return Draft(**{**row._mapping, **read})


def links_to_json(links: Iterable[Link]) -> str:
    return json.dumps([[link.title, link.url] for link in links], ensure_ascii=False)


def links_from_json(text: str) -> tuple[Link, ...]:
    return tuple(Link(title, url) for title, url in json.loads(text))
