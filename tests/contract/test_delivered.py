from bot.chat.reply import Post
from bot.chat.turn import Place
from bot.storage.delivered import SqlDelivered
from bot.storage.outbox import Outbox
from bot.storage.unit_of_work import Database
from tests.builders import NOON, THREAD, message, minutes


def add(database: Database, text: str) -> None:
    with database.begin() as unit:
        Outbox(unit).add(Post(message(text), "card"), THREAD, NOON)


def deliver(database: Database, row: int) -> None:
    with database.begin() as unit:
        delivery = Outbox(unit).claim(row, NOON)
        assert delivery is not None
        Outbox(unit).sent(delivery, "C1:171.2", NOON)


def test_what_stands_is_the_newest_version_also_while_it_is_on_its_way(database: Database) -> None:
    delivered = SqlDelivered(database)
    add(database, "First.")
    deliver(database, 1)
    first = delivered.latest(THREAD, "card")
    add(database, "Second.")
    second = delivered.latest(THREAD, "card")
    assert first is not None
    assert second is not None
    assert (first[0], second[0]) == (message("First."), message("Second."))
    assert first[1] != second[1]


def test_a_message_is_known_by_the_id_that_the_platform_gave_it(database: Database) -> None:
    delivered = SqlDelivered(database)
    add(database, "First.")
    assert delivered.key_of(THREAD, "C1:171.2") is None
    deliver(database, 1)
    assert delivered.key_of(THREAD, "C1:171.2") == "card"
    assert delivered.key_of(Place("web", "web:sam"), "C1:171.2") is None
    assert delivered.latest(THREAD, "another") is None


def test_what_failed_does_not_stand_there(database: Database) -> None:
    add(database, "First.")
    deliver(database, 1)
    add(database, "Second.")
    with database.begin() as unit:
        delivery = Outbox(unit).claim(2, NOON)
        assert delivery is not None
        Outbox(unit).fail(delivery, "blocked", NOON)
    found = SqlDelivered(database).latest(THREAD, "card")
    assert found is not None
    assert found[0] == message("First.")


def test_what_stands_is_kept_as_long_as_its_buttons(database: Database) -> None:
    add(database, "First.")
    deliver(database, 1)
    with database.begin() as unit:
        Outbox(unit).purge(NOON + minutes(1), NOON)
    assert SqlDelivered(database).latest(THREAD, "card") is not None
