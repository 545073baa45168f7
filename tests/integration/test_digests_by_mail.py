"""A digest by e-mail, to a real SMTP server on this machine."""

from collections.abc import Iterator

import pytest

from bot.platforms.mail.messenger import MailMessenger
from bot.platforms.mail.settings import MailSettings
from bot.storage.unit_of_work import Database
from tests.digests_house import BASE, DANA, House, at, item
from tests.mail_server import Mailbox, mail_server


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as mailbox:
        yield mailbox


async def test_a_letter_tells_all_of_it_and_says_how_to_stop_it(mailbox: Mailbox, sqlite_database: Database) -> None:
    house = House(sqlite_database)
    house.gets_one(where="mail")
    house.tell(*(item(f"Titel{number} <b>für alle</b>") for number in range(5)))
    (delivery,) = house.live(at(1, 15))
    own = MailSettings("127.0.0.1", mailbox.port, "guildhall@coe.example", tls="none")
    messenger = MailMessenger(own, house.clock)
    await messenger.post(delivery.place, delivery.message, delivery.key, delivery.nonce)
    await messenger.post(delivery.place, delivery.message, delivery.key, delivery.nonce)

    letter, again = mailbox.taken
    assert mailbox.recipients[0] == "dana@example.org"
    assert letter["Subject"] == "Your digest of 1 March 2027: 5 new or changed documents."
    assert letter["Message-ID"] == again["Message-ID"]
    text, html = (part.get_content() for part in letter.iter_parts())
    digest = house.kept(DANA)
    for number in range(5):
        assert f"Titel{number} <b>für alle</b>" in text
        assert f"Titel{number} &lt;b&gt;für alle&lt;/b&gt;" in html
    assert f"{BASE}/digests/{digest.id}/leave" in text
    assert f'href="{BASE}/digests/{digest.id}/leave"' in html
    assert f'href="{BASE}/digests/{digest.id}/2027-03-01"' in html
    assert "Stop it" in html
