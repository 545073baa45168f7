"""What begins a new entry stands apart from the buttons of those that are listed."""

import pytest

from bot.chat.reply import Message
from bot.features.announcements import cards as announcements
from bot.features.announcements.cards import AnnouncementView
from bot.features.ideas import cards as ideas
from bot.features.ideas.cards import IdeaView
from bot.features.ideas.worth import Rates
from bot.features.stories import cards as stories
from bot.features.stories.cards import StoryView
from bot.platforms.teams.render import View, render_card
from tests.announcements_house import announcement
from tests.ideas_house import idea
from tests.stories_house import story


def rows(message: Message) -> list[list[str]]:
    body = render_card(message, View("n" * 24, "k"))["body"]
    assert isinstance(body, list)
    return [[each["title"] for each in row["actions"]] for row in body if row["type"] == "ActionSet"]


@pytest.mark.parametrize(
    ("message", "begin"),
    [
        (stories.list_message([StoryView(story(), "x")] * 2, 2, None, may_tell=True), "Tell a story"),
        (ideas.list_message([IdeaView(idea(), Rates(), "x")] * 2, 2, None, may_propose=True), "Ask or propose"),
        (
            announcements.list_message([AnnouncementView(announcement(), "x")] * 2, None, may_write=True, total=2),
            "Write one",
        ),
    ],
)
def test_what_begins_one_stands_in_a_row_of_its_own(message: Message, begin: str) -> None:
    assert rows(message) == [[begin], ["Show it"], ["Show it"]]
