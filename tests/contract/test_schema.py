"""Migrations and models say the same on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from bot.storage.engine import open_engine
from bot.storage.schema import upgrade_schema
from bot.storage.tables import metadata
from tests.conftest import KINDS
from tests.postgres import Server

NewUrl = Callable[[], str]


@pytest.fixture(params=KINDS)
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> NewUrl:
    """URLs of databases without any table."""

    def create() -> str:
        if request.param == "sqlite":
            return f"sqlite:///{tmp_path / 'new' / 'guildhall.db'}"
        server: Server = request.getfixturevalue("postgres_server")
        return server.create_database()

    return create


def test_the_migrations_make_what_the_models_say(new_url: NewUrl) -> None:
    engine = open_engine(new_url())
    upgrade_schema(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_upgrading_again_changes_nothing(new_url: NewUrl) -> None:
    engine = open_engine(new_url())
    upgrade_schema(engine)
    before = inspect(engine).get_table_names()
    upgrade_schema(engine)
    assert inspect(engine).get_table_names() == before
    engine.dispose()


def test_replicas_that_start_at_once_upgrade_once(new_url: NewUrl) -> None:
    url = new_url()

    def start(_: int) -> None:
        engine = open_engine(url)
        upgrade_schema(engine)
        engine.dispose()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(start, range(6)))
