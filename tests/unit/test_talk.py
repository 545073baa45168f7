"""What help says, by platform."""

import pytest

from bot.chat.reply import Paragraph, Reply, Suggestions
from bot.chat.turn import Turn
from bot.features.feature import Command
from bot.features.questions.talk import help_message
from bot.storage.unit_of_work import UnitOfWork


def unused(turn: Turn, unit: UnitOfWork) -> Reply:
    raise NotImplementedError


@pytest.mark.parametrize(("platform", "how"), [("slack", "after /guildhall"), ("teams", "a slash"), ("web", "a slash")])
def test_help_says_how_a_command_is_given_there(platform: str, how: str) -> None:
    shown = help_message(("When is it stale?",), [("mine", Command(unused, "what you have asked"))], platform)
    (heading,) = [each for each in shown.blocks if isinstance(each, Paragraph) and "Commands" in str(each.text)]
    assert how in str(heading.text)


def test_nothing_announces_the_suggestions_which_may_stand_elsewhere() -> None:
    shown = help_message(("When is it stale?",), (), "slack")
    before = shown.blocks[shown.blocks.index(Suggestions(("When is it stale?",))) - 1]
    assert isinstance(before, Paragraph)
    assert not str(before.text).endswith(":")
