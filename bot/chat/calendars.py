"""Calendars that people keep elsewhere, at Microsoft 365 or Google: what is put there, and when somebody is busy."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.chat.turn import Place

CALENDAR = "calendar"
"""The platform's name in a place; the channel is a person's e-mail address."""

LONGEST_LOOK = timedelta(days=60)
"""So much of a calendar can be asked about at once."""


@dataclass(frozen=True, slots=True)
class Appointment:
    """A single date, in aware moments. `uid` stays the same for ever; `sequence` grows when the date moves, is taken
    out or comes back. Text may be anything; it is shown as it is. `is_all_day`: whole days, from midnight UTC to the
    midnight after the last, which are those days in every zone and take nobody's time."""

    uid: str
    starts: datetime
    ends: datetime
    title: str
    description: str = ""
    location: str = ""
    url: str = ""
    sequence: int = 0
    is_all_day: bool = False


@dataclass(frozen=True, slots=True)
class Busy:
    """A stretch of time in aware UTC. What fills it is nobody's business."""

    starts: datetime
    ends: datetime


class Calendars(Protocol):
    """People's own calendars, by e-mail address. Whoever has an appointment there has it alone: nobody is invited, so
    nobody is written to. Each call can be repeated, and raises DeliveryFailed."""

    async def put(self, address: str, appointment: Appointment) -> None:
        """It stands there as it is now: added, or changed, or added again if it was taken out."""
        ...

    async def take_out(self, address: str, uid: str) -> None:
        """It stands there no more, also where it never did."""
        ...

    async def busy(self, address: str, since: datetime, until: datetime) -> Sequence[Busy]:
        """When this person is taken, even tentatively: in order, none touching the next; at most LONGEST_LOOK.

        Raises ValueError for more, or less than nothing."""
        ...


def calendar_place(address: str) -> Place:
    """Where an invitation is put into somebody's calendar, instead of being read."""
    return Place(CALENDAR, address)


def check_span(since: datetime, until: datetime) -> None:
    if not timedelta(0) < until - since <= LONGEST_LOOK:
        raise ValueError("That is no stretch of time that a calendar can be asked about.")


def joined(spans: Iterable[Busy]) -> Sequence[Busy]:
    """In order, with those that overlap or touch made one."""
    whole: list[Busy] = []
    for span in sorted(spans, key=lambda each: each.starts):
        if whole and span.starts <= whole[-1].ends:
            whole[-1] = Busy(whole[-1].starts, max(whole[-1].ends, span.ends))
        else:
            whole.append(span)
    return whole
