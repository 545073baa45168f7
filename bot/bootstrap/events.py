"""Events: one desk for chat, for the clock and for pages."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.bootstrap.office_hours import organiser_of
from bot.chat.calendars import CALENDAR
from bot.features.digest_entry import coming
from bot.features.events.calendar import EventsCalendar
from bot.features.events.chat import EventsChat
from bot.features.events.desk import Desk, Hears
from bot.features.events.feature import events_feature
from bot.features.events.invitations import Invitations
from bot.features.events.jobs import EventJobs
from bot.features.events.organisers_chat import OrganisersChat
from bot.features.events.pages import EventPages
from bot.features.events.showing import Showing
from bot.features.events.telling import Telling
from bot.features.feature import Feature
from bot.settings import Settings
from bot.storage.unit_of_work import Database
from scheduler.calendar_file import Attendee


def open_events(settings: Settings, database: Database, base_url: str, now: Callable[[], datetime]) -> Feature:
    organiser = organiser_of(settings, base_url)
    showing = Showing(settings.curators or settings.admins, base_url)
    desk = Desk(Telling(base_url), showing, _invitations(settings, organiser, base_url))
    chat, organisers = EventsChat(desk, base_url=base_url), OrganisersChat(desk, base_url=base_url)
    calendar = EventsCalendar(organiser).entries
    feature = events_feature(chat, organisers, EventJobs(desk), calendar)
    return replace(feature, digest=coming(calendar), pages=EventPages(database, organiser, now).pages())


def _invitations(settings: Settings, organiser: Attendee, base_url: str) -> Sequence[Hears]:
    """By e-mail or into people's own calendars, never both."""
    if settings.calendars is not None:
        return (Invitations(organiser, CALENDAR, base_url),)
    return (Invitations(organiser, base_url=base_url),) if settings.has_mail else ()
