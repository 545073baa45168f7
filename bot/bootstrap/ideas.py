"""Requests and ideas: one desk for chat, for the clock and for pages."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.bootstrap.invitations import organiser_of
from bot.features.feature import Feature
from bot.features.ideas.calendar import IdeasCalendar
from bot.features.ideas.cards import StoryLink
from bot.features.ideas.chat import IdeasChat
from bot.features.ideas.deciders_chat import DecidersChat
from bot.features.ideas.desk import Desk
from bot.features.ideas.feature import ideas_feature
from bot.features.ideas.gaps import Answered, Gaps
from bot.features.ideas.jobs import IdeaJobs
from bot.features.ideas.pages import IdeaPages
from bot.features.ideas.rule_reader import open_intake
from bot.features.ideas.showing import Showing
from bot.features.ideas.telling import Telling
from bot.features.ideas.viewing import Viewing
from bot.features.stories.acts import tell
from bot.features.stories.messages import PAGE as STORIES
from bot.features.stories.model import StoryState, as_told
from bot.features.stories.store import SqlStories
from bot.settings import Settings
from bot.storage.unit_of_work import Database, UnitOfWork
from knowledge.likeness import Likeness


def open_ideas(
    settings: Settings,
    database: Database,
    likeness: Likeness,
    answered: Answered,
    base_url: str,
    now: Callable[[], datetime],
) -> Feature:
    viewing = Viewing(open_intake(settings.intake), base_url, story_of, tell)
    gaps = Gaps(likeness, answered)
    telling = Telling(viewing.intake.rates, base_url)
    desk = Desk(telling, Showing(viewing, settings.curators or settings.admins, settings.admins))
    host = organiser_of(settings, base_url).address.rpartition("@")[2]
    chat, deciders = IdeasChat(desk, viewing, gaps), DecidersChat(desk, viewing)
    feature = ideas_feature(chat, deciders, IdeaJobs(telling), IdeasCalendar(host, base_url).entries)
    return replace(feature, pages=IdeaPages(database, viewing, gaps, now).pages())


def story_of(origin: str, unit: UnitOfWork) -> StoryLink | None:
    """Fills `StoryOf`."""
    found = [each for each in SqlStories(unit).of_origin(origin) if each.state is StoryState.PUBLISHED]
    return StoryLink(as_told(found[0]).title, f"{STORIES}/{found[0].id}") if found else None
