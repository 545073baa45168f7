"""Brings the database to the newest schema, at start, however many replicas start at once."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, text

from bot.storage.engine import is_postgresql

if TYPE_CHECKING:
    from alembic.config import Config

_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 7_205_759_403_792_794
"""PostgreSQL advisory lock: whoever holds it migrates, the others wait and find nothing to do."""


def upgrade_schema(engine: Engine) -> None:
    """One transaction: either all steps or none."""
    with engine.begin() as connection:  # on SQLite BEGIN IMMEDIATE, which lets one in
        if is_postgresql(engine):
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        _upgrade(connection)


def schema_versions(connection: Connection) -> tuple[str | None, str | None]:
    """The version that the database has, and the newest there is."""
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    current = MigrationContext.configure(connection).get_current_revision()
    return current, ScriptDirectory.from_config(_config()).get_current_head()


def _upgrade(connection: Connection) -> None:
    from alembic import command

    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config
