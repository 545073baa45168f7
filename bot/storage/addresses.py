"""What platforms have to remember to reach a place later."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Column, String, Table, Text, delete, select

from bot.storage.tables import insert_or_change, metadata
from bot.storage.unit_of_work import Database

addresses = Table(
    "addresses",
    metadata,
    Column("platform", String(50), primary_key=True),
    Column("name", String(500), primary_key=True),
    Column("address", Text, nullable=False),
)


class SqlAddresses:
    """Fills `bot.chat.ports.AddressBook`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, platform: str, name: str, address: str) -> None:
        self.put_all(platform, {name: address})

    def put_all(self, platform: str, by_name: Mapping[str, str]) -> None:
        with self._database.begin() as unit:
            for name, address in sorted(by_name.items()):  # in one order, so that no two wait for each other
                insert_or_change(
                    unit.connection, addresses, {"address": address}, platform=platform, name=name, address=address
                )  # fmt: skip

    def get(self, platform: str, name: str) -> str | None:
        query = select(addresses.c.address).where(addresses.c.platform == platform, addresses.c.name == name)
        with self._database.reading() as unit:
            return unit.connection.execute(query).scalar_one_or_none()

    def remove(self, platform: str, name: str) -> None:
        with self._database.begin() as unit:
            unit.connection.execute(
                delete(addresses).where(addresses.c.platform == platform, addresses.c.name == name)
            )  # fmt: skip

    def names(self, platform: str, prefix: str = "") -> Sequence[str]:
        query = select(addresses.c.name).where(
            addresses.c.platform == platform, addresses.c.name.startswith(prefix, autoescape=True)
        )
        with self._database.reading() as unit:
            return sorted(unit.connection.execute(query).scalars())
