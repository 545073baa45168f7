"""Where somebody is written to."""

from datetime import UTC, datetime, timedelta

from bot.chat.turn import Place
from bot.features.profile.reach import reach
from bot.storage.people import Account, KnownPerson, People
from bot.storage.unit_of_work import Database

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)


def known(database: Database, *accounts: Account) -> None:
    with database.begin() as unit:
        People(unit).add(KnownPerson("dana", "Dana", NOW))
        for account in accounts:
            People(unit).add_account(account)


def reached(database: Database, person_id: str = "dana", thread: str = "request-1") -> Place | None:
    with database.reading() as unit:
        return reach(person_id, unit, thread)


def test_the_chat_used_last_is_where_somebody_is_reached(sqlite_database: Database) -> None:
    yesterday = NOW - timedelta(days=1)
    slack = Account("slack:T1:U1", "dana", "slack", NOW, direct="T1:D1", looked_at=yesterday)
    teams = Account("teams:X:U1", "dana", "teams", NOW, direct="a:1", looked_at=NOW)
    known(sqlite_database, teams, slack)
    assert reached(sqlite_database) == Place("teams", "a:1")


def test_a_chat_comes_before_the_web_page(sqlite_database: Database) -> None:
    page = Account("oidc:x", "dana", "oidc", NOW, looked_at=NOW)
    known(sqlite_database, page, Account("slack:T1:U1", "dana", "slack", NOW, direct="T1:D1"))
    assert reached(sqlite_database) == Place("slack", "T1:D1")


def test_without_a_chat_the_web_page_has_a_thread_for_it(sqlite_database: Database) -> None:
    known(sqlite_database, Account("web:dana", "dana", "web", NOW))
    assert reached(sqlite_database) == Place("web", "dana", "request-1")


def test_a_chat_in_which_nobody_wrote_reaches_nobody(sqlite_database: Database) -> None:
    known(sqlite_database, Account("slack:T1:U1", "dana", "slack", NOW))
    assert reached(sqlite_database) is None
    assert reached(sqlite_database, "nobody") is None
