"""One transaction, committed or rolled back at its edge and nowhere else."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from sqlalchemy import Connection, Engine, text

from bot.storage.engine import BUSY_TIMEOUT, READ_ONLY, is_postgresql
from bot.storage.wakeups import Wakeups

CHANNEL = "guildhall"
"""PostgreSQL's NOTIFY channel; the payload is the topic."""


class UnitOfWork:
    """Handed to whoever works inside the transaction. It begins with the first use of `connection`, so that
    thinking before it keeps nobody else waiting."""

    def __init__(self, database: "Database", *, readonly: bool = False) -> None:
        self.database = database
        self.readonly = readonly
        self._connection: Connection | None = None
        self._opened = ExitStack()
        self._first: list[Callable[[], None]] = []
        self._topics: dict[str, None] = {}
        self._hooks: list[Callable[[], None]] = []
        self._discarded = False

    @property
    def connection(self) -> Connection:
        if self._connection is None:
            engine = self.database.engine
            with ExitStack() as opening:
                if self.readonly or self._discarded:
                    engine = engine.execution_options(**{READ_ONLY: True})
                else:
                    opening.enter_context(self.database.writing())
                connection = opening.enter_context(engine.connect())
                connection.begin()
                self._opened = opening.pop_all()
            self._connection = connection
            for hook in self._first:
                hook()
        return self._connection

    def on_begin(self, hook: Callable[[], None]) -> None:
        """Call `hook` as the first thing inside the transaction, so not while there is only thought. What it raises
        goes to whoever begins the transaction."""
        self._first.append(hook)

    def after_commit(self, hook: Callable[[], None]) -> None:
        """Call `hook` once the transaction is committed; not at all if it is rolled back."""
        self._hooks.append(hook)

    def wake(self, topic: str) -> None:
        """Wake whoever waits for `topic`, here and in other replicas, at the commit."""
        self._topics[topic] = None

    def discard(self) -> None:
        """Nothing of it is kept, without an error. From here on it only reads, and keeps nobody else waiting: whoever
        opens a form may think."""
        self._discarded = True
        self._first.clear()
        if (connection := self._connection) is not None:
            self._connection = None
            with self._opened:
                connection.rollback()

    def close(self, *, commit: bool) -> None:
        """The edge. Only `Database` calls this."""
        if (connection := self._connection) is not None:
            with self._opened:
                if not commit or self.readonly or self._discarded:
                    connection.rollback()
                else:
                    self._notify(connection)
                    connection.commit()
        if commit and not self._discarded:
            for topic in self._topics:
                self.database.wakeups.wake(topic)
            for hook in self._hooks:
                hook()

    def _notify(self, connection: Connection) -> None:
        if not is_postgresql(self.database.engine):
            return
        for topic in self._topics:
            connection.execute(text("SELECT pg_notify(:channel, :topic)"), {"channel": CHANNEL, "topic": topic})


class Database:
    """Where units of work come from."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.wakeups = Wakeups()
        self._writer = threading.Lock()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """SQLite lets one write at a time. Waiting in line here is quicker and fairer than its own waiting,
        which sleeps and tries again."""
        if is_postgresql(self.engine):
            yield
            return
        if not self._writer.acquire(timeout=BUSY_TIMEOUT):
            raise RuntimeError("A unit of work waits for another one: is one opened inside the other?")
        try:
            yield
        finally:
            self._writer.release()

    @contextmanager
    def begin(self) -> Iterator[UnitOfWork]:
        """A unit of work that commits when the block ends, and rolls back when it raises."""
        yield from self._run(UnitOfWork(self))

    @contextmanager
    def reading(self) -> Iterator[UnitOfWork]:
        """A unit of work that sees what is committed and writes nothing."""
        yield from self._run(UnitOfWork(self, readonly=True))

    def close(self) -> None:
        self.engine.dispose()

    def _run(self, unit: UnitOfWork) -> Iterator[UnitOfWork]:
        finished = False
        try:
            yield unit
            finished = True
        finally:
            if not finished:
                unit.close(commit=False)
        unit.close(commit=True)
