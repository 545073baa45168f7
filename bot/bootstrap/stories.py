"""Success stories: one desk for chat, for the clock and for pages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.features.broadcasts.jobs import Hears
from bot.features.feature import Feature
from bot.features.profile.roles import Roles
from bot.features.stories.chat import StoriesChat
from bot.features.stories.curators_chat import CuratorsChat
from bot.features.stories.desk import Desk
from bot.features.stories.feature import stories_feature
from bot.features.stories.jobs import StoryJobs
from bot.features.stories.origin import CameOf, Origin
from bot.features.stories.pages import StoryPages
from bot.features.stories.showing import Showing
from bot.settings import Settings
from bot.storage.unit_of_work import Database


@dataclass(frozen=True, slots=True)
class Stories:
    """`hears` is told how far a story's broadcasts have come."""

    feature: Feature
    hears: Hears


def open_stories(
    settings: Settings,
    database: Database,
    base_url: str,
    now: Callable[[], datetime],
    origins: Mapping[str, Origin],
    came_of: CameOf,
) -> Stories:
    """`origins` hand over what a story begins from: ``review``, ``idea``; `came_of` hears what came of that."""
    showing = Showing(Roles(settings.curators, settings.admins), base_url)
    desk = Desk(showing, settings.time_zone, came_of)
    chat, curators = StoriesChat(desk, origins), CuratorsChat(desk, by_mail=settings.has_mail)
    feature = stories_feature(chat, curators, StoryJobs(desk))
    return Stories(replace(feature, pages=StoryPages(database, desk, now).pages()), showing.progress)
