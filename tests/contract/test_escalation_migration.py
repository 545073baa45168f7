"""Questions that waited for an expert before there were requests go on as requests."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

import bot.storage.migrations
from bot.features.escalations.model import Entry, State, Step
from bot.features.escalations.store import SqlEscalations
from bot.storage.engine import open_engine
from bot.storage.timers import Timers
from bot.storage.unit_of_work import Database
from tests.builders import NOON, minutes
from tests.conftest import KINDS
from tests.postgres import Server

SHARED = {"platform": "slack", "channel": "T1/C1", "thread": "1.2", "is_shared": True, "members": ["sales"]}
PRIVATE = {"platform": "web", "channel": "p1", "thread": "t1", "is_shared": False, "members": ["everyone"]}


@pytest.fixture(params=KINDS)
def old_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """With the schema of before."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'old.db'}"
    else:
        server: Server = request.getfixturevalue("postgres_server")
        url = server.create_database()
    database = Database(open_engine(url))
    with database.begin() as unit:
        _migrate(unit.connection, "0008")
    yield database
    database.close()


def test_what_waited_for_an_expert_is_open_and_due_to_be_offered(old_database: Database) -> None:
    with old_database.begin() as unit:
        _ask(unit.connection, "shared", SHARED, "open")
        _ask(unit.connection, "private", PRIVATE, "open")
        _ask(unit.connection, "served", PRIVATE, "none")
        _has_account(unit.connection, "slack", "T1/D1")
        _migrate(unit.connection, "0009")
    with old_database.reading() as unit:
        store, timers = SqlEscalations(unit), Timers(unit)
        shared, private = store.get("shared"), store.get("private")
        assert shared is not None and private is not None and store.get("served") is None
        assert (shared.state, shared.asker_id, shared.is_anonymous) == (State.OPEN, "p1", True)
        assert (shared.opened_at, shared.readers) == (NOON + minutes(5), {"sales"})
        assert (shared.private.channel, shared.private.is_shared) == ("T1/D1", False)
        assert (private.private, private.readers) == (private.place, {"everyone"})
        assert store.in_thread(shared.place) == [shared]
        assert store.log("shared") == [Entry("shared", Step.OPENED, NOON + minutes(5), "p1", "", "How?")]
        due = {timer.subject for timer in timers.due(["escalations.offer"], NOON + minutes(5))}
        assert due == {"shared", "private"}


def _migrate(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(bot.storage.migrations.__path__[0])))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def _ask(connection: Connection, question_id: str, place: dict[str, object], wish: str) -> None:
    conversation = f"{place['platform']}/{place['channel']}/{place['thread']}"
    connection.execute(
        text(
            "INSERT INTO questions (id, person_id, person_name, conversation, place, asked_at, text, understood, "
            "outcome, confidence, sources, shown, comment, wish, wished_at) VALUES (:id, 'p1', 'Pat', :conversation, "
            ":place, :asked_at, 'How?', 'how', 'unknown', 0.1, '[]', '{}', '', :wish, :wished_at)"
        ),
        {
            "id": question_id,
            "conversation": conversation,
            "place": json.dumps(place),
            "asked_at": NOON.isoformat(" "),
            "wish": wish,
            "wished_at": (NOON + minutes(5)).replace(tzinfo=None).isoformat(" ", "microseconds")
            if connection.dialect.name == "sqlite"
            else NOON + minutes(5),
        },
    )


def _has_account(connection: Connection, platform: str, direct: str) -> None:
    connection.execute(
        text(
            "INSERT INTO accounts (id, person_id, platform, direct, name, email, is_email_verified, is_guest, "
            "is_separate, groups, created_at) VALUES ('slack:T1:U1', 'p1', :platform, :direct, 'Pat', '', :no, :no, "
            ":no, '[]', :at)"
        ),
        {"platform": platform, "direct": direct, "no": False, "at": NOON.isoformat(" ")},
    )
