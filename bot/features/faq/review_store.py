"""How it is kept who was asked about a draft, and where they read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Column, ColumnElement, String, Table, Text, select

from bot.chat.turn import Place
from bot.features.faq.store import faq_drafts, faq_reviewers
from bot.storage.serialisation import place_from_json, place_to_json
from bot.storage.tables import insert_once, metadata
from bot.storage.unit_of_work import UnitOfWork

faq_review_cards = Table(
    "faq_review_cards",
    metadata,
    Column("draft_id", String(32), primary_key=True),
    Column("conversation", String(500), primary_key=True),
    Column("key", String(300), primary_key=True),
    Column("place", Text, nullable=False),
    Column("person_id", String(200), nullable=False),
)


@dataclass(frozen=True, slots=True)
class ReviewCard:
    """A message that shows how a draft stands. It stands in `place`, where `person_id` reads, under `key`."""

    draft_id: str
    place: Place
    key: str
    person_id: str


class ReviewStore(Protocol):
    """Inside one transaction."""

    def ask(self, draft_id: str, person_id: str) -> None:
        """From now on they may decide it."""
        ...

    def is_asked(self, draft_id: str, person_id: str) -> bool: ...

    def asked(self, draft_id: str) -> Sequence[str]:
        """Person ids."""
        ...

    def add_card(self, card: ReviewCard) -> bool:
        """False where that stands there already."""
        ...

    def cards(self, draft_id: str) -> Sequence[ReviewCard]: ...

    def cards_of_entry(self, entry_id: str) -> Sequence[ReviewCard]:
        """Of all drafts that became part of it."""
        ...


class SqlReviews:
    """Fills `ReviewStore`."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def ask(self, draft_id: str, person_id: str) -> None:
        insert_once(self._unit.connection, faq_reviewers, draft_id=draft_id, person_id=person_id)

    def is_asked(self, draft_id: str, person_id: str) -> bool:
        asked = faq_reviewers.c
        query = select(asked.draft_id).where(asked.draft_id == draft_id, asked.person_id == person_id)
        return self._unit.connection.execute(query).first() is not None

    def asked(self, draft_id: str) -> Sequence[str]:
        query = select(faq_reviewers.c.person_id).where(faq_reviewers.c.draft_id == draft_id)
        return self._unit.connection.execute(query.order_by(faq_reviewers.c.person_id)).scalars().all()

    def add_card(self, card: ReviewCard) -> bool:
        return insert_once(
            self._unit.connection,
            faq_review_cards,
            draft_id=card.draft_id,
            conversation=card.place.conversation,
            key=card.key,
            place=place_to_json(card.place),
            person_id=card.person_id,
        )

    def cards(self, draft_id: str) -> Sequence[ReviewCard]:
        return self._cards(faq_review_cards.c.draft_id == draft_id)

    def cards_of_entry(self, entry_id: str) -> Sequence[ReviewCard]:
        merged = select(faq_drafts.c.id).where(faq_drafts.c.entry_id == entry_id)
        return self._cards(faq_review_cards.c.draft_id.in_(merged))

    def _cards(self, wanted: ColumnElement[bool]) -> Sequence[ReviewCard]:
        kept = faq_review_cards.c
        query = select(faq_review_cards).where(wanted).order_by(kept.conversation, kept.key)
        return [
            ReviewCard(row.draft_id, place_from_json(row.place), row.key, row.person_id)
            for row in self._unit.connection.execute(query)
        ]
