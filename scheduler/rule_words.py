"""From words to a rule: "every second Tuesday 15:00 Berlin", "jeden ersten Freitag im Monat um 14:30". Pure."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from scheduler.local_time import in_utc
from scheduler.rule_parts import WEEKDAYS, fits, parts_of
from scheduler.rule_phrases import in_words
from scheduler.rule_reader import Reader, not_understood
from scheduler.rule_vocabulary import DAY_NAMES
from scheduler.rules import Series

FAR = 400
"""Days within which a rule has its first date."""

_MONTHLY = r"\b(?:months?|monate?s?|monthly|monatlich|quarterly|vierteljährlich)\b"


@dataclass(frozen=True, slots=True)
class Rhythm:
    """`rule` is that of a `Series`; it is empty where it is once, on `begins`. What was not said is None or empty."""

    rule: str
    at: time
    zone: str = ""
    duration: timedelta | None = None
    begins: date | None = None

    def series(self, now: datetime, zone: str, duration: timedelta, holidays: frozenset[date] = frozenset()) -> Series:
        """From the first date after `now` (aware) on, or from the day that was said; `zone` and `duration` are for what
        was not said. Raises ValueError for people to read."""
        zone = self.zone or zone
        parts = parts_of(self.rule) if self.rule else {}
        begins = self.begins or now.astimezone(ZoneInfo(zone)).date()
        for day in (begins + timedelta(days=number) for number in range(FAR if self.rule else 1)):
            first = datetime.combine(day, self.at)
            is_over = in_utc(first, zone) <= now
            if fits(day, parts) and not (is_over and not (self.rule and self.begins)):
                return Series(first, zone, self.duration or duration, self.rule, holidays=holidays)
        raise ValueError(f"{in_words(begins)}, {self.at:%H:%M} is over." if not self.rule else "There is no such day.")


def rhythm_of(text: str, today: date) -> Rhythm:
    """`today` says which 3 March is meant where no year is named. Raises ValueError for people to read: what was
    understood and what was not, with an example."""
    reader = Reader(text, today)
    zone = reader.zone()
    starts = reader.day_after(r"(?:from|starting|beginning|ab|beginnend)(?: on| from| am| dem)? ")
    until = reader.day_after(r"(?:until|till|through|bis|up to)(?: zum| the)? ", since=starts)
    on = reader.day_after("(?:on |am )?", since=starts)
    count, duration = reader.count(), reader.duration()
    at, spanned = reader.clock()
    rule = _rule(reader, starts, on)
    reader.finish()
    if at is None:
        raise not_understood("The time of day is missing.")
    if starts and on and "YEARLY" not in rule:
        raise not_understood("There are two dates on which it begins.")
    if not rule and on is None:
        raise not_understood("How often, or on which day, is missing.")
    if until and count:
        raise not_understood("It ends on a day or after so many times, not both.")
    if (until or count) and not rule:
        raise not_understood("What is once has no other end.")
    end = f";UNTIL={until:%Y%m%d}" if until else f";COUNT={count}" if count else ""
    rhythm = Rhythm(rule + end, at, zone, spanned or duration, starts or on)
    parts_of(rhythm.rule or "FREQ=DAILY")
    return rhythm


def _rule(reader: Reader, starts: date | None, on: date | None) -> str:
    is_monthly = bool(re.search(_MONTHLY, reader.rest))
    numbers, numbered, is_every = reader.ordinals()
    monthdays = reader.days_of_month() if is_monthly and not numbers else []
    freq, interval = reader.unit() or ("", 1)
    days = reader.weekdays()
    if is_monthly and not freq:
        freq = "MONTHLY"
    if freq == "DAILY" and days and interval % 7 == 0:  # every 14 days on Tuesday
        freq, interval = "WEEKLY", interval // 7
    if len(numbers) == 1 and is_every and not is_monthly and numbers[0] > 1:  # every second Tuesday
        freq, interval, numbers, days = (
            "WEEKLY",
            numbers[0],
            [],
            [code for code in WEEKDAYS if code in {numbered, *days}],
        )
    if numbers or monthdays:
        if days or freq not in ("", "MONTHLY"):
            raise not_understood("Of a month there is one kind of day: “the first Friday”, or “the 15th”.")
        by = ",".join(f"{number}{numbered}" for number in numbers)
        return _joined("MONTHLY", interval, f"BYDAY={by}" if by else f"BYMONTHDAY={','.join(map(str, monthdays))}")
    if on and not freq and not starts:
        if reader.says_every:
            raise not_understood(
                "A date is once; what comes again begins “from” one, and has weekdays or “every year”."
            )
        if days and WEEKDAYS[on.weekday()] not in days:
            raise not_understood(f"{in_words(on)} is a {DAY_NAMES[on.weekday()]}.")
        return ""
    return _by_frequency(freq, interval, days, on or starts)


def _by_frequency(freq: str, interval: int, days: list[str], begins: date | None) -> str:
    match freq:
        case "DAILY" if not days:
            return _joined("DAILY", interval, "")
        case "WEEKLY" | "" if days:
            return _joined("WEEKLY", interval, f"BYDAY={','.join(days)}")
        case "WEEKLY" if begins:
            return _joined("WEEKLY", interval, f"BYDAY={WEEKDAYS[begins.weekday()]}")
        case "MONTHLY" if begins and not days:
            return _joined("MONTHLY", interval, f"BYMONTHDAY={begins.day}")
        case "YEARLY" if begins and not days:
            return _joined("YEARLY", interval, f"BYMONTH={begins.month};BYMONTHDAY={begins.day}")
        case "":
            return ""
    raise not_understood(
        "On which day is missing: a weekday, “the first Friday of the month”, “the 15th of the month”."
    )


def _joined(freq: str, interval: int, by: str) -> str:
    return ";".join(part for part in (f"FREQ={freq}", f"INTERVAL={interval}" if interval > 1 else "", by) if part)
