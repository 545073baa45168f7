"""Dates in words."""

from collections.abc import Callable
from datetime import date, datetime

from bot.chat.moments import day_in_words
from bot.features.calendar.model import OnCalendar


def days_in_words(first: date, last: date) -> str:
    """`1 December 2026`, `1 to 5 December 2026`, `28 November to 5 December 2026`."""
    if first == last:
        return day_in_words(last)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {day_in_words(last)}"
    since = f"{first.day} {first:%B}" if first.year == last.year else day_in_words(first)
    return f"{since} to {day_in_words(last)}"


def when(on: OnCalendar, moment: Callable[[datetime], str], now: datetime) -> str:
    """`moment` says one for who reads it. Whole days are the same ones for everybody."""
    if on.is_all_day:
        return days_in_words(on.first, on.last)
    return moment(on.starts) if on.starts > now else f"since {moment(on.starts)}"
