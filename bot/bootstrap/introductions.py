"""Introductions: circles, buddies and first weeks."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.features.feature import Feature
from bot.features.introductions.chat import introductions_feature
from bot.features.introductions.desk import Desk
from bot.features.introductions.first_week import read_steps
from bot.features.introductions.jobs import IntroductionJobs
from bot.features.introductions.pages import IntroductionPages
from bot.features.introductions.telling import Library, Telling
from bot.storage.unit_of_work import Database


def open_introductions(library: Library, base_url: str, database: Database, now: Callable[[], datetime]) -> Feature:
    steps = read_steps()
    tells = Telling(library, len(steps), base_url)
    jobs = IntroductionJobs(tells, steps)
    feature = introductions_feature(Desk(jobs), tells, jobs, library, base_url)
    return replace(feature, pages=IntroductionPages(database, library, steps, now).pages())
