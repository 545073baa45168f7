"""The story that came of a request, as the product puts both together."""

from bot.bootstrap.ideas import story_of
from bot.features.ideas.cards import StoryLink
from bot.features.stories.model import StoryState
from bot.features.stories.store import SqlStories
from bot.storage.unit_of_work import Database
from tests.stories_house import story


def test_only_a_published_story_is_named_and_without_names_that_stay_hidden(sqlite_database: Database) -> None:
    with sqlite_database.begin() as unit:
        store = SqlStories(unit)
        store.add(story("told", origin="idea/i1"))
        assert story_of("idea/i1", unit) is None
        store.add(story("s2", origin="idea/i1", state=StoryState.PUBLISHED, title="Umbrella renews in a day"))
        assert story_of("idea/i1", unit) == StoryLink("A bank in the north renews in a day", "/stories/s2")
        assert story_of("idea/i2", unit) is None
