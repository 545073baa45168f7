"""E-mail to a real SMTP server on this machine."""

import asyncio
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import vobject
from sqlalchemy import select

from bot.bootstrap.mail import MailIncomplete, open_mail
from bot.chat.errors import DeliveryFailed, OutcomeUnknown
from bot.chat.reply import Invitation, Message, Note, Paragraph, Post
from bot.chat.turn import Place
from bot.commands.finding import State
from bot.commands.mail_checks import check_mail
from bot.platforms.mail.messenger import MailMessenger
from bot.platforms.mail.settings import MailSettings
from bot.relay import Relay
from bot.settings import Settings, SmtpTls
from bot.storage.outbox import Outbox, OutboxState, outbox
from bot.storage.unit_of_work import Database
from scheduler.calendar_file import Attendee, CalendarEvent, Method, calendar_file
from tests.calendar_client import CalendarClient
from tests.mail_server import PASSWORD, USER, Mailbox, certificate_for_this_machine, mail_server
from tests.waiting import until

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
STARTS = datetime(2027, 3, 9, 14, tzinfo=UTC)
FROM = "guildhall@coe.example"
SAM = Place("mail", "sam@example.com")
HELLO = Message("You are booked with Dana.", (Paragraph("You are booked."), Note("You asked for this.")))


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as mailbox:
        yield mailbox


def messenger(port: int, tls: SmtpTls = "none", user: str = "", password: str = "") -> MailMessenger:
    own = MailSettings("127.0.0.1", port, FROM, user=user, password=password, tls=tls)
    return MailMessenger(own, lambda: NOW)


def invited(sequence: int, method: Method, starts: datetime = STARTS) -> Message:
    event = CalendarEvent(
        "session-7@coe.example",
        sequence,
        starts,
        starts + timedelta(hours=1),
        "Europe/Berlin",
        "Office hours: Verlängerungen",
        organiser=Attendee("Dana Reyes", FROM),
        attendees=(Attendee("Sam Okafor", "sam@example.com"),),
    )
    file = calendar_file(method, [event], NOW).decode()
    block = Invitation(event.title, "9 March 2027, 15:00", file=file, method="CANCEL" if sequence == 2 else "REQUEST")
    return Message("You are booked with Dana.", (block,))


def calendar_part(mailbox: Mailbox, index: int = -1) -> bytes:
    letter = mailbox.taken[index]
    part = next(each for each in letter.walk() if each.get_content_type() == "text/calendar")
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content


async def test_a_message_arrives_as_text_and_as_html(mailbox: Mailbox) -> None:
    named = await messenger(mailbox.port).post(SAM, HELLO, "booking:7", "nonce")

    letter = mailbox.taken[0]
    assert mailbox.recipients == ["sam@example.com"]
    assert (letter["From"], letter["To"]) == ("Guildhall <guildhall@coe.example>", "sam@example.com")
    assert (letter["Subject"], letter["Message-ID"]) == ("You are booked with Dana.", named)
    assert letter["Date"].datetime == NOW
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in letter.iter_parts()] == ["text/plain", "text/html"]
    text, html = (part.get_content() for part in letter.iter_parts())
    assert "You are booked." in text
    assert ">You are booked.</p>" in html


async def test_an_invitation_comes_as_a_part_and_as_a_file(mailbox: Mailbox) -> None:
    await messenger(mailbox.port).post(SAM, invited(0, Method.REQUEST), "booking:7", "nonce")

    types = [part.get_content_type() for part in mailbox.taken[0].walk() if not part.is_multipart()]
    assert types == ["text/plain", "text/html", "text/calendar", "application/ics"]
    part = next(each for each in mailbox.taken[0].walk() if each.get_content_type() == "text/calendar")
    assert part.get_param("method") == "REQUEST"
    file = next(mailbox.taken[0].iter_attachments())
    assert file.get_filename() == "invitation.ics"
    read = vobject.readOne(calendar_part(mailbox).decode())
    assert read.vevent.summary.value == "Office hours: Verlängerungen"
    assert read.serialize() == vobject.readOne(file.get_content().decode()).serialize()


