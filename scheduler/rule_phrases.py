"""A series in plain words, which `rule_words` reads again: "every second Tuesday at 15:00 Berlin time". Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from scheduler.rule_parts import numbers_of, parts_of, until_in, weekdays_of
from scheduler.rule_vocabulary import DAY_NAMES, MONTH_NAMES, ORDINALS, zones_by_word
from scheduler.rules import Series

UNITS = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}
SUFFIXES = {1: "st", 2: "nd", 3: "rd"}


def series_in_words(series: Series) -> str:
    """Without a capital, to stand within a sentence."""
    clock = f"at {series.first:%H:%M} {zone_in_words(series.zone)}"
    if not series.rule:
        return f"on {in_words(series.first.date())} {clock}"
    parts = parts_of(series.rule)
    end = ""
    if until := until_in(parts, ZoneInfo(series.zone)):
        end = f" until {in_words(until.date())}"
    elif "COUNT" in parts:
        end = f", {parts['COUNT']} {'time' if parts['COUNT'] == '1' else 'times'}"
    return f"{_often(parts, series.first.date())} {clock}{end}"


def in_words(day: date) -> str:
    return f"{day.day} {MONTH_NAMES[day.month - 1]} {day.year}"


def zone_in_words(zone: str) -> str:
    """`Berlin time`; the whole name where the city is not enough."""
    city = zone.rsplit("/", 1)[-1].replace("_", " ")
    return zone if "/" not in zone or zones_by_word().get(city.lower()) != zone else f"{city} time"


def _often(parts: Mapping[str, str], first: date) -> str:
    freq, interval = parts["FREQ"], int(parts.get("INTERVAL", "1"))
    every = f"every {'' if interval == 1 else 'second ' if interval == 2 else f'{interval} '}{UNITS[freq]}"
    every += "s" if interval > 2 else ""
    weekdays, months, monthdays = weekdays_of(parts), numbers_of(parts, "BYMONTH"), numbers_of(parts, "BYMONTHDAY")
    match freq:
        case "DAILY" if not (weekdays or months or monthdays):
            return every
        case "WEEKLY" if not (months or monthdays):
            days = sorted(weekday for _, weekday in weekdays) or [first.weekday()]
            if days == [0, 1, 2, 3, 4] and interval == 1:
                return "every weekday"
            named = _listed([DAY_NAMES[day] for day in days])
            if interval == 1 or (interval == 2 and len(days) == 1):
                return f"every {'second ' if interval == 2 else ''}{named}"
            return f"{every} on {named}"
        case "MONTHLY" if not months and not (weekdays and monthdays) and min(monthdays, default=0) >= -1:
            of = "of the month" if interval == 1 else every
            if not weekdays:
                return f"on {_days_of_month(monthdays or [first.day])} {of}"
            if len({weekday for _, weekday in weekdays}) == 1 and all(number in ORDINALS for number, _ in weekdays):
                which = _listed([ORDINALS[number] for number, _ in weekdays])
                return f"on the {which} {DAY_NAMES[weekdays[0][1]]} {of}"
        case "YEARLY" if not weekdays and len(months) < 2 and len(monthdays) < 2:
            day = monthdays[0] if monthdays else first.day
            if day > 0:
                return f"{every} on {day} {MONTH_NAMES[(months[0] if months else first.month) - 1]}"
    return f"by the rule {';'.join(f'{name}={value}' for name, value in parts.items())}"


def _days_of_month(days: Sequence[int]) -> str:
    return _listed([f"the {day}{_suffix(day)}" if day > 0 else "the last day" for day in days])


def _suffix(day: int) -> str:
    return "th" if 10 < day < 14 else SUFFIXES.get(day % 10, "th")


def _listed(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
