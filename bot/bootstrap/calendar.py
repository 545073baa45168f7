"""The calendar: what the features put on it, on one page and in people's own programs."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from bot.dashboard.feeds import feed_url
from bot.features.calendar.chat import CalendarChat, calendar_feature
from bot.features.calendar.feeds import Addresses, CalendarFeed
from bot.features.calendar.pages import CalendarPages
from bot.features.calendar.sources import Calendar
from bot.features.calendar_entry import CalendarSource
from bot.features.feature import Feature
from bot.storage.unit_of_work import Database


def open_calendar(
    sources: Callable[[], Sequence[CalendarSource]], database: Database, base_url: str, now: Callable[[], datetime]
) -> Feature:
    calendar, addresses = Calendar(sources), Addresses(partial(feed_url, base_url))
    chat = CalendarChat(calendar, addresses, base_url=base_url)
    pages = CalendarPages(database, calendar, addresses, now, base_url)
    return replace(calendar_feature(chat, CalendarFeed(calendar, base_url)), pages=pages.pages())
