"""Text that was made to keep us busy: all of it is read and shown in the time that its length takes."""

from collections.abc import Callable
from time import process_time

import pytest

from bot.chat.question_words import looks_like_question
from bot.platforms.slack.mrkdwn import plain_words
from bot.platforms.slack.render_text import escaped
from bot.platforms.teams.escaping import inert, markdown, message_text
from bot.platforms.teams.words import html_text, tidy

LENGTH = 40_000
SOON = 0.5
"""Seconds; read letter by letter again and again it would be many of them."""

SHAPES = (
    *("a", "<", "<a", "<!", "< ", " ", " \n", "\n", "`", "```a", "?", "? ", "?'", "_", "_a", ":a", "*", "[a]("),
    *("1.", "> "),
)
BEGINNINGS = ("", "<", "?", "a\n", "<@U1>", ":", "```")


@pytest.mark.parametrize(
    "read", [looks_like_question, plain_words, escaped, inert, markdown, message_text, html_text, tidy]
)
def test_hostile_text_is_read_in_one_pass(read: Callable[[str], object]) -> None:
    for beginning in BEGINNINGS:
        for shape in SHAPES:
            text = f"{beginning}{shape * (LENGTH // len(shape))}x"
            began = process_time()
            read(text)
            assert process_time() - began < SOON, (beginning, shape)


def test_what_follows_a_quote_is_still_a_question() -> None:
    assert looks_like_question("> somebody said this\nWhen does the renewal clock start?")
    assert not looks_like_question("> When does the renewal clock start?\nI like that one")
