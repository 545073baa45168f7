"""A page's form can bring a field several times: then what counts is checked, and not how often it came."""

from bot.chat.form import DateField, Form, TextField, missing_or_invalid

FORM = Form("a.b", "Title", (TextField("text", "Text", max_length=5), DateField("day", "Day")))


def test_a_text_sent_twice_is_as_long_as_the_first() -> None:
    problems = missing_or_invalid(FORM, {"text": ("much too long", "b"), "day": "2027-03-31"})
    assert problems == {"text": "At most 5 characters, please; this has 13."}


def test_nothing_sent_twice_is_nothing() -> None:
    assert missing_or_invalid(FORM, {"text": ("", "b"), "day": ("", "2027-03-31")}).keys() == {"text", "day"}
