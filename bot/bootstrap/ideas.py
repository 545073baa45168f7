"""Requests and ideas: one desk for chat, for the clock and for pages."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.bootstrap.chats import revealed
from bot.bootstrap.invitations import organiser_of
from bot.chat.turn import Person
from bot.dashboard.session import session_key
from bot.features.feature import Feature
from bot.features.ideas.calendar import IdeasCalendar
from bot.features.ideas.cards import StoryLink
from bot.features.ideas.changes import to_tell
from bot.features.ideas.chat import IdeasChat
from bot.features.ideas.deciders_chat import DecidersChat
from bot.features.ideas.desk import Desk
from bot.features.ideas.feature import ideas_feature
from bot.features.ideas.gap_desk import GapDesk
from bot.features.ideas.gaps import Alike, Answered, Gaps
from bot.features.ideas.gaps_chat import GapsChat
from bot.features.ideas.jobs import IdeaJobs
from bot.features.ideas.pages import IdeaPages
from bot.features.ideas.rule_reader import BEFORE, open_intake
from bot.features.ideas.rules import PROBLEM
from bot.features.ideas.searches import Knowledge, Searches
from bot.features.ideas.showing import Showing
from bot.features.ideas.store import SqlIdeas
from bot.features.ideas.telling import Telling
from bot.features.ideas.viewing import Viewing
from bot.features.ideas.worth import reached_in_words
from bot.features.library.pages import SearchedFor
from bot.features.stories.acts import tell
from bot.features.stories.messages import PAGE as STORIES
from bot.features.stories.model import StoryState, as_told
from bot.features.stories.origin import Beginning, CameOf, Origin
from bot.features.stories.store import SqlStories
from bot.settings import Settings
from bot.storage.unit_of_work import Database, UnitOfWork


@dataclass(frozen=True, slots=True)
class Ideas:
    """`beginning` is what a story of one begins with; `came_of` hears what becomes of that story, `searched` what is
    searched for."""

    feature: Feature
    beginning: Origin
    came_of: CameOf
    searched: SearchedFor


def open_ideas(
    settings: Settings,
    database: Database,
    likeness: Alike,
    answered: Answered,
    knowledge: Knowledge,
    base_url: str,
    now: Callable[[], datetime],
) -> Ideas:
    viewing = Viewing(open_intake(settings.intake, settings.home / BEFORE), base_url, stories_of, tell)
    key = session_key(revealed(settings.secret) or None, settings.home)
    searches = Searches(database, knowledge, key, now)
    curators = settings.curators or settings.admins
    gap_desk = GapDesk(database, Gaps(likeness, answered, searches.seeker), curators, base_url)
    telling = Telling(viewing.intake.rates, base_url, settings.has_mail)
    desk = Desk(telling, Showing(viewing, curators, settings.admins))
    host = organiser_of(settings, base_url).address.rpartition("@")[2]
    chat, deciders = IdeasChat(desk, viewing, gap_desk), DecidersChat(desk, viewing)
    gaps = GapsChat(gap_desk, viewing.intake)
    feature = ideas_feature(chat, deciders, gaps, IdeaJobs(telling), IdeasCalendar(host, base_url).entries)
    pages = IdeaPages(database, viewing).pages()

    def beginning(subject: str, person: Person, unit: UnitOfWork, now: datetime) -> Beginning:
        idea = to_tell(SqlIdeas(unit), subject, person)
        known = reached_in_words(idea, viewing.intake.rates)
        brought = f"It brought {known}." if known else ""
        result = " ".join(each for each in (brought, idea.lesson) if each)
        return Beginning(idea.title, result=result, challenge=idea.given.get(PROBLEM, ""))

    return Ideas(replace(feature, pages=pages, jobs=(gap_desk.job(),)), beginning, desk.came_of, searches)


def stories_of(origins: Collection[str], unit: UnitOfWork) -> Mapping[str, StoryLink]:
    """Fills `StoriesOf`: of each the oldest that is published."""
    found = SqlStories(unit).of_origins(*origins)
    return {
        each.origin: StoryLink(as_told(each).title, f"{STORIES}/{each.id}", each.author_id)
        for each in found
        if each.state is StoryState.PUBLISHED
    }
