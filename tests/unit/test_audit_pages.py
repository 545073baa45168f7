from bot.features.audit.pages import audit_feature
from bot.features.page import Download, PageRequest, View
from bot.storage.audit import AuditEntry, record
from bot.storage.unit_of_work import Database
from tests.builders import ADMIN, NOON


def fill(database: Database) -> None:
    with database.begin() as unit:
        record(unit, AuditEntry(NOON, "web:ada", "source added", "=cmd()", {"kind": "git"}))
        record(unit, AuditEntry(NOON, "web:bo", "source removed", "Handbook"))


def subjects(database: Database, **query: str) -> list[str]:
    show, _ = audit_feature(database).pages
    assert show.admin_only
    view = show.handler(PageRequest(ADMIN, query=query))
    assert isinstance(view, View)
    entries = view.values["entries"]
    assert isinstance(entries, list)
    return [entry.subject for entry, _ in entries]


def test_the_log_is_shown_newest_first_and_filtered(sqlite_database: Database) -> None:
    fill(sqlite_database)
    assert subjects(sqlite_database) == ["Handbook", "=cmd()"]
    assert subjects(sqlite_database, action="source added") == ["=cmd()"]
    assert subjects(sqlite_database, person="web:bo") == ["Handbook"]
    assert subjects(sqlite_database, person="web:bo", action="source added") == []


def test_the_log_is_taken_away_with_nothing_that_a_spreadsheet_computes(sqlite_database: Database) -> None:
    fill(sqlite_database)
    _, take_away = audit_feature(sqlite_database).pages
    assert take_away.admin_only
    taken = take_away.handler(PageRequest(ADMIN))
    assert isinstance(taken, Download)
    table = taken.content.decode("utf-8-sig").splitlines()
    assert table[0] == "at,person,action,subject,details"
    assert table[2].endswith("web:ada,source added,'=cmd(),kind: git")
