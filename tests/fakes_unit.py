"""Units of work over tables in memory, as `bot.storage.unit_of_work` has them over a database."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count

from bot.chat.reply import Message
from bot.chat.turn import Place, Turn
from bot.storage.audit import AuditEntry
from bot.storage.inbox import InboxState
from bot.storage.outbox import OutboxState
from bot.storage.wakeups import Wakeups

PATIENCE = 10.0  # seconds that a writer waits for another one


@dataclass(frozen=True)
class TurnRow:
    turn: Turn
    state: InboxState
    claimed_at: datetime | None = None
    attempts: int = 0
    finished_at: datetime | None = None
    error: str = ""


@dataclass(frozen=True)
class DeliveryRow:
    place: Place
    key: str
    message: Message
    nonce: str
    due_at: datetime
    not_before: datetime | None = None
    state: OutboxState = OutboxState.WAITING
    attempts: int = 0
    sending_at: datetime | None = None
    finished_at: datetime | None = None
    error: str = ""


@dataclass(frozen=True)
class NonceRow:
    conversation: str
    message_key: str
    buttons: frozenset[tuple[str, str]]
    made_at: datetime
    used_at: datetime | None = None


@dataclass
class Tables:
    """Rows by id. They are frozen, so a copy of the tables is enough to roll back to."""

    turn_ids: Iterator[int] = field(default_factory=lambda: count(1))
    delivery_ids: Iterator[int] = field(default_factory=lambda: count(1))
    nonce_numbers: Iterator[int] = field(default_factory=lambda: count(1))
    turns: dict[int, TurnRow] = field(default_factory=dict)
    deliveries: dict[int, DeliveryRow] = field(default_factory=dict)
    message_ids: dict[tuple[str, str], str] = field(default_factory=dict)
    nonces: dict[str, NonceRow] = field(default_factory=dict)
    audit: list[AuditEntry] = field(default_factory=list)

    def copied(self) -> "Tables":
        return replace(
            self,
            turns=dict(self.turns),
            deliveries=dict(self.deliveries),
            message_ids=dict(self.message_ids),
            nonces=dict(self.nonces),
            audit=list(self.audit),
        )


class MemoryUnit:
    """One writes at a time, from the first use of `tables` to the edge; whoever reads has a copy."""

    def __init__(self, database: "MemoryDatabase", *, readonly: bool = False) -> None:
        self.database = database
        self._readonly = readonly
        self._tables: Tables | None = None
        self._topics: dict[str, None] = {}
        self._hooks: list[Callable[[], None]] = []
        self._discarded = False

    @property
    def tables(self) -> Tables:
        if self._tables is None:
            if not self._readonly and not self.database.writer.acquire(timeout=PATIENCE):
                raise RuntimeError("A unit of work waits for another one: is one opened inside the other?")
            self._tables = self.database.tables.copied()
        return self._tables

    def after_commit(self, hook: Callable[[], None]) -> None:
        self._hooks.append(hook)

    def wake(self, topic: str) -> None:
        self._topics[topic] = None

    def discard(self) -> None:
        self._discarded = True

    def close(self, *, commit: bool) -> None:
        commit = commit and not self._discarded
        if self._tables is not None and not self._readonly:
            if commit:
                self.database.tables = self._tables
            self.database.writer.release()
        if commit:
            for topic in self._topics:
                self.database.wakeups.wake(topic)
            for hook in self._hooks:
                hook()


class MemoryDatabase:
    """Where units of work come from."""

    def __init__(self) -> None:
        self.tables = Tables()
        self.writer = threading.Lock()
        self.wakeups = Wakeups()

    @contextmanager
    def begin(self) -> Iterator[MemoryUnit]:
        yield from self._run(MemoryUnit(self))

    @contextmanager
    def reading(self) -> Iterator[MemoryUnit]:
        yield from self._run(MemoryUnit(self, readonly=True))

    def _run(self, unit: MemoryUnit) -> Iterator[MemoryUnit]:
        finished = False
        try:
            yield unit
            finished = True
        finally:
            if not finished:
                unit.close(commit=False)
        unit.close(commit=True)
