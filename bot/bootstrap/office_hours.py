"""Office hours: one desk for chat, for the clock and for pages."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from urllib.parse import urlsplit

from bot.bootstrap.mail import mail_settings
from bot.chat.calendars import CALENDAR
from bot.dashboard.feeds import feed_url
from bot.features.digest_entry import coming
from bot.features.feature import Feature
from bot.features.office_hours import telling
from bot.features.office_hours.agenda import OpenQuestions
from bot.features.office_hours.availability import HostsBusy
from bot.features.office_hours.calendar import SERIES_FEED, OfficeHoursCalendar
from bot.features.office_hours.desk import Desk, Hears
from bot.features.office_hours.feature import office_hours_feature
from bot.features.office_hours.invitations import Invitations
from bot.features.office_hours.pages import OfficeHoursPages
from bot.features.office_hours.session_pages import SessionPages
from bot.features.office_hours.showing import Showing
from bot.settings import Settings
from bot.storage.unit_of_work import Database
from scheduler.calendar_file import Attendee


def open_office_hours(
    settings: Settings,
    database: Database,
    questions: OpenQuestions,
    base_url: str,
    now: Callable[[], datetime],
    busy: HostsBusy,
) -> Feature:
    """`questions` are the open ones of which an agenda tells."""
    organiser = organiser_of(settings, base_url)
    hears = [telling.tell, *_invitations(settings, organiser, base_url)]
    desk = Desk(hears, [Showing(questions, base_url)])
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


def organiser_of(settings: Settings, base_url: str) -> Attendee:
    """Whom the dates are from; its host makes their ids unique."""
    if (mail := mail_settings(settings)) is not None:
        return Attendee(mail.name, mail.sender)
    host = (urlsplit(base_url).hostname or "localhost").replace(":", "-")
    return Attendee("Guildhall", f"guildhall@{host}")


def _invitations(settings: Settings, organiser: Attendee, base_url: str) -> Sequence[Hears]:
    """By e-mail or into people's own calendars, never both."""
    if settings.calendars is not None:
        return (Invitations(organiser, CALENDAR, base_url),)
    return (Invitations(organiser, base_url=base_url),) if settings.has_mail else ()
