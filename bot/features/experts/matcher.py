"""Who knows about something, from what experts declared, own and answered: made ready in a thread of its own."""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

import numpy as np

from bot.chat.wording import shortened
from bot.features.experts.gathering import Item, gathered
from bot.features.experts.knowing import REASONS
from bot.features.experts.model import Known
from bot.features.experts.store import ExpertStore, SqlExperts
from bot.features.experts.use_cases import Persons
from bot.storage.people import People
from bot.storage.unit_of_work import Database, UnitOfWork
from bot.storage.wakeups import EXPERTS
from bot.storage.worker import Worker
from knowledge import expertise as knowledge
from knowledge.document import SourceDocument
from knowledge.embedder import Embedder
from knowledge.evidence import Kind
from knowledge.expertise import Expertise
from knowledge.expertise_memory import Memory
from knowledge.retriever import Query, prepare
from knowledge.vectors import Mask

POLL = 2.0
"""Seconds between two looks for another snapshot of the library."""

AGAIN = 300.0
"""Seconds after which all is looked through even so: names and addresses change without a word to anybody."""

REMEMBERED = 500  # questions
TITLE_LENGTH = 80


class Matching(Protocol):
    """What asks for it; `Matcher` is the real one."""

    def match(
        self,
        text: str,
        readers: frozenset[str],
        left_out: frozenset[str] = frozenset(),
        at: datetime | None = None,
        limit: int = 10,
    ) -> Sequence[Known]:
        """The best first, from what `readers` may see; `at` is when it was asked. Nobody of whom nothing has to do with
        it. Whoever left a moment ago may still be among them: ask who is an expert."""
        ...

    def owners_of(self, text: str, limit: int = 5) -> Sequence[str]:
        """Ids of the experts who own a document about it. What somebody says of themselves gives no say over what
        others read."""
        ...

    def ready(self, text: str) -> None:
        """Thinks about a text before a transaction writes; then a match of it is looked up in a few milliseconds. Right
        after a start it waits until it is known who knows what."""
        ...


@dataclass(frozen=True)
class _Ready:
    """All evidence at one moment; `items` in the order of the expertise's."""

    items: Sequence[Item] = ()
    expertise: Expertise | None = None
    by_id: Mapping[str, Item] = field(default_factory=dict)


class Matcher:
    """`documents` gives those of the snapshot in force by id, another mapping for another snapshot. Vectors are kept
    in `file`, so that after a start nothing is thought through again. From any thread."""

    def __init__(
        self,
        database: Database,
        embedder: Embedder,
        documents: Callable[[], Mapping[str, SourceDocument]],
        file: Path,
        *,
        stores: Callable[[UnitOfWork], ExpertStore] = SqlExperts,
        persons: Callable[[UnitOfWork], Persons] = People,
    ) -> None:
        self._database = database
        self._embedder = embedder
        self._documents = documents
        self._file = file
        self._stores = stores
        self._persons = persons
        self._ready = _Ready()
        self._memory: Memory | None = None
        self._refreshing = threading.Lock()
        self._queries: dict[str, Query] = {}
        self._seen: Mapping[str, SourceDocument] | None = None
        self._waited = 0.0
        self._worker = Worker("matcher", self._step)

    def start(self) -> None:
        self._worker.start(self._database.wakeups, EXPERTS)

    def stop(self, seconds: float = 10.0) -> None:
        self._worker.stop(seconds)

    def refresh(self) -> bool:
        """Takes in what has changed; False where nothing has."""
        with self._refreshing:
            with self._database.reading() as unit:
                store, persons = self._stores(unit), self._persons(unit)
                experts = store.all()
                known = persons.known([each.person_id for each in experts])
                namesakes = persons.namesakes([each.name for each in known.values()])
                answered = store.evidence(list(known))
            items = gathered(experts, known, namesakes, self._documents().values(), answered)
            if self._ready.expertise is not None and items == self._ready.items:
                return False
            memory = Memory.load(self._file) if self._memory is None else self._memory
            expertise = Expertise.build([each.evidence for each in items], self._embedder, memory)
            self._ready = _Ready(items, expertise, {each.evidence.id: each for each in items})
            self._memory = expertise.memory
            expertise.memory.save(self._file)
            return True

    def ready(self, text: str) -> None:
        if self._ready.expertise is None:  # right after a start: else it would seem that nobody knows anything
            self.refresh()
        self._query(text)

    def match(
        self,
        text: str,
        readers: frozenset[str],
        left_out: frozenset[str] = frozenset(),
        at: datetime | None = None,
        limit: int = 10,
    ) -> Sequence[Known]:
        documents = self._documents()

        def may_know(item: Item) -> bool:
            document = documents.get(item.document_id)
            return bool((document.audience if document else item.readers) & readers)

        ready = self._ready
        found = self._matched(ready, text, may_know, left_out=left_out, at=at, limit=limit)
        return [_known(each, ready.by_id) for each in found]

    def owners_of(self, text: str, limit: int = 5) -> Sequence[str]:
        found = self._matched(self._ready, text, lambda item: item.evidence.kind is Kind.OWNED)
        return [each.person for each in found if each.alike][:limit]

    def _matched(
        self,
        ready: _Ready,
        text: str,
        allows: Callable[[Item], bool],
        *,
        left_out: frozenset[str] = frozenset(),
        at: datetime | None = None,
        limit: int = 100,
    ) -> Iterable[knowledge.Expert]:
        if ready.expertise is None:
            return ()
        query = self._query(text)
        terms = frozenset(query.terms)
        allowed: Mask = np.array(
            [allows(each) and not any(own <= terms for own in each.disowned) for each in ready.items], dtype=np.bool_
        )
        return ready.expertise.match(query, at=at, left_out=left_out, allowed=allowed, limit=limit).experts

    def _query(self, text: str) -> Query:
        query = self._queries.get(text)
        if query is None:
            query = prepare(text, self._embedder)
            if len(self._queries) >= REMEMBERED:
                self._queries = {}
            self._queries[text] = query
        return query

    def _step(self, is_woken: bool) -> float:
        documents = self._documents()
        if is_woken or documents is not self._seen or self._waited >= AGAIN:
            self.refresh()
            self._seen, self._waited = documents, 0.0
        self._waited += POLL
        return POLL


def _known(expert: knowledge.Expert, items: Mapping[str, Item]) -> Known:
    reasons = [
        reason
        for kind in (Kind.OWNED, Kind.ANSWERED, Kind.DECLARED)
        if (reason := _reason(kind, [items[each].title for each in expert.alike.get(kind, ())]))
    ]
    why = ", ".join(reasons) or _close(expert.support[0].kind, items[expert.support[0].id].title)
    return Known(expert.person, expert.share, expert.confidence, why, is_alike=bool(reasons))


def _close(kind: Kind, title: str) -> str:
    """Of what is not the same, and yet the closest."""
    return "answered what comes close" if kind is Kind.ANSWERED else f"{_reason(kind, [title])}, which comes close"


def _reason(kind: Kind, titles: Sequence[str]) -> str:
    """``owns “Renewal playbook” and 2 more``; empty where there is nothing."""
    if not titles:
        return ""
    if kind is Kind.OWNED:
        more = f" and {len(titles) - 1} more" if len(titles) > 1 else ""
        return f"owns “{shortened(titles[0], TITLE_LENGTH)}”{more}"
    if kind is Kind.ANSWERED:
        return f"answered {len(titles)} like this"
    return f"knows {', '.join(titles[:REASONS])}"
