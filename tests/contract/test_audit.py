"""One suite for the in-memory audit log and for SQL on both databases."""

import pytest

from bot.storage.audit import AuditEntry
from tests.builders import NOON
from tests.stores import Stores


def test_the_newest_entry_comes_first(stores: Stores) -> None:
    with stores.begin() as unit:
        unit.record(AuditEntry(NOON, "web:ada", "first", "docs", {"files": "3"}))
        unit.record(AuditEntry(NOON, "clock", "second"))
    with stores.reading() as unit:
        assert unit.latest(10) == [
            AuditEntry(NOON, "clock", "second", "", {}),
            AuditEntry(NOON, "web:ada", "first", "docs", {"files": "3"}),
        ]
        assert [entry.action for entry in unit.latest(1)] == ["second"]


def test_what_is_rolled_back_leaves_no_trace(stores: Stores) -> None:
    with pytest.raises(RuntimeError), stores.begin() as unit:
        unit.record(AuditEntry(NOON, "web:ada", "lost"))
        raise RuntimeError
    with stores.reading() as unit:
        assert unit.latest(10) == []


def test_a_long_subject_is_cut_and_never_refused(stores: Stores) -> None:
    with stores.begin() as unit:
        unit.record(AuditEntry(NOON, "web:ada", "file uploaded", "Ä" * 501))
        (entry,) = unit.latest(10)
    assert entry.subject == "Ä" * 500
