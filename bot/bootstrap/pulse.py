"""The pulse: its question, its clock and its page."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.features.feature import Feature
from bot.features.pulse.chat import PulseChat
from bot.features.pulse.feature import pulse_feature
from bot.features.pulse.jobs import PulseJobs
from bot.features.pulse.pages import PulsePages
from bot.settings import Settings
from bot.storage.unit_of_work import Database


def open_pulse(settings: Settings, database: Database, base_url: str, now: Callable[[], datetime]) -> Feature:
    a_day, least = settings.pulse_a_day, settings.pulse_from
    feature = pulse_feature(PulseChat(least, base_url=base_url), PulseJobs(database, base_url, a_day, least))
    return replace(feature, pages=PulsePages(database, now, least).pages())
