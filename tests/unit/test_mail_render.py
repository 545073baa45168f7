from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser
from typing import get_args

import pytest
from hypothesis import given

from bot.chat.mail_address import is_address
from bot.chat.reply import Actions, Block, Button, Facts, Invitation, Message, Note, Paragraph, Span, Table
from bot.platforms.mail.letter import Envelope, letter, letter_id
from bot.platforms.mail.render_html import render_html
from bot.platforms.mail.render_text import render_text
from tests.messages import EVERY_BLOCK, HOSTILE, messages, words

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
ENVELOPE = Envelope("Guildhall", "guildhall@coe.example", "sam@example.com", "<1@coe.example>", NOW)
TAGS = {
    *("html", "head", "meta", "title", "body", "div", "h2", "p", "ol", "ul", "li", "blockquote", "table", "tr", "th"),
    *("td", "a", "br", "strong", "code", "span", "dl", "dt", "dd", "style"),
}
ATTRIBUTES = {
    *("href", "style", "scope", "value", "charset", "name", "content", "lang", "class", "role", "aria-label"),
}
HEADERS = {
    *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress", "MIME-Version"),
    "Content-Type",
}


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.hrefs: list[str] = []
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.hrefs += [value or "" for name, value in attrs if name == "href"]


def sent(message: Message) -> EmailMessage:
    read = message_from_bytes(letter(message, ENVELOPE).as_bytes(), policy=default)
    assert isinstance(read, EmailMessage)
    return read


def test_each_block_is_read_in_text_and_in_html() -> None:
    assert {type(block) for block in EVERY_BLOCK} == set(get_args(Block))

    text, html = (render(Message("s", EVERY_BLOCK)) for render in (render_text, render_html))

    for said in ("Renewals", "120 days", "Said before", "CRM lead", "Open", "Opened at 120.", "Why you see this"):
        assert said in text
        assert said in html
    assert "Office hours: renewals" in text
    assert "3 of 7" in html


def test_links_stand_beside_their_words() -> None:
    message = Message("s", (Paragraph((Span("the playbook", href="https://coe.example/r"),)),))

    assert "the playbook <https://coe.example/r>" in render_text(message)
    assert 'href="https://coe.example/r">the playbook</a>' in render_html(message)


def test_what_cannot_be_pressed_is_reached_by_a_link() -> None:
    message = Message("s", (Actions((Button("Cancel it", "hours.cancel"),)),), "https://coe.example/hours/7")

    assert "Cancel it" not in render_html(message)
    assert "Open it in Guildhall <https://coe.example/hours/7>" in render_text(message)
    assert 'href="https://coe.example/hours/7">Open it in Guildhall</a>' in render_html(message)


def test_the_quiet_line_is_the_last_one() -> None:
    message = Message("s", (Paragraph("You are booked."), Note("Because you booked.")), "https://coe.example/hours/7")

    said = render_text(message).strip().split("\n\n")
    assert said == ["You are booked.", "Open it in Guildhall <https://coe.example/hours/7>", "Because you booked."]


def test_only_what_is_a_table_is_drawn_as_one() -> None:
    facts = Facts((("When", "Tuesday, 2 March 2027"), ("Where", "Room 4")))
    html = render_html(Message("s", (facts, Invitation("Clinic", "Tuesday"), Note("Why."))))

    assert "<table" not in html
    assert html.count("<dt") == 4
    assert "scope" in render_html(Message("s", (Table(("Name",), (("CRM",),)),)))


def test_nothing_is_fetched_from_anywhere() -> None:
    html = render_html(Message("s", EVERY_BLOCK))

    assert not any(word in html for word in ("<img", "<link", "url(", "@import", "src="))


def test_a_message_of_buttons_alone_still_says_something() -> None:
    message = Message("You are booked.", (Actions((Button("Cancel it", "hours.cancel"),)),))

    assert render_text(message) == "You are booked.\n"
    assert ">You are booked.</p>" in render_html(message)


@given(messages)
def test_any_message_is_inert_html(message: Message) -> None:
    reader = Reader()
    reader.feed(render_html(message))

    assert reader.tags <= TAGS
    assert reader.attributes <= ATTRIBUTES
    assert all(href.startswith(("http://", "https://", "mailto:")) for href in reader.hrefs)


@given(words)
def test_a_subject_adds_no_header(summary: str) -> None:
    read = sent(Message(summary, (Paragraph("x"),)))

    assert set(read.keys()) == HEADERS
    assert not read.defects
    assert read.get_content_type() == "multipart/alternative"


@pytest.mark.parametrize(
    "summary",
    [
        "x\r\nBcc: evil@example.com",
        "=?utf-8?q?x=0D=0ABcc:_evil@example.com?=",
        "=?utf-8?b?DQpCY2M6IGV2aWxAZXhhbXBsZS5jb20=?=",
        "=?utf-8?q?x=0D=0A=0D=0A<script>?= tail",
        "ü =?utf-8?q?=0D=0ABcc:_x@y.z?= " * 4,
        *HOSTILE,
    ],
)
def test_no_writing_of_a_line_end_gets_into_the_headers(summary: str) -> None:
    raw = letter(Message(summary, (Paragraph(summary),)), ENVELOPE).as_bytes()
    head = raw.partition(b"\r\n\r\n")[0].decode("ascii")

    names = {line.partition(":")[0] for line in head.split("\r\n") if not line.startswith(" ")}
    assert names == HEADERS
    assert set(sent(Message(summary, ())).keys()) == HEADERS


def test_a_long_subject_is_cut_at_a_word() -> None:
    subject = sent(Message("Überprüfung der Verlängerungen " * 20, ()))["Subject"]

    assert len(subject) <= 151
    assert subject.endswith("Überprüfung der…")


@pytest.mark.parametrize("good", ["sam@example.com", "sam.o'neil+x@mail.example.co.uk", "a@localhost"])
def test_addresses_as_people_have_them_are_taken(good: str) -> None:
    assert is_address(good)


@pytest.mark.parametrize(
    "bad", ["a@b@c", "a..b@c.de", '"a b"@c.de', "a@[127.0.0.1]", "a@b,c@d", "a" * 65 + "@b.c", "@"]
)
def test_addresses_that_servers_read_in_other_ways_are_not(bad: str) -> None:
    assert not is_address(bad)


def test_a_letters_id_tells_nothing_of_whom_it_goes_to() -> None:
    named = letter_id("guildhall@coe.example", "mail/sam@example.com/", "booking:7")

    assert named.endswith("@coe.example>")
    assert "sam" not in named
