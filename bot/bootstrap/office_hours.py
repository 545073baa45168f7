"""Office hours: one desk for chat, for the clock and for pages."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

from bot.bootstrap.invitations import inviter_of, organiser_of
from bot.dashboard.feeds import feed_url
from bot.features.digest_entry import coming
from bot.features.feature import Feature
from bot.features.office_hours import telling
from bot.features.office_hours.agenda import OpenQuestions
from bot.features.office_hours.availability import HostsBusy
from bot.features.office_hours.calendar import SERIES_FEED, OfficeHoursCalendar
from bot.features.office_hours.desk import Desk
from bot.features.office_hours.feature import office_hours_feature
from bot.features.office_hours.invitations import Invitations
from bot.features.office_hours.pages import OfficeHoursPages
from bot.features.office_hours.session_pages import SessionPages
from bot.features.office_hours.showing import Showing
from bot.settings import Settings
from bot.storage.unit_of_work import Database


def open_office_hours(
    settings: Settings,
    database: Database,
    questions: OpenQuestions,
    base_url: str,
    now: Callable[[], datetime],
    busy: HostsBusy,
) -> Feature:
    """`questions` are the open ones of which an agenda tells."""
    organiser, inviter = organiser_of(settings, base_url), inviter_of(settings, base_url)
    invitations = [Invitations(inviter)] if inviter else []
    hosts_hear = [each.to_hosts for each in invitations]
    desk = Desk([partial(telling.tell, base_url=base_url), *invitations], [Showing(questions, base_url)], hosts_hear)
    calendar = OfficeHoursCalendar(organiser)
    series = OfficeHoursPages(database, now, partial(feed_url, base_url), base_url)
    dates = SessionPages(database, questions, busy, organiser, now)
    return replace(
        office_hours_feature(desk, questions, base_url, busy),
        calendar=calendar.entries,
        digest=coming(calendar.entries),
        feeds={SERIES_FEED: calendar.series},
        pages=(*dates.pages(), *series.pages()),
    )
