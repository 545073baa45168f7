from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy.exc import StatementError

from bot.chat.reply import (
    Actions,
    Bullets,
    Button,
    Citation,
    Facts,
    Heading,
    Message,
    Note,
    Paragraph,
    Progress,
    Quote,
    Sources,
    Span,
    Table,
)
from bot.chat.turn import Commanded, Content, Person, Place, Pressed, Said, Submitted, Turn, storable
from bot.chat.wording import shortened
from bot.storage.audit import AuditEntry, latest, record
from bot.storage.engine import has_wal_reset_fix, sqlite_driver
from bot.storage.serialisation import message_from_json, message_to_json, turn_from_json, turn_to_json
from bot.storage.unit_of_work import Database
from tests.builders import NOON


@pytest.mark.parametrize(
    ("version", "fixed"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 9), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 0), True),
        ((4, 0, 0), True),
    ],
)
def test_the_write_ahead_log_is_used_only_where_it_is_safe(version: tuple[int, ...], fixed: bool) -> None:
    assert has_wal_reset_fix(version) is fixed


def test_a_sqlite_file_is_durable_and_keeps_its_references(sqlite_database: Database) -> None:
    with sqlite_database.reading() as unit:
        pragma = {
            name: unit.connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    wal = has_wal_reset_fix(sqlite_driver().sqlite_version_info)
    assert pragma == {"journal_mode": "wal" if wal else "persist", "synchronous": 2, "foreign_keys": 1}


def test_times_are_kept_in_utc_and_naive_ones_refused(sqlite_database: Database) -> None:
    eastern = datetime(2027, 3, 1, 7, 0, tzinfo=timezone(timedelta(hours=-5)))
    with sqlite_database.begin() as unit:
        record(unit, AuditEntry(eastern, "web:ada", "kept"))
        (entry,) = latest(unit)
        assert (entry.at, entry.at.tzinfo) == (NOON, UTC)
    with pytest.raises(StatementError, match="zone"), sqlite_database.begin() as unit:
        record(unit, AuditEntry(eastern.replace(tzinfo=None), "web:ada", "refused"))


@pytest.mark.parametrize(
    "content",
    [
        Said("Wie geht's? 👋🏽 \0 <!channel>"),
        Commanded("reindex", "all"),
        Pressed("a.b", "x", "n", None),
        Submitted("a.b", {"one": "x", "many": ("y", "z"), "none": ""}, "state", "n"),
    ],
)
def test_every_turn_survives_being_kept(content: Content) -> None:
    person = Person("web:dana", "Dana", frozenset({"b", "a"}), frozenset({"retail"}), "de", "Europe/Berlin", True)
    turn = Turn("k", person, Place("slack", "C1", "1.2", True, frozenset({"everyone", "x"})), NOON, content)
    assert turn_from_json(turn_to_json(turn)) == turn


def test_every_block_survives_being_kept() -> None:
    text = (Span("bold", bold=True), Span("link", href="https://a.example/"), Span("code", code=True))
    message = Message(
        "All.",
        (
            Heading("h"),
            Paragraph("p"),
            Paragraph(text),
            Bullets(("a", text), ordered=True),
            Quote("q"),
            Facts((("label", text),)),
            Table(("a", "b"), (("1", "2"),)),
            Sources((Citation(1, "t", "p", "/u", "q", "n"),)),
            Progress("going", 1, 2),
            Actions((Button("Go", "a.b", "v", "danger", "Sure?"),)),
            Note(text),
        ),
    )
    assert message_from_json(message_to_json(message)) == message


def test_what_no_database_takes_is_left_out() -> None:
    assert storable("a\0b\ud800c 👋") == "ab?c 👋"


def test_words_are_shortened_between_words() -> None:
    assert shortened("one two  three", 40) == "one two three"
    assert shortened("one two three", 11) == "one two…"
    assert shortened("x" * 30, 10) == "x" * 9 + "…"
