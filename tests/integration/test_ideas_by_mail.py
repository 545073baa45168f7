"""What becomes of a request, by e-mail: by the relay to a real SMTP server on this machine."""

import asyncio
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from bot.bootstrap.mail import open_mail
from bot.relay import Relay
from bot.settings import Settings
from bot.storage.unit_of_work import Database
from tests.ideas_house import BASE, CLEO, House, idea
from tests.mail_server import Mailbox, mail_server
from tests.waiting import until

TITLE = "Prices für <b>bundles</b>"
WORD = 'We buy it: <img src="https://evil.example/i.png"> & [there](https://evil.example).'


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as mailbox:
        yield mailbox


def parts(letter: EmailMessage) -> tuple[str, str]:
    """Its text and its HTML."""
    assert letter.get_content_type() == "multipart/alternative"
    text, html = (part.get_content() for part in letter.iter_parts())
    return text, html


async def test_whoever_asked_gets_each_step_of_their_request_as_a_letter(
    mailbox: Mailbox, sqlite_database: Database
) -> None:
    house = House(sqlite_database, has_mail=True)
    made = house.accepted(idea(title=TITLE, by_mail=True))
    with house.database.begin() as unit:
        house.desk.decline(made.id, CLEO, WORD, unit, house.clock())
    own = {"smtp_host": "127.0.0.1", "smtp_port": mailbox.port, "smtp_from": "coe@example.org", "smtp_tls": "none"}
    opened = open_mail(Settings.model_validate(own), house.clock)
    assert opened is not None
    relay = Relay(house.database, {"mail": opened}, house.clock)
    running = asyncio.create_task(relay.run())
    await until(lambda: len(mailbox.taken) == 2)
    relay.stop()
    await running
    accepted, declined = mailbox.taken
    assert mailbox.recipients == ["ana@example.org"] * 2
    assert accepted["Subject"] == f"“{TITLE}” is accepted: Cleo Cura approved it as its curator."
    assert declined["Subject"] == f"Cleo Cura declined “{TITLE}”."
    for letter in (accepted, declined):
        text, html = parts(letter)
        for part in (text, html):
            assert f"{BASE}/ideas/{made.id}" in part
            assert "by e-mail too because you chose that" in part
        assert TITLE in text and TITLE not in html
        assert letter["Auto-Submitted"] == "auto-generated"
    text, html = parts(declined)
    assert f"> {WORD}" in text
    assert "We buy it: &lt;img src=" in html
    assert "<img" not in html and 'href="https://evil' not in html
