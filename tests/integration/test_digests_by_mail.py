"""A digest by e-mail, to a real SMTP server on this machine; and the way out of it that needs no sign-in."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aiohttp import ClientSession, FormData
from aiohttp.test_utils import TestServer

from bot.chat.reply import Message, Paragraph
from bot.chat.turn import Place
from bot.dashboard.app import create_web_app
from bot.dashboard.leaving import LeavePage
from bot.directory import Directory
from bot.features.digests.model import DigestState
from bot.platforms.mail.messenger import MailMessenger
from bot.platforms.mail.settings import MailSettings
from bot.settings import Settings
from bot.storage.subscriptions import Subscription, Subscriptions
from bot.storage.unit_of_work import Database
from tests.chat_house import BASE, DANA, KIM
from tests.digests_house import House, at, item
from tests.mail_server import Mailbox, mail_server

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as mailbox:
        yield mailbox


@pytest.fixture
def house(database: Database) -> House:
    return House(database)


@pytest.fixture
async def page(house: House, tmp_path: Path) -> AsyncIterator[TestServer]:
    """Of nothing but the way out."""
    section = LeavePage(house.database, house.catalog.leaves, house.clock)
    directory = Directory(house.database, house.clock)
    settings = Settings.model_validate({"home": tmp_path})
    async with TestServer(
        create_web_app(settings, pages=[], sections=[section], directory=directory, clock=house.clock)
    ) as server:
        yield server


async def posted(mailbox: Mailbox, place: Place, message: Message) -> EmailMessage:
    own = MailSettings("127.0.0.1", mailbox.port, "guildhall@coe.example", tls="none")
    await MailMessenger(own, lambda: at(1, 15)).post(place, message, "key", "")
    return mailbox.taken[-1]


async def letter_of(house: House, mailbox: Mailbox) -> EmailMessage:
    """Dana's first."""
    house.gets_one(where="mail")
    house.tell(*(item(f"Titel{number} <b>für alle</b>") for number in range(5)))
    (delivery,) = house.live(at(1, 15))
    return await posted(mailbox, delivery.place, delivery.message)


def way_out(letter: EmailMessage) -> str:
    """Its path and key, without the address of this test's page."""
    url = urlsplit(letter["List-Unsubscribe"].strip("<>"))
    return f"{url.path}?{url.query}"


async def test_a_letter_tells_all_of_it_and_says_how_to_stop_it(mailbox: Mailbox, house: House) -> None:
    letter = await letter_of(house, mailbox)
    assert mailbox.recipients[0] == "dana@example.org"
    assert letter["Subject"] == "Your digest of 1 March 2027: 5 new or changed documents."
    text, html = (part.get_content() for part in letter.iter_parts())
    for number in range(5):
        assert f"Titel{number} <b>für alle</b>" in text
        assert f"Titel{number} &lt;b&gt;für alle&lt;/b&gt;" in html
    assert f'href="{BASE}/digests/{house.kept(DANA).id}/2027-03-01"' in html
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    out = f"{BASE}{way_out(letter)}"
    assert out.startswith(f"{BASE}/leave?key=")
    assert out in text
    assert f'href="{out}"' in html
    assert "Stop it" in html


@pytest.mark.parametrize("host", ["guild.example", f"{'long.' * 40}example"])
async def test_mail_programs_read_the_way_out_as_it_is_however_long(mailbox: Mailbox, host: str) -> None:
    url = f"https://{host}/leave?key={'k_-' * 14}"
    await posted(mailbox, Place("mail", "dana@example.org"), Message("Digest.", (Paragraph("Hi."),), leave_url=url))
    assert f"List-Unsubscribe: <{url}>\r\n".encode() in mailbox.raw[-1]
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in mailbox.raw[-1]


@pytest.mark.parametrize("url", ["", "http://guild.intranet/leave?key=k"])
async def test_where_no_mail_program_could_stop_it_safely_none_is_offered_to(mailbox: Mailbox, url: str) -> None:
    place = Place("mail", "dana@example.org")
    letter = await posted(mailbox, place, Message("Digest.", (Paragraph("Hi."),), leave_url=url))
    assert letter["List-Unsubscribe"] is None
    assert letter["List-Unsubscribe-Post"] is None


async def test_a_mail_program_stops_that_digest_and_no_other(mailbox: Mailbox, house: House, page: TestServer) -> None:
    house.gets_one(KIM)
    out = way_out(await letter_of(house, mailbox))
    async with ClientSession() as program:
        for _ in range(2):
            taken = await program.post(page.make_url(out), data=ONE_CLICK, allow_redirects=False)
            assert taken.status == 200
            assert "Set-Cookie" not in taken.headers
            assert "You get no digest any more." in await taken.text()
    assert house.kept(DANA).state is DigestState.STOPPED
    assert house.kept(KIM).state is DigestState.RUNNING
    house.tell(item("Later"))
    assert [each.place.platform for each in house.live(at(9, 12))] == ["slack"]


async def test_a_form_of_several_parts_is_read_too(mailbox: Mailbox, house: House, page: TestServer) -> None:
    out = way_out(await letter_of(house, mailbox))
    parts = FormData(default_to_multipart=True)
    parts.add_field("List-Unsubscribe", "One-Click")
    async with ClientSession() as program:
        assert (await program.post(page.make_url(out), data=parts)).status == 200
    assert house.kept(DANA).state is DigestState.STOPPED


async def test_what_is_said_in_pieces_is_heard_whole(mailbox: Mailbox, house: House, page: TestServer) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"List-Unsubscr"
        await asyncio.sleep(0.05)
        yield b"ibe=One-Click"

    out = way_out(await letter_of(house, mailbox))
    async with ClientSession() as program:
        assert (await program.post(page.make_url(out), data=pieces())).status == 200
    assert house.kept(DANA).state is DigestState.STOPPED


async def test_looking_at_the_way_out_stops_nothing_and_offers_one_press(
    mailbox: Mailbox, house: House, page: TestServer
) -> None:
    out = way_out(await letter_of(house, mailbox))
    async with ClientSession() as browser:
        for ask in (browser.get, browser.head):
            assert (await ask(page.make_url(out))).status == 200
        assert (await browser.post(page.make_url(out), data={"proof": "x"})).status == 400
        drawn = await (await browser.get(page.make_url(out))).text()
    assert '<form method="post">' in drawn
    assert "Dana" not in drawn
    assert house.kept(DANA).state is DigestState.RUNNING


async def test_a_key_of_nothing_or_of_something_else_stops_nothing(
    mailbox: Mailbox, house: House, page: TestServer
) -> None:
    await letter_of(house, mailbox)
    digest = house.kept(DANA)
    with house.database.begin() as unit:
        keys = Subscriptions(unit)
        calendar = keys.key_of(Subscription("calendar.mine", "", DANA.id), house.clock())
        strangers = keys.key_of(Subscription("digests.letters", digest.id, KIM.id), house.clock())
    async with ClientSession() as program:
        for key in ("", "unknown", "x" * 500, "ключ", "\x00", calendar):
            for ask in (program.get, program.post):
                asked = await ask(page.make_url("/leave").with_query(key=key), data=ONE_CLICK)
                assert asked.status == 404
        assert (await program.post(page.make_url("/leave").with_query(key=strangers), data=ONE_CLICK)).status == 200
    assert house.kept(DANA) == digest
