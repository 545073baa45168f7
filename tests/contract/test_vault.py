"""One suite for the vault and the address book in memory and on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from sqlalchemy import select, update

from bot.chat.ports import AddressBook, Vault
from bot.storage.addresses import SqlAddresses
from bot.storage.unit_of_work import Database
from bot.storage.vault import SqlVault, secrets
from tests.builders import NOON, minutes
from tests.conftest import KINDS
from tests.fakes_people import MemoryAddresses, MemoryVault

KEY = b"k" * 32


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["memory", *KINDS])
def vault(request: pytest.FixtureRequest, new_database: Callable[[str], Database], clock: Clock) -> Vault:
    kind = str(request.param)
    return MemoryVault(clock) if kind == "memory" else SqlVault(new_database(kind), KEY, clock)


@pytest.fixture(params=["memory", *KINDS])
def addresses(request: pytest.FixtureRequest, new_database: Callable[[str], Database]) -> AddressBook:
    kind = str(request.param)
    return MemoryAddresses() if kind == "memory" else SqlAddresses(new_database(kind))


def test_a_secret_comes_back_and_is_replaced_and_removed(vault: Vault) -> None:
    vault.put("slack/T1", "xoxb-one")
    vault.put("slack/T1", "xoxb-twö")
    vault.put("slack/T_", "other")
    assert vault.get("slack/T1") == "xoxb-twö"
    vault.remove("slack/T1")
    assert vault.get("slack/T1") is None
    assert vault.get("slack/T_") == "other"


def test_one_of_twenty_holds_a_lease_until_it_lets_go(vault: Vault) -> None:
    with ThreadPoolExecutor(20) as pool:
        assert list(pool.map(lambda _: vault.hold("renew", 30), range(20))).count(True) == 1
    assert vault.hold("another", 30)
    vault.let_go("renew")
    assert vault.hold("renew", 30)


def test_a_lease_runs_out(vault: Vault, clock: Clock) -> None:
    assert vault.hold("renew", 60)
    clock.now = NOON + minutes(1)
    assert vault.hold("renew", 60)
    assert not vault.hold("renew", 60)


def test_another_replica_cannot_end_a_lease(database: Database) -> None:
    holder, other = (SqlVault(database, KEY, lambda: NOON) for _ in range(2))
    assert holder.hold("renew", 60)
    other.let_go("renew")
    assert not other.hold("renew", 60)


def test_the_database_never_sees_a_secret_and_gives_it_to_no_other_key_or_name(sqlite_database: Database) -> None:
    vault = SqlVault(sqlite_database, KEY, lambda: NOON)
    vault.put("one", "xoxb-secret")
    with sqlite_database.begin() as unit:
        assert "xoxb" not in unit.connection.execute(select(secrets.c.sealed)).scalar_one()
        unit.connection.execute(update(secrets).values(name="two"))
    assert vault.get("two") is None
    vault.put("one", "xoxb-secret")
    assert SqlVault(sqlite_database, b"x" * 32, lambda: NOON).get("one") is None
    assert SqlVault(sqlite_database, KEY, lambda: NOON).get("one") == "xoxb-secret"


def test_an_address_is_kept_by_platform_and_name(addresses: AddressBook) -> None:
    addresses.put("teams", "a:1", "{}")
    addresses.put_all("teams", {"a:1": '{"x": 1}', "b_1": "b"})
    addresses.put("slack", "a:1", "other")
    assert addresses.get("teams", "a:1") == '{"x": 1}'
    assert addresses.names("teams") == ["a:1", "b_1"]
    assert addresses.names("teams", "b_") == ["b_1"]
    addresses.remove("teams", "a:1")
    assert addresses.get("teams", "a:1") is None
    assert addresses.get("slack", "a:1") == "other"
