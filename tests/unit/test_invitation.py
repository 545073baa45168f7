from dataclasses import replace

from bot.chat.reply import Invitation, Message, Span
from bot.storage.serialisation import message_from_json, message_to_json

INVITED = Invitation(
    "Office hours: renewals", "tomorrow, 15:00 your time", "Room 4", "https://coe.example/7.ics", "BEGIN:VCALENDAR"
)


def test_an_invitation_says_what_when_and_where_and_leads_to_its_file() -> None:
    assert INVITED.facts.pairs == (
        ("What", "Office hours: renewals"),
        ("When", "tomorrow, 15:00 your time"),
        ("Where", "Room 4"),
        ("Calendar", (Span("Add it to your calendar", href="https://coe.example/7.ics"),)),
    )


def test_what_is_cancelled_is_taken_out() -> None:
    cancelled = replace(INVITED, method="CANCEL")

    assert cancelled.facts.pairs[-1][1] == (Span("Take it out of your calendar", href=INVITED.url),)


def test_what_is_not_known_is_not_mentioned() -> None:
    pairs = replace(INVITED, where="", url="").facts.pairs

    assert [label for label, _ in pairs] == ["What", "When"]


def test_an_invitation_is_kept_with_its_message() -> None:
    message = Message("You are booked.", (INVITED,))

    assert message_from_json(message_to_json(message)) == message
