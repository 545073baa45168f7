"""What all tables share: their metadata, times in UTC, and inserts that a unique key turns into something else."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import BigInteger, Column, Connection, DateTime, Dialect, Integer, MetaData, Row, Table, literal
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import TypeDecorator

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

RowId = BigInteger().with_variant(Integer, "sqlite")


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC in and out; a naive time is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A time without a zone cannot be kept.")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def insert_once(connection: Connection, table: Table, **values: object) -> bool:
    """Insert a row; False, and nothing done, where a unique key has it already."""
    inserted = _insert(connection, table).values(**values).on_conflict_do_nothing().returning(literal(1))
    return connection.execute(inserted).first() is not None


def insert_or_change(
    connection: Connection,
    table: Table,
    changes: Mapping[str, object],
    *,
    key: Sequence[Column[str]] = (),
    **values: object,
) -> Row[*tuple[object, ...]]:
    """Insert a row, or make `changes` where one has its `key`, the primary one unless named. Returns the row."""
    new = _insert(connection, table).values(**values)
    kept = new.on_conflict_do_update(index_elements=key or list(table.primary_key), set_=changes)
    return connection.execute(kept.returning(*table.c)).one()


def _insert(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    return insert(table)
