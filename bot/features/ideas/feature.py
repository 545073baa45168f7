"""Requests and ideas as one feature, without its pages; `pages.py` adds them."""

from bot.features.calendar_entry import CalendarSource
from bot.features.feature import Command, Feature
from bot.features.ideas import acts
from bot.features.ideas.chat import IdeasChat
from bot.features.ideas.deciders_chat import DecidersChat
from bot.features.ideas.digest import changed_ideas
from bot.features.ideas.gaps_chat import GapsChat
from bot.features.ideas.jobs import IdeaJobs
from bot.features.ideas.tables import PERSON_COLUMNS


def ideas_feature(
    chat: IdeasChat, deciders: DecidersChat, gaps: GapsChat, jobs: IdeaJobs, calendar: CalendarSource
) -> Feature:
    """`ideas pricing` shows those with that word."""
    told = "ask for help or propose something better, vote, see how it stands"
    return Feature(
        name="ideas",
        commands={"ideas": Command(chat.on_ideas, told, free_words=True)},
        buttons={**chat.buttons, **deciders.buttons, **gaps.buttons},
        forms={**chat.forms, **deciders.forms},
        on_pages=acts.ON_PAGES,
        timers=jobs.timers(),
        home=(chat.at_home,),
        digest=changed_ideas,
        calendar=calendar,
        person_columns=PERSON_COLUMNS,
    )
