"""A story that goes out by e-mail, to a real SMTP server on this machine: once to each, changed and taken down by
letters that follow it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from bs4 import BeautifulSoup

from bot.bootstrap.mail import open_mail
from bot.chat.reply import Message
from bot.features.broadcasts import use_cases
from bot.features.broadcasts.jobs import BroadcastJobs
from bot.features.broadcasts.model import Broadcast, Progress, Recipient
from bot.features.broadcasts.store import SqlBroadcasts
from bot.features.stories import messages
from bot.features.stories.model import TITLE_LIMIT, Clearance, Consent, Credit, Story
from bot.relay import Relay
from bot.settings import Settings
from bot.storage.unit_of_work import Database, UnitOfWork
from bot.timekeeper import Timekeeper
from tests.builders import NOON
from tests.mail_server import OK, Mailbox, mail_server
from tests.waiting import until

BASE = "https://guild.example"
FROM = "coe@example.com"
TO = ("everybody@example.com", "sales@example.com")
HOSTILE = (
    "\u202eNeu\u202c: Angebote\r\nBcc: evil@evil.example\r\n\r\n<script>alert(1)</script> "
    "<img src=https://evil.example/p> "
    "[x](https://evil.example/) =?utf-8?q?=0d=0aBcc:_evil@evil.example?= 界 👩🏽‍🚀 "
)
STORY = Story(
    "5" * 32,
    HOSTILE[:TITLE_LIMIT],
    "kim",
    "Kim <b>Ortiz</b>",
    NOON,
    HOSTILE * 12,
    f"Dana Okafor drew up one template. {HOSTILE}",
    "From ten days to one. " * 80,
    customer="Umbrella",
    called="an insurer in the north",
    clearance=Clearance.ANONYMOUS,
    credits=(Credit("dana", "Dana Okafor", NOON, Consent.AGREED, "Dana Okafor"),),
    topics=("renewals",),
)
UNNAMED = replace(STORY, credits=(replace(STORY.credits[0], consent=Consent.DECLINED, shown_as=""),))


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as mailbox:
        yield mailbox


class Desk:
    """Who sends it; the clock and the relay run by themselves."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.id = ""

    def send(self) -> None:
        letter = messages.for_mail(STORY, BASE)
        made = Broadcast("", STORY.about, "mara", now(), messages.for_channels(STORY, BASE), letter)
        with self.database.begin() as unit:
            self.id = use_cases.draft(made, [Recipient("mail", each) for each in TO], unit).id
            use_cases.send(self.id, "mara", unit, now())

    def act(self, what: Callable[..., object], *given: Message) -> None:
        with self.database.begin() as unit:
            what(self.id, *given, "mara", unit, now())

    def progress(self) -> Progress:
        with self.database.reading() as unit:
            return use_cases.progress_of(self._known(unit), unit)

    def reasons(self) -> list[str]:
        with self.database.reading() as unit:
            return [each.reason for each in use_cases.problems_of(self._known(unit), unit)]

    def _known(self, unit: UnitOfWork) -> Broadcast:
        known = SqlBroadcasts(unit).get(self.id)
        assert known is not None
        return known


@pytest.fixture
async def desk(sqlite_database: Database, mailbox: Mailbox) -> AsyncIterator[Desk]:
    server = {"smtp_host": "127.0.0.1", "smtp_port": mailbox.port, "smtp_tls": "none"}
    opened = open_mail(Settings.model_validate({**server, "smtp_from": f"The guild <{FROM}>"}), now)
    assert opened is not None
    relay = Relay(sqlite_database, {"mail": opened}, now)
    keeper = Timekeeper(sqlite_database, BroadcastJobs().timers(), now)
    running = asyncio.create_task(relay.run())
    keeper.start()
    yield Desk(sqlite_database)
    await asyncio.to_thread(keeper.stop)
    relay.stop()
    await running


def parts(letter: EmailMessage) -> tuple[str, str]:
    """Its text and its HTML."""
    assert letter.get_content_type() == "multipart/alternative"
    text, html = letter.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    return str(text.get_content()), str(html.get_content())


def of(mailbox: Mailbox, to: str) -> Sequence[EmailMessage]:
    return [each for each in mailbox.taken if each["To"] == to]


async def test_each_gets_one_letter_whose_headers_say_what_it_is(desk: Desk, mailbox: Mailbox) -> None:
    desk.send()
    await until(lambda: desk.progress().arrived == len(TO))

    assert sorted(mailbox.recipients) == sorted(TO)
    for to in TO:
        (letter,) = of(mailbox, to)
        assert letter["From"] == f"The guild <{FROM}>"
        assert letter["Auto-Submitted"] == "auto-generated"
        assert "Success story" in letter["Subject"]
        assert {"Bcc", "Cc", "Reply-To"}.isdisjoint(letter.keys())
        assert len(letter.get_all("Message-ID")) == 1
    assert len({each["Message-ID"] for each in mailbox.taken}) == len(TO)


async def test_what_people_wrote_is_words_in_both_halves_of_it(desk: Desk, mailbox: Mailbox) -> None:
    desk.send()
    await until(lambda: desk.progress().arrived == len(TO))

    text, html = parts(mailbox.taken[0])
    read = BeautifulSoup(html, "html.parser")
    assert {str(each["href"]) for each in read.find_all("a")} == {f"{BASE}/stories/{STORY.id}"}
    assert read.find_all(["script", "img", "iframe", "form", "link"]) == []
    for half in (text, read.get_text()):
        assert "<script>alert(1)</script>" in half
        assert "Dana Okafor drew up one template" in half
        assert "Umbrella" not in half
    assert text.count("From ten days to one.") == 80


async def test_a_correction_and_taking_it_down_follow_in_the_same_thread(desk: Desk, mailbox: Mailbox) -> None:
    desk.send()
    await until(lambda: desk.progress().arrived == len(TO))
    desk.act(use_cases.correct, messages.for_channels(UNNAMED, BASE), messages.for_mail(UNNAMED, BASE))
    await until(lambda: len(mailbox.taken) == 2 * len(TO))
    desk.act(use_cases.take_down, messages.taken_down(UNNAMED))
    await until(lambda: len(mailbox.taken) == 3 * len(TO))

    for to in TO:
        first, corrected, down = of(mailbox, to)
        assert corrected["In-Reply-To"] == down["In-Reply-To"] == first["Message-ID"]
        assert len({first["Message-ID"], corrected["Message-ID"], down["Message-ID"]}) == 3
        assert "A colleague drew up one template" in parts(corrected)[0]
        assert "was taken down" in down["Subject"].replace("\r\n", "")
        assert "Dana Okafor" not in parts(down)[0]


async def test_what_the_mail_server_refused_is_said_and_sent_once_it_takes_it(desk: Desk, mailbox: Mailbox) -> None:
    mailbox.on_recipient = "550 5.1.1 No such mailbox"
    desk.send()
    await until(lambda: desk.progress().problems == len(TO))
    assert all("no such mailbox" in each for each in desk.reasons())

    mailbox.on_recipient = OK
    desk.act(use_cases.try_again)
    await until(lambda: desk.progress().arrived == len(TO))
    assert [len(of(mailbox, to)) for to in TO] == [1, 1]
    assert desk.reasons() == []
