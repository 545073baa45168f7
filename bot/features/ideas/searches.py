"""Searches of the library that found nothing, kept without who searched."""

import hashlib
import hmac
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import and_, delete, func, select

from bot.chat.turn import EVERYONE, Person, storable
from bot.features.ideas.tables import WORDS_LENGTH, searches
from bot.storage.tables import insert_or_change
from bot.storage.unit_of_work import Database, UnitOfWork
from knowledge.answer import Answer, Outcome

TYPING = timedelta(minutes=2)
"""A page searches while its reader types: so long a search is taken for the beginning of the next."""

DAY = timedelta(days=1)
MOST_A_DAY = 50
"""Of one seeker; more are not kept."""

LEAST_LETTERS = 3


class Knowledge(Protocol):
    """`knowledge.knowledge_base.KnowledgeBase` fills it."""

    def ask(self, question: str, readers: frozenset[str]) -> Answer: ...


class SqlSearches:
    """Rows inside one unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def note(self, seeker: str, words: str, at: datetime) -> None:
        insert_or_change(self._unit.connection, searches, {"at": at}, seeker=seeker, words=words, at=at)

    def since(self, since: datetime, limit: int) -> Sequence[tuple[str, str, datetime]]:
        """Seeker, words and when, the newest first."""
        query = select(searches).where(searches.c.at >= since).order_by(searches.c.at.desc(), searches.c.words)
        rows = self._unit.connection.execute(query.limit(limit))
        return [(row.seeker, row.words, row.at) for row in rows]

    def of(self, seeker: str, since: datetime) -> Sequence[str]:
        own = and_(searches.c.seeker == seeker, searches.c.at >= since)
        return self._unit.connection.execute(select(searches.c.words).where(own)).scalars().all()

    def drop(self, seeker: str, words: Sequence[str]) -> None:
        own = and_(searches.c.seeker == seeker, searches.c.words.in_(words))
        self._unit.connection.execute(delete(searches).where(own))

    def forget(self, before: datetime) -> None:
        self._unit.connection.execute(delete(searches).where(searches.c.at < before))

    def count(self) -> int:
        return int(self._unit.connection.execute(select(func.count()).select_from(searches)).scalar_one())


@dataclass(frozen=True, slots=True)
class Searches:
    """`key` is kept apart from the database: without it nobody can tell from a row whose search it was, with it only
    whether two are of one person."""

    database: Database
    knowledge: Knowledge
    key: bytes
    clock: Callable[[], datetime]

    def seeker(self, person_id: str) -> str:
        return hmac.new(self.key, f"searches\0{person_id}".encode(), hashlib.sha256).hexdigest()[:32]

    def __call__(self, words: str, person: Person, unit: UnitOfWork | None = None) -> None:
        """Fills `SearchedFor`: kept is what a colleague searched for and nothing answers, in their last words. It
        thinks: not after the first write of `unit`."""
        said = " ".join(storable(words).split())[:WORDS_LENGTH]
        if EVERYONE not in person.principals or sum(each.isalpha() for each in said) < LEAST_LETTERS:
            return
        is_missed = self.knowledge.ask(said, person.principals).outcome is Outcome.UNKNOWN
        now, seeker = self.clock(), self.seeker(person.id)
        with self.database.reading() as before:
            typed = SqlSearches(before).of(seeker, now - TYPING)
            is_too_many = is_missed and len(SqlSearches(before).of(seeker, now - DAY)) >= MOST_A_DAY
        begun = [each for each in typed if each != said and (said.startswith(each) or each.startswith(said))]
        if not begun and (is_too_many or not is_missed):
            return
        with nullcontext(unit) if unit is not None else self.database.begin() as writing:
            store = SqlSearches(writing)
            store.drop(seeker, begun)
            if is_missed and not is_too_many:
                store.note(seeker, said, now)
