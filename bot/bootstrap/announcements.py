"""Announcements: one desk for chat, for the clock and for pages."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.features.announcements.chat import AnnouncementsChat
from bot.features.announcements.desk import Desk
from bot.features.announcements.feature import announcements_feature
from bot.features.announcements.jobs import AnnouncementJobs
from bot.features.announcements.pages import AnnouncementPages
from bot.features.announcements.showing import Showing
from bot.features.broadcasts.jobs import Hears
from bot.features.feature import Feature
from bot.features.profile.roles import Roles
from bot.settings import Settings
from bot.storage.unit_of_work import Database


@dataclass(frozen=True, slots=True)
class Announcements:
    """`hears` is told how far an announcement's broadcasts have come."""

    feature: Feature
    hears: Hears


def open_announcements(
    settings: Settings, database: Database, base_url: str, now: Callable[[], datetime]
) -> Announcements:
    desk = Desk(Showing(Roles(settings.curators, settings.admins), base_url), settings.time_zone)
    feature = announcements_feature(AnnouncementsChat(desk), AnnouncementJobs(desk))
    return Announcements(replace(feature, pages=AnnouncementPages(database, desk, now).pages()), desk.progress)
