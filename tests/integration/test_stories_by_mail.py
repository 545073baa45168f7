"""A story by e-mail, by the relay to a real SMTP server on this machine."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from email.message import EmailMessage

import pytest

from bot.bootstrap.mail import open_mail
from bot.chat.turn import Pressed, Submitted
from bot.features.stories import acts
from bot.features.stories.model import Clearance, Consent
from bot.features.stories.sending import Wanted
from bot.relay import Relay
from bot.settings import Settings
from bot.storage.unit_of_work import Database
from tests.chat_house import CLEO, DANA, SAM
from tests.mail_server import Mailbox, mail_server
from tests.stories_house import ID, TYPED, House, story
from tests.waiting import until

TO = "all@example.org"
HOSTILE = 'Kim Park saw <img src="https://evil.example/i.png"> & [it](https://evil.example).'


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as mailbox:
        yield mailbox


@asynccontextmanager
async def posted(house: House, mailbox: Mailbox) -> AsyncIterator[None]:
    own = {"smtp_host": "127.0.0.1", "smtp_port": mailbox.port, "smtp_from": "coe@example.org", "smtp_tls": "none"}
    opened = open_mail(Settings.model_validate(own), house.clock)
    assert opened is not None
    relay = Relay(house.database, {"mail": opened}, house.clock)
    running = asyncio.create_task(relay.run())
    try:
        yield
    finally:
        relay.stop()
        await running


def due(house: House) -> None:
    while house.timekeeper.run_due():
        pass


def sent(house: House) -> None:
    with house.database.begin() as unit:
        house.desk.send(ID, Wanted(addresses=(TO,)), CLEO, unit, house.clock())
    due(house)


def parts(letter: EmailMessage) -> tuple[str, str]:
    """Its text and its HTML."""
    assert letter.get_content_type() == "multipart/alternative"
    text, html = (part.get_content() for part in letter.iter_parts())
    return text, html


async def test_a_letter_has_all_of_the_story_and_no_name_that_may_not_be_read(
    mailbox: Mailbox, sqlite_database: Database
) -> None:
    house = House(sqlite_database)
    made = story(result=HOSTILE, clearance=Clearance.INTERNAL, cleared_by="Their board", topics=("Größe",))
    house.published(made, DANA)
    async with posted(house, mailbox):
        sent(house)
        await until(lambda: len(mailbox.taken) == 1)

    (letter,) = mailbox.taken
    assert mailbox.recipients == [TO]
    assert letter["Subject"] == "Success story: “Quotes in a day”, with Umbrella."
    text, html = parts(letter)
    for part in (text, html):
        assert "Quotes for Umbrella took two weeks." in part
        assert "Dana Okafor and a colleague drew up one template." in part
        assert "Kim Park" not in part
        assert f"https://hall.example/stories/{ID}" in part
        assert "Told by Sam Lee." in part
        assert "because a curator sent it to this address" in part
        assert "Größe" in part
    assert 'saw <img src="https://evil.example/i.png"> & [it](https://evil.example).' in text
    assert "A colleague saw &lt;img src=" in html
    assert 'href="https://evil' not in html
    assert "<img" not in html.partition("A colleague saw")[2]


async def test_what_is_changed_and_taken_down_is_followed_by_a_letter_and_a_withdrawn_name_by_none(
    mailbox: Mailbox, sqlite_database: Database
) -> None:
    house = House(sqlite_database)
    house.published(None, DANA)
    async with posted(house, mailbox):
        sent(house)
        await until(lambda: len(mailbox.taken) == 1)
        house.answer(ID, DANA, Consent.DECLINED)
        due(house)
        opened = house.act(Pressed(acts.CHANGE, ID, ""), CLEO)
        assert opened.form is not None
        changed = {**TYPED, "people": "Kim Park", "result": "From twelve days to one."}
        house.act(Submitted(acts.CHANGE, changed, opened.form.state, ""), CLEO)
        due(house)
        await until(lambda: len(mailbox.taken) == 2)
        again = house.act(Pressed(acts.CHANGE, ID, ""), CLEO).form
        assert again is not None
        house.act(Submitted(acts.CHANGE, changed, again.state, ""), CLEO)  # with nothing changed
        due(house)
        house.act(Pressed(acts.WITHDRAW, ID, ""), SAM)
        due(house)
        await until(lambda: len(mailbox.taken) == 3)

    first, second, third = mailbox.taken
    assert "Dana Okafor and a colleague" in parts(first)[0]
    assert "From twelve days to one." in parts(second)[0]
    assert ["takes the place of an earlier letter" in parts(each)[0] for each in (first, second)] == [False, True]
    assert "Okafor" not in repr(parts(second))
    assert third["Subject"] == "The success story “Quotes in a day” was taken down."
    assert [each["In-Reply-To"] for each in (second, third)] == [first["Message-ID"]] * 2
    assert mailbox.recipients == [TO] * 3
