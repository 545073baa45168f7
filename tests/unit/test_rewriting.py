"""A question as it was asked, made one that stands alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.faq.model import QUESTION_LIMIT
from bot.features.faq.rewriting import standing_alone


@pytest.mark.parametrize(
    ("asked", "alone"),
    [
        ("Where may I park?", "Where may I park?"),
        ("Hi all, where may I park? Thanks a lot", "Where may I park?"),
        ("Hello! Where may I park?\nMany thanks in advance, Dana", "Where may I park?"),
        ("Hallo zusammen, wo darf ich parken? Vielen Dank!", "Wo darf ich parken?"),
        ("Hi there - can I park here?", "Can I park here?"),
        ("Thanks to whom do we owe the mill?", "Thanks to whom do we owe the mill?"),
        ("hire a car?", "Hire a car?"),
        ("We moved offices. Where may I park?", "We moved offices. Where may I park?"),
    ],
)
def test_greeting_and_thanks_are_left_out(asked: str, alone: str) -> None:
    assert standing_alone(asked) == alone


def test_of_a_long_story_what_is_asked_is_kept() -> None:
    story = "Last week we moved to the other building and nobody told us anything about it at all. " * 5
    assert standing_alone(f"{story}Where may I park? {story}And is it free of charge?") == (
        "Where may I park? And is it free of charge?"
    )


@given(st.text(max_size=1_000))
def test_whatever_is_asked_fits(text: str) -> None:
    assert len(standing_alone(text)) <= QUESTION_LIMIT
