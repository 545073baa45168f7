"""Whom dates are from, and how they come into people's calendars."""

from urllib.parse import urlsplit

from bot.bootstrap.mail import mail_settings
from bot.chat.calendars import CALENDAR
from bot.features.profile.invitation import Inviter
from bot.settings import Settings
from scheduler.calendar_file import Attendee


def organiser_of(settings: Settings, base_url: str) -> Attendee:
    """Its host makes the dates' ids unique."""
    if (mail := mail_settings(settings)) is not None:
        return Attendee(mail.name, mail.sender)
    host = (urlsplit(base_url).hostname or "localhost").replace(":", "-")
    return Attendee("Guildhall", f"guildhall@{host}")


def inviter_of(settings: Settings, base_url: str) -> Inviter | None:
    """Into people's own calendars or by e-mail, never both."""
    organiser = organiser_of(settings, base_url)
    if settings.calendars is not None:
        return Inviter(organiser, CALENDAR, base_url)
    return Inviter(organiser, base_url=base_url) if settings.has_mail else None
