"""Transactions and wake-ups in memory and on both databases; the last two tests are about databases alone."""

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from bot.storage.audit import AuditEntry, record
from bot.storage.unit_of_work import Database
from tests.builders import NOON
from tests.stores import Stores


def entries(stores: Stores) -> list[str]:
    with stores.reading() as unit:
        return [entry.action for entry in unit.latest(10)]


def test_it_commits_at_its_edge_and_then_calls_the_hooks(stores: Stores) -> None:
    heard: list[list[str]] = []
    with stores.begin() as unit:
        unit.after_commit(lambda: heard.append(entries(stores)))
        unit.record(AuditEntry(NOON, "web:ada", "snapshot rolled back", details={"to": "s1"}))
        assert heard == []
    assert heard == [["snapshot rolled back"]]


def test_an_error_rolls_everything_back_and_calls_no_hook(stores: Stores) -> None:
    heard: list[str] = []
    stores.wakeups.subscribe("outbox", lambda: heard.append("woken"))
    with pytest.raises(RuntimeError), stores.begin() as unit:
        unit.wake("outbox")
        unit.after_commit(lambda: heard.append("called"))
        unit.record(AuditEntry(NOON, "web:ada", "lost"))
        raise RuntimeError
    assert (entries(stores), heard) == ([], [])


def test_a_discarded_unit_leaves_nothing(stores: Stores) -> None:
    heard: list[str] = []
    with stores.begin() as unit:
        unit.after_commit(lambda: heard.append("called"))
        unit.record(AuditEntry(NOON, "web:ada", "lost"))
        unit.discard()
    assert (entries(stores), heard) == ([], [])


def test_whoever_waits_is_woken_once_at_the_commit(stores: Stores) -> None:
    heard: list[str] = []
    unsubscribe = stores.wakeups.subscribe("inbox", lambda: heard.append("inbox"))
    with stores.begin() as unit:
        unit.wake("inbox")
        unit.wake("inbox")
        assert heard == []
    assert heard == ["inbox"]
    unsubscribe()
    stores.wakeups.wake_all()
    assert heard == ["inbox"]


def test_a_unit_that_touches_nothing_opens_no_connection(database: Database) -> None:
    opened: list[str] = []
    event.listen(database.engine, "checkout", lambda *_: opened.append("connection"))
    with database.begin(), database.reading():
        pass
    assert opened == []


def test_errors_do_not_repeat_what_was_written(database: Database) -> None:
    with pytest.raises(DBAPIError) as raised, database.begin() as unit:
        unit.connection.execute(text("INSERT INTO nowhere VALUES (:words)"), {"words": "a secret question"})
    assert "secret" not in str(raised.value)


def test_a_discarded_unit_reads_on_and_keeps_nobody_waiting(database: Database) -> None:
    with database.begin() as unit:
        unit.connection.execute(text("DELETE FROM audit"))
        unit.discard()
        with database.begin() as other:
            record(other, AuditEntry(NOON, "web:ada", "written meanwhile"))
        assert unit.connection.execute(text("SELECT action FROM audit")).scalars().all() == ["written meanwhile"]
        unit.connection.execute(text("DELETE FROM audit"))
    with database.reading() as unit:
        assert unit.connection.execute(text("SELECT count(*) FROM audit")).scalar() == 1
