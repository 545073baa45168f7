"""A day and time without a zone, as people type when something is to go out. Pure."""

import re
from datetime import date, datetime, time, timedelta

from bot.chat.form import DateField, TextField, Values, one

DAY, AT = "day", "at"
NINE = "09:00"
AHEAD = timedelta(days=366)
_CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?")


def moment_fields(initial: datetime | None = None) -> tuple[DateField, TextField]:
    """For a form; what is filled in is `initial`."""
    day, at = (f"{initial:%Y-%m-%d}", f"{initial:%H:%M}") if initial else ("", "")
    hint = "09:00, in the time zone of each place"
    return (
        DateField(DAY, "Day", "Empty: at once.", day, required=False),
        TextField(AT, "Time", hint, at, required=False, max_length=5),
    )


def moment_typed(values: Values, now: datetime, problems: dict[str, str]) -> datetime | None:
    """None for at once, and where it is no moment to come, which is then among the problems."""
    day, at = one(values, DAY), one(values, AT)
    if not day and not at:
        return None
    try:
        found = date.fromisoformat(day)
    except ValueError:
        problems[DAY] = "A day like 2027-03-31, please, or neither day nor time."
        return None
    clock = _CLOCK.fullmatch(at or NINE)
    if not clock or int(clock[1]) > 23 or int(clock[2] or 0) > 59:
        problems[AT] = "A time like 15:00, please."
        return None
    # The day before may still be today somewhere.
    if not timedelta(days=-1) <= found - now.date() <= AHEAD:
        problems[DAY] = "A day within the next year, please."
        return None
    return datetime.combine(found, time(int(clock[1]), int(clock[2] or 0)))
