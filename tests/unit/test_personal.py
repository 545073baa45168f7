"""What is personal in a text that is about to be published."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.faq.personal import masked, personal_data, warning

NAMES = ("Dana Okafor", "Sam Lee", "Cher")


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("Write to dana.okafor+faq@mail.acme.example.", "e-mail address", "dana.okafor+faq@mail.acme.example"),
        ("Call +49 (0)30 1234-5678 first.", "phone number", "+49 (0)30 1234-5678"),
        ("Call 0049 30 12345678.", "phone number", "0049 30 12345678"),
        ("Call 030 / 1234567.", "phone number", "030 / 1234567"),
        ("Call (415) 555-2671 today", "phone number", "(415) 555-2671"),
        ("To DE89 3704 0044 0532 0130 00 please", "bank account", "DE89 3704 0044 0532 0130 00"),
        ("To GB82WEST12345698765432.", "bank account", "GB82WEST12345698765432"),
        ("Card 4111 1111 1111 1111, please", "card number", "4111 1111 1111 1111"),
        ("Card 378282246310005", "card number", "378282246310005"),
        ("Dear Mr Smith, thank you", "name", "Smith"),
        ("Ask Dr. Anna Weiß about it", "name", "Anna Weiß"),
        ("Frau Müller weiß es.", "name", "Müller"),
        ("Dear Priya,\nthank you", "name", "Priya"),
        ("as DANA OKAFOR said", "name", "DANA OKAFOR"),
    ],
)
def test_what_has_a_form_or_a_known_name_is_found(text: str, kind: str, found: str) -> None:
    assert [(one.kind, one.text) for one in personal_data(text, NAMES)] == [(kind, found)]
    assert masked(text, NAMES) == text.replace(found, f"[{kind}]")


@pytest.mark.parametrize(
    "text",
    [
        "Renewals start on 2027-03-01 at 10:30.",
        "It costs 1,250,000.00 a year, 12 500 a month.",
        "Version 10.0.19045.3803 of the client; ticket 4711-0815.",
        "Card 4111 1111 1111 1112 fails the check.",
        "Dear Customer, Dear colleagues,",
        "A cherry tree; Sam leeward.",
        "Use the form FR76 of 2027.",
        "Room 0.123, building 42, floor 3.",
        "Discount 10 % from 100 to 999 licences.",
    ],
)
def test_what_only_looks_like_it_is_left_alone(text: str) -> None:
    assert list(personal_data(text, NAMES)) == []


def test_an_account_is_one_by_its_check_digits() -> None:
    assert "bank account" not in {one.kind for one in personal_data("DE89 3704 0044 0532 0130 01", NAMES)}


def test_a_warning_names_what_was_found_once() -> None:
    text = "Ask Sam Lee (sam@acme.example). Sam Lee knows."
    assert warning(personal_data(text, NAMES)) == (
        "It holds personal data: name “Sam Lee”, e-mail address “sam@acme.example”."
    )
    assert warning(()) == ""


@given(st.text("+0123456789 ()-./DE@a.bMrDear Smith,\n", max_size=60))
def test_what_is_masked_is_found_no_more(text: str) -> None:
    once = masked(text, NAMES)
    assert masked(once, NAMES) == once
    found = personal_data(text, NAMES)
    assert all(text[one.start : one.end] == one.text for one in found)
    assert all(before.end <= after.start for before, after in pairwise(found))


def test_first_names_of_those_who_took_part_count_as_they_are_written() -> None:
    said = "Thanks, Will: you will see, Okafor."
    assert masked(said, (), ("Will Ng", "Dana Okafor")) == "Thanks, [name]: you will see, [name]."
    assert masked(said, ()) == said
