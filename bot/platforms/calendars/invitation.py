"""What a message asks of a calendar: its invitation's file, read back."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from icalendar import Calendar, Component

from bot.chat.calendars import Appointment
from bot.chat.reply import Invitation, Message
from bot.platforms.calendars.errors import CalendarFailed

NOTHING = "This message holds no date, so there is nothing to put into a calendar. Please report this."
ONE_BY_ONE = "Dates of a series are put into calendars one by one, and this is a whole series. Please report this."


@dataclass(frozen=True, slots=True)
class Wish:
    appointment: Appointment
    is_cancelled: bool


def wish_of(message: Message) -> Wish:
    """Raises CalendarFailed for what holds no single date."""
    invitations = [block for block in message.blocks if isinstance(block, Invitation) and block.file]
    if len(invitations) != 1:
        raise CalendarFailed(NOTHING, permanent=True)
    try:
        events = Calendar.from_ical(invitations[0].file).walk("VEVENT")
        if any("RRULE" in event for event in events):
            raise CalendarFailed(ONE_BY_ONE, permanent=True)
        appointment = _appointment(events[0])
        status = str(events[0].get("STATUS", ""))
    except (ValueError, KeyError, IndexError) as error:
        raise CalendarFailed(NOTHING, permanent=True) from error
    return Wish(appointment, invitations[0].method == "CANCEL" or status == "CANCELLED")


def _appointment(event: Component) -> Appointment:
    texts = {name: str(event.get(name, "")) for name in ("SUMMARY", "DESCRIPTION", "LOCATION", "URL")}
    return Appointment(
        _uid(event),
        _moment(event, "DTSTART"),
        _moment(event, "DTEND"),
        texts["SUMMARY"],
        texts["DESCRIPTION"],
        texts["LOCATION"],
        texts["URL"],
        int(event.get("SEQUENCE", 0)),
        is_all_day=not isinstance(event.decoded("DTSTART"), datetime),
    )


def _uid(event: Component) -> str:
    """Of one date of a series that date's own: they share the series' uid."""
    uid = str(event["UID"])
    return f"{uid}#{_moment(event, 'RECURRENCE-ID'):%Y%m%dT%H%M%SZ}" if "RECURRENCE-ID" in event else uid


def _moment(event: Component, name: str) -> datetime:
    """Of a day its midnight in UTC."""
    moment: object = event.decoded(name)
    if isinstance(moment, date) and not isinstance(moment, datetime):
        return datetime.combine(moment, time(), UTC)
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise ValueError("That is no moment.")
    return moment.astimezone(UTC)
