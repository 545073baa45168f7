from datetime import UTC, datetime

from bot.chat.turn import Place
from bot.features.profile.mailbox import mailbox
from bot.storage.people import KnownPerson, People
from bot.storage.unit_of_work import Database

NOW = datetime(2027, 3, 1, tzinfo=UTC)


def test_e_mail_goes_to_the_address_that_was_vouched_for(sqlite_database: Database) -> None:
    with sqlite_database.begin() as unit:
        People(unit).add(KnownPerson("p1", "Sam", NOW, email="sam@example.com"))
        People(unit).add(KnownPerson("p2", "Dana", NOW))
        People(unit).add(KnownPerson("p3", "Robin", NOW, email='"robin;x"@example.com'))

        assert mailbox("p1", unit) == Place("mail", "sam@example.com")
        assert mailbox("p2", unit) is None
        assert mailbox("p3", unit) is None
        assert mailbox("nobody", unit) is None
