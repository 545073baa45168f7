"""Introductions: circles, buddies and first weeks."""

from bot.features.feature import Feature
from bot.features.introductions.chat import IntroductionsChat, introductions_feature
from bot.features.introductions.desk import Desk
from bot.features.introductions.first_week import read_steps
from bot.features.introductions.jobs import IntroductionJobs
from bot.features.introductions.lobby_chat import LobbyChat
from bot.features.introductions.telling import Library, Telling


def open_introductions(library: Library, base_url: str) -> Feature:
    steps = read_steps()
    tells = Telling(library, len(steps), base_url)
    jobs = IntroductionJobs(tells, steps)
    desk = Desk(jobs)
    return introductions_feature(IntroductionsChat(desk, tells), LobbyChat(desk, tells), jobs)
