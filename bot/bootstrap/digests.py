"""Digests: one desk for chat, for the clock and for pages."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from bot.dashboard.leaving import leave_url
from bot.features.channels.use_cases import ZoneHears
from bot.features.digest_entry import DigestSource
from bot.features.digests.chat import DigestsChat, digests_feature
from bot.features.digests.composing import Composer
from bot.features.digests.desk import Desk
from bot.features.digests.jobs import DigestJobs
from bot.features.digests.pages import DigestPages
from bot.features.feature import Feature
from bot.features.page import DrawMessage
from bot.settings import Settings
from bot.storage.unit_of_work import Database


def open_digests(
    settings: Settings,
    sources: Callable[[], Sequence[DigestSource]],
    database: Database,
    base_url: str,
    now: Callable[[], datetime],
    draw: DrawMessage,
) -> tuple[Feature, ZoneHears]:
    """`sources` are those of all features. With what follows the zones of channels."""
    composer = Composer(sources, settings.time_zone, settings.has_mail)
    jobs = DigestJobs(composer, base_url, partial(leave_url, base_url))
    desk = Desk(composer, jobs)
    feature = digests_feature(DigestsChat(desk, base_url), jobs.timers())
    return replace(feature, pages=DigestPages(database, desk, now, draw).pages()), jobs.follow_zone
