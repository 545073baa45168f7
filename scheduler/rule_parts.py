"""The parts of an RRULE (RFC 5545, 3.3.10) that a series may have, checked. Pure."""

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
YEARS = range(1970, 2201)
MAX_INTERVAL = 520
MAX_COUNT = 4_000

SHAPES = {
    "FREQ": "|".join(FREQUENCIES),
    "INTERVAL": r"\d{1,3}",
    "COUNT": r"\d{1,4}",
    "UNTIL": r"2\d{7}(T\d{6}Z?)?",
    "BYDAY": r"([+-]?[1-5])?DAY(,([+-]?[1-5])?DAY)*".replace("DAY", f"({'|'.join(WEEKDAYS)})"),
    "BYMONTHDAY": r"-?\d{1,2}(,-?\d{1,2})*",
    "BYMONTH": r"\d{1,2}(,\d{1,2})*",
    "WKST": "|".join(WEEKDAYS),
}


def parts_of(rule: str) -> Mapping[str, str]:
    """By name, in capitals. Raises ValueError where one is unknown, in vain or more than a series needs: there is one
    date a day at most, so no hours; no BYSETPOS, BYYEARDAY and BYWEEKNO either."""
    parts: dict[str, str] = {}
    for part in rule.strip().upper().split(";"):
        name, _, value = part.partition("=")
        if name in parts or name not in SHAPES or not re.fullmatch(SHAPES[name], value, re.ASCII):
            raise ValueError(f"“{part}” is nothing that a rule for dates can have.")
        parts[name] = value
    if "FREQ" not in parts:
        raise ValueError("A rule says how often: FREQ=WEEKLY.")
    if not 1 <= int(parts.get("INTERVAL", "1")) <= MAX_INTERVAL or not 1 <= int(parts.get("COUNT", "1")) <= MAX_COUNT:
        raise ValueError(
            f"A rule is for one of 1 to {MAX_INTERVAL} days, weeks or months, and for 1 to {MAX_COUNT} dates."
        )
    if "COUNT" in parts and "UNTIL" in parts:
        raise ValueError("A rule ends with COUNT or with UNTIL, not with both.")
    numbered = any(number for number, _ in weekdays_of(parts))
    if numbered and not (parts["FREQ"] == "MONTHLY" or (parts["FREQ"] == "YEARLY" and "BYMONTH" in parts)):
        raise ValueError("A numbered weekday is one of a month: FREQ=MONTHLY;BYDAY=1MO.")
    until_in(parts, ZoneInfo("UTC"))
    return parts


def weekdays_of(parts: Mapping[str, str]) -> list[tuple[int, int]]:
    """BYDAY: which of the month (0 for each, negative from its end), and which day, Monday being 0."""
    named = parts["BYDAY"].split(",") if "BYDAY" in parts else []
    return [(int(name[:-2] or 0), WEEKDAYS.index(name[-2:])) for name in named]


def numbers_of(parts: Mapping[str, str], name: str) -> list[int]:
    return [int(number) for number in parts[name].split(",")] if name in parts else []


def until_in(parts: Mapping[str, str], zone: ZoneInfo) -> datetime | None:
    """The last moment, as naive local time of `zone`. A date alone is included."""
    if "UNTIL" not in parts:
        return None
    until = datetime.fromisoformat(parts["UNTIL"])
    if len(parts["UNTIL"]) == 8:
        return datetime.combine(until.date(), time.max)
    return until.astimezone(zone).replace(tzinfo=None) if until.tzinfo else until


def fits(day: date, parts: Mapping[str, str]) -> bool:
    """Whether a series can begin on this day. Where it does not, dateutil looks for its first date until 9999."""
    months, monthdays, weekdays = numbers_of(parts, "BYMONTH"), numbers_of(parts, "BYMONTHDAY"), weekdays_of(parts)
    length = monthrange(day.year, day.month)[1]
    if months and day.month not in months:
        return False
    if monthdays and not {day.day, day.day - length - 1} & {*monthdays}:
        return False
    numbers = {0, (day.day - 1) // 7 + 1, -((length - day.day) // 7 + 1)}
    return not weekdays or any(number in numbers and weekday == day.weekday() for number, weekday in weekdays)
