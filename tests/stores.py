"""Inbox, outbox, nonces and audit log as the contract suites see them: in memory, on SQLite or on PostgreSQL."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from bot.chat.reply import Message, Post
from bot.chat.turn import Place, Turn
from bot.storage import audit, inbox, lanes
from bot.storage.audit import AuditEntry
from bot.storage.dead_letters import DeadLetter, DeadLetters
from bot.storage.inbox import ClaimedTurn, InboxState
from bot.storage.lanes import Heads
from bot.storage.nonces import Carrier, Nonces
from bot.storage.outbox import Delivery, Outbox
from bot.storage.unit_of_work import Database, UnitOfWork
from bot.storage.wakeups import Wakeups
from tests import fakes_storage
from tests.fakes_storage import MemoryDeadLetters, MemoryInbox, MemoryNonces, MemoryOutbox
from tests.fakes_unit import MemoryDatabase, MemoryUnit


class InboxStore(Protocol):
    """What `bot.storage.inbox.Inbox` does."""

    def add(self, turn: Turn, now: datetime, state: InboxState = ...) -> bool: ...
    def finish(self, claimed: ClaimedTurn, now: datetime) -> None: ...
    def fail(self, claimed: ClaimedTurn, error: str, now: datetime) -> None: ...
    def give_back(self, claimed: ClaimedTurn) -> None: ...
    def recover(self, claimed_before: datetime) -> int: ...
    def purge(self, finished_before: datetime) -> int: ...


class OutboxStore(Protocol):
    """What `bot.storage.outbox.Outbox` does."""

    def add(self, post: Post, here: Place, now: datetime, *, not_before: datetime | None = ...) -> None: ...
    def claim(self, row_id: int, now: datetime) -> Delivery | None: ...
    def sent(self, delivery: Delivery, message_id: str, now: datetime) -> None: ...
    def postpone(self, delivery: Delivery, due_at: datetime, error: str) -> None: ...
    def fail(self, delivery: Delivery, error: str, now: datetime) -> None: ...
    def park(self, delivery: Delivery, now: datetime) -> None: ...
    def hold(self, delivery: Delivery, due_at: datetime, error: str) -> None: ...
    def look_again(self, delivery: Delivery, due_at: datetime, error: str) -> None: ...
    def stranded(self, platform: str, sending_since: datetime, now: datetime) -> list[Delivery]: ...
    def place_of(self, conversation: str, key: str) -> Place | None: ...
    def says(self, message: Message, place: Place, key: str) -> bool: ...
    def has_arrived(self, place: Place, key: str) -> bool: ...
    def purge(self, finished_before: datetime, current_before: datetime) -> int: ...


class DeadLetterStore(Protocol):
    """What `bot.storage.dead_letters.DeadLetters` does."""

    def newest(self, limit: int = ...) -> list[DeadLetter]: ...
    def send_again(self, row_id: int, now: datetime) -> bool: ...
    def mark_arrived(self, row_id: int, now: datetime) -> bool: ...
    def drop(self, row_id: int) -> bool: ...


class NonceStore(Protocol):
    """What `bot.storage.nonces.Nonces` does."""

    def use_up(self, conversation: str, message_key: str, now: datetime) -> None: ...
    def for_message(self, conversation: str, message_key: str, message: Message, now: datetime) -> str: ...
    def for_form(self, conversation: str, form: str, person_id: str, now: datetime) -> str: ...
    def carrier(self, nonce: str) -> Carrier | None: ...
    def use(self, nonce: str, now: datetime) -> bool: ...
    def purge(self, made_before: datetime) -> int: ...


@dataclass(frozen=True)
class Unit:
    """One unit of work, the stores inside it, and what else `bot.storage` does with one."""

    inbox: InboxStore
    outbox: OutboxStore
    dead_letters: DeadLetterStore
    nonces: NonceStore
    heads: Callable[[datetime, Mapping[str, timedelta]], Heads]
    record: Callable[[AuditEntry], None]
    latest: Callable[[int], Sequence[AuditEntry]]
    after_commit: Callable[[Callable[[], None]], None]
    wake: Callable[[str], None]
    discard: Callable[[], None]


class Stores(Protocol):
    """Where units of work come from."""

    @property
    def wakeups(self) -> Wakeups: ...
    def begin(self) -> AbstractContextManager[Unit]: ...
    def reading(self) -> AbstractContextManager[Unit]: ...
    def claim_turn(self, now: datetime) -> ClaimedTurn | None: ...


class SqlStores:
    """The real ones."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.wakeups = database.wakeups

    @contextmanager
    def begin(self) -> Iterator[Unit]:
        with self._database.begin() as unit:
            yield self._stores_of(unit)

    @contextmanager
    def reading(self) -> Iterator[Unit]:
        with self._database.reading() as unit:
            yield self._stores_of(unit)

    def claim_turn(self, now: datetime) -> ClaimedTurn | None:
        return inbox.claim_turn(self._database, now)

    def _stores_of(self, unit: UnitOfWork) -> Unit:
        return Unit(
            inbox.Inbox(unit), Outbox(unit), DeadLetters(unit), Nonces(unit), partial(lanes.heads, unit),
            partial(audit.record, unit), partial(audit.latest, unit), unit.after_commit, unit.wake, unit.discard,
        )  # fmt: skip


class MemoryStores:
    """The fakes."""

    def __init__(self) -> None:
        self._database = MemoryDatabase()
        self.wakeups = self._database.wakeups

    @contextmanager
    def begin(self) -> Iterator[Unit]:
        with self._database.begin() as unit:
            yield self._stores_of(unit)

    @contextmanager
    def reading(self) -> Iterator[Unit]:
        with self._database.reading() as unit:
            yield self._stores_of(unit)

    def claim_turn(self, now: datetime) -> ClaimedTurn | None:
        return fakes_storage.claim_turn(self._database, now)

    def _stores_of(self, unit: MemoryUnit) -> Unit:
        return Unit(
            MemoryInbox(unit), MemoryOutbox(unit), MemoryDeadLetters(unit), MemoryNonces(unit),
            partial(fakes_storage.heads, unit), partial(fakes_storage.record, unit),
            partial(fakes_storage.latest, unit), unit.after_commit, unit.wake, unit.discard,
        )  # fmt: skip


def open_stores(kind: str, new_database: Callable[[str], Database]) -> Stores:
    """`kind` is ``memory`` or a database's."""
    return MemoryStores() if kind == "memory" else SqlStores(new_database(kind))
