"""What stands on the calendar: every feature tells of its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.storage.unit_of_work import UnitOfWork
from scheduler.calendar_file import CalendarEvent


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """`kind` says what it is, e.g. ``Office hours``; `page` is the path of all there is to know. `is_mine`: the reader
    has a part in it. `note` is a few words on how it stands, e.g. ``3 places left``."""

    kind: str
    event: CalendarEvent
    page: str = ""
    is_mine: bool = False
    note: str = ""


CalendarSource = Callable[[str, frozenset[str], datetime, datetime, UnitOfWork], Sequence[CalendarEntry]]
"""What ends after one moment and starts before another, for a reader (their id) and the principals that they read as:
what is theirs, and what one of those may see. In the order of the starts."""