async def test_a_booking_that_is_moved_and_cancelled_leaves_the_readers_calendar(mailbox: Mailbox) -> None:
    mail, client = messenger(mailbox.port), CalendarClient()
    later = STARTS + timedelta(hours=1)

    named = await mail.post(SAM, invited(0, Method.REQUEST), "booking:7", "n")
    client.receive(calendar_part(mailbox))
    assert [at for at, _ in client.dates()] == [STARTS]

    await mail.update(SAM, named, invited(1, Method.REQUEST, later), "n")
    client.receive(calendar_part(mailbox))
    assert [at for at, _ in client.dates()] == [later]

    await mail.update(SAM, named, invited(2, Method.CANCEL, later), "n")
    client.receive(calendar_part(mailbox))
    assert client.dates() == []
    assert [letter["In-Reply-To"] for letter in mailbox.taken] == [None, named, named]
    assert len({letter["Message-ID"] for letter in mailbox.taken}) == 3


async def test_every_try_of_one_delivery_has_the_same_id(mailbox: Mailbox) -> None:
    mail = messenger(mailbox.port)

    first = await mail.post(SAM, HELLO, "booking:7", "n1")
    again = await mail.post(SAM, HELLO, "booking:7", "n1")
    other = await mail.post(Place("mail", "dana@example.com"), HELLO, "booking:7", "n1")

    assert first == again != other


@pytest.mark.parametrize(
    ("answer", "permanent"),
    [("550 5.1.1 No such user", True), ("452 4.2.2 Mailbox full", False), ("421 4.7.0 Try again later", False)],
)
async def test_a_recipient_that_is_refused_is_final_by_its_number(
    mailbox: Mailbox, answer: str, permanent: bool
) -> None:
    mailbox.on_recipient = answer

    with pytest.raises(DeliveryFailed, match=answer[:3]) as failed:
        await messenger(mailbox.port).post(SAM, HELLO, "booking:7", "n")

    assert failed.value.permanent is permanent
    assert mailbox.taken == []


@pytest.mark.parametrize(("answer", "permanent"), [("554 5.6.0 Refused", True), ("451 4.3.0 Later", False)])
async def test_a_letter_that_is_refused_was_not_delivered(mailbox: Mailbox, answer: str, permanent: bool) -> None:
    mailbox.on_letter = answer

    with pytest.raises(DeliveryFailed) as failed:
        await messenger(mailbox.port).post(SAM, HELLO, "booking:7", "n")

    assert failed.value.permanent is permanent


async def test_nobody_knows_whether_a_letter_arrived_whose_answer_was_lost(mailbox: Mailbox) -> None:
    mailbox.on_letter = ""

    with pytest.raises(OutcomeUnknown):
        await messenger(mailbox.port).post(SAM, HELLO, "booking:7", "n")

    assert len(mailbox.taken) == 1


async def test_a_server_that_is_not_there_is_tried_again() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens
        with pytest.raises(DeliveryFailed, match="cannot be reached") as failed:
            await messenger(taken.getsockname()[1]).post(SAM, HELLO, "booking:7", "n")

    assert not failed.value.permanent


@pytest.mark.parametrize(
    "address", ["", "sam", "sam@example.com\r\nBcc: x@y.z", "a b@c.de", "<sam@example.com>", "ü@x.y"]
)
async def test_what_is_no_address_gets_nothing(mailbox: Mailbox, address: str) -> None:
    with pytest.raises(DeliveryFailed) as failed:
        await messenger(mailbox.port).post(Place("mail", address), HELLO, "booking:7", "n")

    assert failed.value.permanent
    assert mailbox.taken == []


