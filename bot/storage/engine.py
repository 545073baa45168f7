"""The database engine: SQLite or PostgreSQL, set up so that the same code is safe on both."""

import importlib
import importlib.util
from contextlib import suppress
from pathlib import Path
from types import ModuleType

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

from bot.chat.errors import UserFacingError

BUSY_TIMEOUT = 30.0
"""Seconds that a writer waits for another one."""

READ_ONLY = "guildhall_read_only"
"""Execution option of a connection that will not write."""

_FIXED = (3, 51, 3)
_BACKPORTS = {(3, 44): 6, (3, 50): 7}


def has_wal_reset_fix(version: tuple[int, ...]) -> bool:
    """False for the SQLite versions whose write-ahead log can corrupt the file when it is reset."""
    return version >= _FIXED or version[2] >= _BACKPORTS.get((version[0], version[1]), 1_000_000)


def open_engine(url: str) -> Engine:
    """An engine for `url`; opens no connection yet, but makes the folder of a SQLite file."""
    parsed = database_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(url, Path(parsed.database or ""))
    if parsed.drivername in ("postgres", "postgresql"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    return create_engine(parsed, pool_size=10, max_overflow=30, pool_pre_ping=True, hide_parameters=True)


def database_url(url: str) -> URL:
    """Raises UserFacingError, which repeats nothing of what may be a password."""
    with suppress(ArgumentError, ValueError):
        parsed = make_url(url)
        if parsed.get_backend_name() in ("sqlite", "postgres", "postgresql"):
            return parsed
    raise UserFacingError(
        "GUILDHALL_DATABASE_URL is not the address of a PostgreSQL database, so nothing was opened. "
        "It looks like postgresql://USER:PASSWORD@HOST/NAME, with % codes for signs like @ and / in the password."
    )


def is_postgresql(engine: Engine) -> bool:
    return engine.dialect.name == "postgresql"


def sqlite_driver() -> ModuleType:
    """The SQLite that comes as a wheel, where it is installed: newer than the one that most Pythons are linked to."""
    if importlib.util.find_spec("pysqlite3") is not None:
        return importlib.import_module("pysqlite3.dbapi2")
    return importlib.import_module("sqlite3")


def _sqlite(url: str, file: Path) -> Engine:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    driver = sqlite_driver()
    # Without an isolation level the driver begins nothing itself. Its BEGIN is deferred: a reader that turns writer
    # fails with "locked".
    options = {"timeout": BUSY_TIMEOUT, "check_same_thread": False, "isolation_level": None}
    engine = create_engine(
        url, module=driver, pool_size=10, max_overflow=50, hide_parameters=True, connect_args=options
    )
    journal = "WAL" if has_wal_reset_fix(driver.sqlite_version_info) else "PERSIST"

    def on_connect(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        for pragma in (f"journal_mode={journal}", "synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    def on_begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get(READ_ONLY, False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", on_begin)
    return engine
