"""Transactions, wake-ups and the audit log on both databases."""

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from bot.storage.audit import AuditEntry, latest, record
from bot.storage.unit_of_work import Database
from tests.builders import NOON


def entries(database: Database) -> list[str]:
    with database.reading() as unit:
        return [entry.action for entry in latest(unit)]


def test_it_commits_at_its_edge_and_then_calls_the_hooks(database: Database) -> None:
    heard: list[list[str]] = []
    with database.begin() as unit:
        unit.after_commit(lambda: heard.append(entries(database)))
        record(unit, AuditEntry(NOON, "web:ada", "snapshot rolled back", details={"to": "s1"}))
        assert heard == []
    assert heard == [["snapshot rolled back"]]


def test_an_error_rolls_everything_back_and_calls_no_hook(database: Database) -> None:
    heard: list[str] = []
    database.wakeups.subscribe("outbox", lambda: heard.append("woken"))
    with pytest.raises(RuntimeError), database.begin() as unit:
        unit.wake("outbox")
        unit.after_commit(lambda: heard.append("called"))
        record(unit, AuditEntry(NOON, "web:ada", "lost"))
        raise RuntimeError
    assert (entries(database), heard) == ([], [])


def test_a_discarded_unit_leaves_nothing(database: Database) -> None:
    heard: list[str] = []
    with database.begin() as unit:
        unit.after_commit(lambda: heard.append("called"))
        record(unit, AuditEntry(NOON, "web:ada", "lost"))
        unit.discard()
    assert (entries(database), heard) == ([], [])


def test_whoever_waits_is_woken_once_at_the_commit(database: Database) -> None:
    heard: list[str] = []
    unsubscribe = database.wakeups.subscribe("inbox", lambda: heard.append("inbox"))
    with database.begin() as unit:
        unit.wake("inbox")
        unit.wake("inbox")
        assert heard == []
    assert heard == ["inbox"]
    unsubscribe()
    database.wakeups.wake_all()
    assert heard == ["inbox"]


def test_a_unit_that_touches_nothing_opens_no_connection(database: Database) -> None:
    opened: list[str] = []
    event.listen(database.engine, "checkout", lambda *_: opened.append("connection"))
    with database.begin(), database.reading():
        pass
    assert opened == []


def test_the_newest_entry_of_the_audit_log_comes_first(database: Database) -> None:
    with database.begin() as unit:
        record(unit, AuditEntry(NOON, "web:ada", "first", "docs", {"files": "3"}))
        record(unit, AuditEntry(NOON, "clock", "second"))
    with database.reading() as unit:
        second, first = latest(unit)
    assert (first.subject, first.details, first.at) == ("docs", {"files": "3"}, NOON)
    assert second.person_id == "clock"


def test_errors_do_not_repeat_what_was_written(database: Database) -> None:
    with pytest.raises(DBAPIError) as raised, database.begin() as unit:
        unit.connection.execute(text("INSERT INTO nowhere VALUES (:words)"), {"words": "a secret question"})
    assert "secret" not in str(raised.value)