async def test_the_password_goes_over_an_encrypted_line_to_a_server_that_proves_who_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = certificate_for_this_machine(tmp_path)
    with mail_server(certificate) as mailbox:
        with pytest.raises(DeliveryFailed, match="not trusted") as failed:
            await messenger(mailbox.port, "starttls", USER, PASSWORD).post(SAM, HELLO, "booking:7", "n")
        assert not failed.value.permanent
        assert mailbox.signed_in == []

        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        await messenger(mailbox.port, "starttls", USER, PASSWORD).post(SAM, HELLO, "booking:7", "n")
        assert mailbox.signed_in == [USER.encode()]
        assert len(mailbox.taken) == 1

        with pytest.raises(DeliveryFailed, match="GUILDHALL_SMTP_PASSWORD") as refused:
            await messenger(mailbox.port, "starttls", USER, "wrong").post(SAM, HELLO, "booking:8", "n")
        assert "wrong" not in str(refused.value)


async def test_a_server_that_encrypts_from_the_first_byte_is_spoken_to_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = certificate_for_this_machine(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with mail_server(certificate, is_implicit=True) as mailbox:
        await messenger(mailbox.port, "implicit").post(SAM, HELLO, "booking:7", "n")

        assert len(mailbox.taken) == 1


async def test_nothing_is_sent_in_the_clear_where_encryption_is_asked_for(mailbox: Mailbox) -> None:
    with pytest.raises(DeliveryFailed, match="GUILDHALL_SMTP_TLS") as failed:
        await messenger(mailbox.port, "starttls").post(SAM, HELLO, "booking:7", "n")

    assert failed.value.permanent
    assert mailbox.taken == []


async def test_the_relay_sends_what_waits_for_an_address(mailbox: Mailbox, sqlite_database: Database) -> None:
    opened = open_mail(settings(smtp_host="127.0.0.1", smtp_port=mailbox.port), lambda: NOW)
    assert opened is not None
    with sqlite_database.begin() as unit:
        Outbox(unit).add(Post(invited(0, Method.REQUEST), "booking:7"), SAM, datetime.now(UTC))
    relay = Relay(sqlite_database, {"mail": opened}, lambda: datetime.now(UTC))
    running = asyncio.create_task(relay.run())

    await until(lambda: states(sqlite_database) == [OutboxState.SENT])

    relay.stop()
    await running
    assert vobject.readOne(calendar_part(mailbox).decode()).method.value == "REQUEST"


def states(database: Database) -> list[str]:
    with database.reading() as unit:
        return list(unit.connection.execute(select(outbox.c.state)).scalars())


def settings(**values: object) -> Settings:
    whole = {"smtp_host": "mail.example", "smtp_from": f"The guild <{FROM}>", "smtp_tls": "none", **values}
    return Settings.model_validate(whole)


def test_without_a_mail_server_there_is_no_mail() -> None:
    assert open_mail(settings(smtp_host=""), lambda: NOW) is None
    assert check_mail(settings(smtp_host="")).state is State.OK


@pytest.mark.parametrize("sender", ["", "guildhall", "Guildhall <guildhall>"])
def test_e_mail_has_to_come_from_somewhere(sender: str) -> None:
    with pytest.raises(MailIncomplete, match="GUILDHALL_SMTP_FROM"):
        open_mail(settings(smtp_from=sender), lambda: NOW)
    assert check_mail(settings(smtp_from=sender)).state is State.FAIL


def test_a_password_does_not_cross_the_network_in_the_clear() -> None:
    with pytest.raises(MailIncomplete, match="GUILDHALL_SMTP_TLS"):
        open_mail(settings(smtp_user="guildhall"), lambda: NOW)
    assert open_mail(settings(smtp_user="guildhall", smtp_host="127.0.0.1"), lambda: NOW) is not None


def test_doctor_signs_in_and_sends_nothing(mailbox: Mailbox) -> None:
    finding = check_mail(settings(smtp_host="127.0.0.1", smtp_port=mailbox.port))

    assert finding.state is State.OK
    assert mailbox.taken == []


def test_doctor_says_what_the_mail_server_lacks(mailbox: Mailbox) -> None:
    finding = check_mail(settings(smtp_host="127.0.0.1", smtp_port=mailbox.port, smtp_tls="starttls"))

    assert finding.state is State.FAIL
    assert "GUILDHALL_SMTP_TLS" in finding.advice
