import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import text

from bot.features.announcements import tables as announcements_tables
from bot.features.broadcasts import tables as broadcasts_tables
from bot.features.channels import store as channels_store
from bot.features.digests import tables as digests_tables
from bot.features.escalations import tables as escalations_tables
from bot.features.events import tables as events_tables
from bot.features.experts import store as experts_store
from bot.features.faq import entry_store, review_store
from bot.features.faq import store as faq_store
from bot.features.freshness import store as freshness_store
from bot.features.ideas import tables as ideas_tables
from bot.features.indexing import store as indexing_store
from bot.features.introductions import tables as introductions_tables
from bot.features.office_hours import tables as office_hours_tables
from bot.features.pulse import tables as pulse_tables
from bot.features.questions import store as questions_store
from bot.features.questions import told_store
from bot.features.reviews import tables as reviews_tables
from bot.features.stories import tables as stories_tables
from bot.storage import addresses, audit, inbox, nonces, outbox, people, subscriptions, ticks, timers, transcript, vault
from bot.storage.engine import open_engine
from bot.storage.schema import upgrade_schema
from bot.storage.tables import metadata
from bot.storage.unit_of_work import Database
from tests import postgres

# Each of these brings its tables into the metadata.
TABLE_MODULES = (
    announcements_tables,
    broadcasts_tables,
    channels_store,
    digests_tables,
    escalations_tables,
    events_tables,
    experts_store,
    entry_store,
    faq_store,
    review_store,
    told_store,
    freshness_store,
    ideas_tables,
    introductions_tables,
    office_hours_tables,
    pulse_tables,
    reviews_tables,
    stories_tables,
    *(addresses, audit, inbox, indexing_store, nonces, outbox, people, questions_store, ticks, timers),
    *(subscriptions, transcript, vault),
)

settings.register_profile("shared", deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
# The same examples in every run of CI: what a new one finds is for whoever looks for it, not for the next to submit.
settings.register_profile("shared in ci", settings.get_profile("shared"), derandomize=True, database=None)
settings.load_profile("shared in ci" if os.environ.get("CI") else "shared")

KINDS = ("sqlite", "postgresql")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those in the browser last: from the first one on Playwright's event loop runs, and asyncio allows no other."""
    items.sort(key=lambda item: "e2e" in item.path.parts)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    try:
        with postgres.running() as server:
            yield server
    except postgres.Unavailable as why:
        pytest.skip(f"No PostgreSQL: {why}")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the newest schema, to be copied."""
    file = tmp_path_factory.mktemp("template") / "guildhall.db"
    engine = open_engine(f"sqlite:///{file}")
    upgrade_schema(engine)
    engine.dispose()
    return file


@pytest.fixture(scope="session")
def postgres_url(postgres_server: postgres.Server) -> str:
    """One database with the newest schema; `open_database` empties it for each test."""
    url = postgres_server.create_database()
    engine = open_engine(url)
    upgrade_schema(engine)
    engine.dispose()
    return url


@pytest.fixture
def new_database(
    request: pytest.FixtureRequest, tmp_path: Path, sqlite_template: Path
) -> Iterator[Callable[[str], Database]]:
    """Opens an empty database of a kind; those of one test and kind are the same database."""
    opened: list[Database] = []
    emptied: set[str] = set()

    def create(kind: str) -> Database:
        if kind == "sqlite":
            file = tmp_path / "guildhall.db"
            if kind not in emptied:
                shutil.copyfile(sqlite_template, file)
            database = Database(open_engine(f"sqlite:///{file}"))
        else:
            database = Database(open_engine(str(request.getfixturevalue("postgres_url"))))
            if kind not in emptied:
                names = ", ".join(table.name for table in metadata.sorted_tables)
                with database.begin() as unit:
                    unit.connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
        emptied.add(kind)
        opened.append(database)
        return database

    yield create
    for database in opened:
        database.close()


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, new_database: Callable[[str], Database]) -> Database:
    """The same test on both databases."""
    return new_database(str(request.param))


@pytest.fixture
def sqlite_database(new_database: Callable[[str], Database]) -> Database:
    """For what does not depend on the database."""
    return new_database("sqlite")
