"""Office hours: one desk for chat, for the clock and for pages."""

from collections.abc import Callable, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from bot.bootstrap.mail import mail_settings
from bot.chat.calendars import CALENDAR
from bot.features.feature import Feature
from bot.features.office_hours import telling
from bot.features.office_hours.agenda import OpenQuestions
from bot.features.office_hours.desk import Desk, Hears
from bot.features.office_hours.feature import office_hours_feature
from bot.features.office_hours.invitations import Invitations
from bot.features.office_hours.jobs import OfficeHoursJobs
from bot.settings import Settings
from bot.storage.unit_of_work import Database
from scheduler.calendar_file import Attendee


def open_office_hours(
    settings: Settings, database: Database, questions: OpenQuestions, base_url: str, now: Callable[[], datetime]
) -> Feature:
    """`questions` are the open ones of which an agenda tells."""
    desk = Desk([telling.tell, *_invitations(settings, organiser_of(settings, base_url))])
    return office_hours_feature(OfficeHoursJobs(desk))


def organiser_of(settings: Settings, base_url: str) -> Attendee:
    """Whom the dates are from; its host makes their ids unique."""
    if (mail := mail_settings(settings)) is not None:
        return Attendee(mail.name, mail.sender)
    return Attendee("Guildhall", f"guildhall@{urlsplit(base_url).hostname or 'localhost'}")


def _invitations(settings: Settings, organiser: Attendee) -> Sequence[Hears]:
    """By e-mail or into people's own calendars, never both."""
    if settings.calendars is not None:
        return (Invitations(organiser, CALENDAR),)
    return (Invitations(organiser),) if settings.has_mail else ()
