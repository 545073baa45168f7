"""Events: one desk for chat, for the clock and for pages."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.bootstrap.invitations import inviter_of, organiser_of
from bot.features.digest_entry import coming
from bot.features.events.calendar import EventsCalendar
from bot.features.events.chat import EventsChat
from bot.features.events.desk import Desk
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


def open_events(settings: Settings, database: Database, base_url: str, now: Callable[[], datetime]) -> Feature:
    organiser, inviter = organiser_of(settings, base_url), inviter_of(settings, base_url)
    showing = Showing(settings.curators or settings.admins, base_url)
    invitations = [Invitations(inviter)] if inviter else []
    desk = Desk(Telling(base_url), showing, invitations, [each.to_organisers for each in invitations])
    chat, organisers = EventsChat(desk, base_url=base_url), OrganisersChat(desk, base_url=base_url)
    calendar = EventsCalendar(organiser).entries
    feature = events_feature(chat, organisers, EventJobs(desk), calendar)
    return replace(feature, digest=coming(calendar), pages=EventPages(database, organiser, now).pages())
