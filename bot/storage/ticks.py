"""Ticks: whoever inserts the row does the work, however many clocks run."""

from datetime import date

from sqlalchemy import Column, Date, String, Table, select

from bot.storage.tables import insert_once, metadata
from bot.storage.unit_of_work import Database

ticks = Table(
    "ticks",
    metadata,
    Column("schedule", String(200), primary_key=True),
    Column("local_date", Date, primary_key=True),
    Column("slot", String(20), primary_key=True),
)


class SqlTicks:
    """Fills `scheduler.tick.Ticks`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def try_take(self, schedule: str, local_date: date, slot: str) -> bool:
        with self._database.begin() as unit:
            return insert_once(unit.connection, ticks, schedule=schedule, local_date=local_date, slot=slot)

    def is_known(self, schedule: str) -> bool:
        with self._database.reading() as unit:
            query = select(ticks.c.schedule).where(ticks.c.schedule == schedule).limit(1)
            return unit.connection.execute(query).first() is not None
