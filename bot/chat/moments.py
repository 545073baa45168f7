"""Moments as people say them, in their own zone."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.chat.turn import Place, Turn

DAYS_BY_NAME = 6

NEW_NAMES: Mapping[str, str] = {
    "Africa/Asmera": "Africa/Asmara",
    "America/Buenos_Aires": "America/Argentina/Buenos_Aires",
    "America/Godthab": "America/Nuuk",
    "America/Indianapolis": "America/Indiana/Indianapolis",
    "America/Louisville": "America/Kentucky/Louisville",
    "Asia/Calcutta": "Asia/Kolkata",
    "Asia/Katmandu": "Asia/Kathmandu",
    "Asia/Rangoon": "Asia/Yangon",
    "Asia/Saigon": "Asia/Ho_Chi_Minh",
    "Atlantic/Faeroe": "Atlantic/Faroe",
    "Europe/Kiev": "Europe/Kyiv",
}
"""Of zones that browsers and platforms still call as they were called once."""


def zone_of(name: str) -> ZoneInfo:
    """The zone of that IANA name, under its name of today; UTC for a name that nobody knows."""
    try:
        return ZoneInfo(NEW_NAMES.get(name, name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def day_in_words(day: date) -> str:
    """`30 June 2027`."""
    return f"{day.day} {day:%B %Y}"


def short_day(day: date) -> str:
    """`30 Jun 2027`, for tables."""
    return f"{day.day} {day:%b %Y}"


def moment_in_words(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """`today, 15:04`, `Tuesday, 09:00` within a week, else the date."""
    local = at.astimezone(zone)
    away = local.date() - now.astimezone(zone).date()
    names = {timedelta(0): "today", timedelta(days=-1): "yesterday", timedelta(days=1): "tomorrow"}
    name = names.get(away)
    if name is None:
        name = f"{local:%A}" if abs(away.days) <= DAYS_BY_NAME else day_in_words(local.date())
    return f"{name}, {local:%H:%M}"


def dated_moment(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """`Tuesday, 2 March, 15:00`, with the year where it is another one: for what may be read on another day, as a card
    is that stays. `moment_in_words` is for what is drawn when it is read."""
    local = at.astimezone(zone)
    year = f" {local.year}" if local.year != now.astimezone(zone).year else ""
    return f"{local:%A}, {local.day} {local:%B}{year}, {local:%H:%M}"


def exact(at: datetime, zone: ZoneInfo) -> str:
    """For the hover: `2027-06-30 15:04:09 CEST (13:04:09 UTC)`."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S %Z} ({at.astimezone(UTC):%H:%M:%S} UTC)"


def span_in_words(starts: datetime, ends: datetime, zone: ZoneInfo) -> str:
    """`Tuesday, 2 March 2027, 15:00 to 16:00 CET`: for what is read on another day too, as a letter is."""
    begins, over = starts.astimezone(zone), ends.astimezone(zone)
    until = f"{over:%H:%M}" if over.date() == begins.date() else f"{over:%A}, {day_in_words(over.date())}, {over:%H:%M}"
    name = over.tzname() or ""
    named = f"UTC{name}" if name.startswith(("+", "-")) else name
    return f"{begins:%A}, {day_in_words(begins.date())}, {begins:%H:%M} to {until} {named}"


def moment_for_readers(at: datetime, turn: Turn, place: Place | None = None) -> str:
    """`today, 15:04 your time` where only the person reads it, `1 March 2027, 12:00 UTC` where others do too. `place`
    is where it is said, the turn's own if that is None."""
    if (place or turn.place).is_shared:
        return _for_all(at)
    return f"{moment_in_words(at, turn.at, zone_of(turn.person.time_zone))} your time"


def moment_at(at: datetime, now: datetime, place: Place, zone: ZoneInfo) -> str:
    """`Tuesday, 2 March, 15:04 your time`, of a message that stays; `zone` is that of whoever reads there alone."""
    return _for_all(at) if place.is_shared else f"{dated_moment(at, now, zone)} your time"


def reminded_moment(at: datetime, now: datetime, place: Place, zone: ZoneInfo) -> str:
    """`today, 15:04 your time` on that day, else as `moment_at`."""
    is_today = at.astimezone(zone).date() == now.astimezone(zone).date()
    if place.is_shared or not is_today:
        return moment_at(at, now, place, zone)
    return f"{moment_in_words(at, now, zone)} your time"


def _for_all(at: datetime) -> str:
    utc = at.astimezone(UTC)
    return f"{day_in_words(utc.date())}, {utc:%H:%M} UTC"
