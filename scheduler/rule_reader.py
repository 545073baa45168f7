"""Reads words for dates piece by piece: what is understood is taken out, and what is left over was not."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from scheduler import rule_vocabulary as words
from scheduler.rule_parts import WEEKDAYS, YEARS

EXAMPLE = "every second Tuesday 15:00 Berlin"
LONGEST = 200
EARLIEST = 7
"""Of an hour below that, nobody knows whether it is in the morning: "at 3"."""

_DAY = f"(?:{words.one_of(words.DAY_WORDS)})"
_ORDINAL = f"(?:{words.one_of(words.ORDINAL_WORDS)})"
_NUMBER = rf"(?:{words.one_of(words.INTERVAL_WORDS)}|\d{{1,3}}\.?)"
_MONTH = f"(?:{words.one_of(words.MONTH_WORDS)})"
_EVERY = "(?:every|each|jede[nrsm]?|alle)"
_AND = r"(?:\s*,\s*|\s+(?:and|und|&|or|oder)\s+)(?:the |am |on )?"
_DATE = (
    rf"(\d{{4}}-\d\d-\d\d|\d{{1,2}}\.\d{{1,2}}\.\d{{4}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th|\.)? {_MONTH}(?:,? \d{{4}})?"
    rf"|{_MONTH} \d{{1,2}}(?![:.]\d)(?:st|nd|rd|th)?(?:,? \d{{4}})?|{words.one_of(words.NEAR_DAYS)})"
)
_CLOCK = r"(\d{1,2})(?:[:.](\d\d))?\s*(am|pm|uhr)?"
_GAP = r"\s{2,}"
"""Left where something was understood."""

_SPELLINGS = (
    (r"[–—]", "-"),
    (r"\b([ap])\.\s?m\.", r"\1m"),
    (r"\bo['’]clock\b", "uhr"),
    (r"\b(\d{1,2}) uhr (\d\d)\b|\b(\d{1,2})h(\d\d)\b", r"\1\3:\2\4"),
    (r"\b(\d{1,2})h\b", r"\1 uhr"),
    (r"\b(?:noon|midday|mittags?)\b", "12:00"),
    (r"\b(?:midnight|mitternachts?)\b", "00:00"),
    (r"\b(?:quarter|quartal)\b", "3 months"),
    (r"\bfortnights?\b", "2 weeks"),
    (r"\s+", " "),
)


def not_understood(why: str) -> ValueError:
    return ValueError(f"{why} Say it like “{EXAMPLE}”.")


@dataclass(slots=True)
class Reader:
    """`said` is the text in its usual spelling, `rest` what is still to be understood of it."""

    text: str
    today: date
    said: str = ""
    rest: str = ""
    understood: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if len(self.text) > LONGEST:
            raise not_understood(f"That is longer than {LONGEST} characters.")
        self.said = self.text.lower()
        for spelling, usual in _SPELLINGS:
            self.said = re.sub(spelling, usual, self.said)
        self.rest = self.said

    def take(self, pattern: str) -> re.Match[str] | None:
        """The first whole words that match, taken out."""
        found = re.search(_whole(pattern), self.rest)
        return self._taken(found) if found else None

    def finish(self) -> None:
        """Raises ValueError where more is left than small words."""
        left = [piece for each in re.split(_GAP, self.rest) if (piece := _without_fillers(each))]
        if left:
            known = sorted(self.understood, key=self.said.find)
            but = f"I understood {self._quoted(known)}, but not" if known else "I did not understand"
            raise not_understood(f"{but} {self._quoted(left)}.")

    def zone(self) -> str:
        zones = words.zones_by_word()
        found = self.take(rf"(?:in |nach )?({words.one_of(zones)})(?: time| zeit)?")
        return zones[found[1]] if found else ""

    def day_after(self, prefix: str, since: date | None = None) -> date | None:
        """The date that is said after it; without a year it is the next one from `since` on, which is today."""
        found = self.take(rf"(?:{prefix}){_DATE}")
        if found is None:
            return None
        if found[1] in words.NEAR_DAYS:
            return self.today + timedelta(days=words.NEAR_DAYS[found[1]])
        try:
            day = _date_in(found[1], since or self.today)
        except ValueError:
            raise not_understood(f"There is no “{found[1]}”.") from None
        if day.year not in YEARS:
            raise not_understood(f"“{found[1]}” is too far away.")
        return day

    def count(self) -> int | None:
        found = self.take(r"(\d{1,3}) ?(?:times?|mal|x)")
        return _number(found[1]) if found else None

    @property
    def says_every(self) -> bool:
        return bool(re.search(_whole(_EVERY), self.said))

    def duration(self) -> timedelta | None:
        if found := self.take(r"(?:for )?(\d{1,3}) ?(?:minutes?|mins?|minuten)"):
            return timedelta(minutes=_number(found[1]))
        found = self.take(r"(?:for )?(\d{1,2}) ?(?:hours?|stunden?|std)")
        return timedelta(hours=_number(found[1])) if found else None

    def clock(self) -> tuple[time | None, timedelta | None]:
        """When it begins, and how long it takes where its end is said too."""
        at = r"(?:at|from|um|von|ab|@) ?"
        spanned = rf"{_CLOCK} ?(?:-|to|till|until|bis) ?{_CLOCK}"
        found = self.take(rf"{at}{spanned}") or self._take_marked(spanned) or self.take(spanned)
        if found is None:
            found = self.take(rf"{at}{_CLOCK}") or self._take_marked(_CLOCK)
        if found is None:
            return None, None
        if int(found[1]) < EARLIEST and not any(_marks(found)):
            raise not_understood(f"“{found[0].strip()}” may be {found[1]} am or {found[1]} pm.")
        begins = _minutes(found[1], found[2], found[3])
        if len(found.groups()) == 3:
            return _time(begins), None
        ends, later = _minutes(found[4], found[5], found[6]), _minutes(found[1], found[2], found[6])
        begins = later if not found[3] and later < ends else begins
        if begins >= ends:
            raise not_understood(f"“{found[0].strip()}” ends before it begins.")
        return _time(begins), timedelta(minutes=ends - begins)

    def ordinals(self) -> tuple[list[int], str, bool]:
        """Of "the first and third Friday": which, of what day, and whether "every" or the like stood before it."""
        found = self.take(rf"({_EVERY} )?({_ORDINAL}(?:{_AND}{_ORDINAL})*) ({_DAY})")
        if found is None:
            found = self.take(rf"({_EVERY}) ({_NUMBER}) ({_DAY})")
            return ([_number(found[2])], words.DAY_WORDS[found[3]], True) if found else ([], "", False)
        numbers = [words.ORDINAL_WORDS[word] for word in re.findall(_ORDINAL, found[2])]
        return numbers, words.DAY_WORDS[found[3]], bool(found[1])

    def days_of_month(self) -> list[int]:
        if self.take(r"(?:last day|letzte[nrm]? tag|monatsletzten)(?: of| des| im)?"):
            return [-1]
        day = r"\d{1,2}(?:st|nd|rd|th|\.)"
        found = self.take(rf"{day}(?:{_AND}{day})*")
        numbers = [int(number) for number in re.findall(r"\d+", found[0])] if found else []
        if any(not 1 <= number <= 31 for number in numbers) and found:
            raise not_understood(f"No month has a day “{found[0]}”.")
        return numbers

    def unit(self) -> tuple[str, int] | None:
        """Of "every 3 weeks" or "monthly": how often, and of how many one."""
        if found := self.take(words.one_of(words.RHYTHM_WORDS)):
            return words.RHYTHM_WORDS[found[0]]
        found = self.take(rf"{_EVERY} (?:({_NUMBER}) )?({words.one_of(words.UNIT_WORDS)})")
        return (words.UNIT_WORDS[found[2]], _number(found[1]) if found[1] else 1) if found else None

    def weekdays(self) -> list[str]:
        """Their codes, those between two as well, in the order of the week."""
        codes: set[str] = set()
        if self.take(words.one_of(words.WORKDAYS)):
            codes.update(WEEKDAYS[:5])
        while found := self.take(rf"({_DAY}) ?(?:-|to|through|bis) ?({_DAY})"):
            first, last = (WEEKDAYS.index(words.DAY_WORDS[found[part]]) for part in (1, 2))
            codes.update(WEEKDAYS[number % 7] for number in range(first, last + 1 if first <= last else last + 8))
        while found := self.take(rf"{_DAY}(?:{_AND}{_DAY})*"):
            codes.update(words.DAY_WORDS[word] for word in re.findall(_whole(_DAY), found[0]))
        return [code for code in WEEKDAYS if code in codes]

    def _taken(self, found: re.Match[str]) -> re.Match[str]:
        self.rest = f"{self.rest[: found.start()]}  {self.rest[found.end() :]}"
        self.understood.append(found[0].strip())
        return found

    def _quoted(self, pieces: Iterable[str]) -> str:
        """In the letters in which they were typed, where the usual spelling changed nothing else."""
        typed = " ".join(self.text.split())
        found = ((piece, re.search(re.escape(piece), typed, re.IGNORECASE)) for piece in pieces)
        return " and ".join(f"“{where[0] if where else piece}”" for piece, where in found)

    def _take_marked(self, clocks: str) -> re.Match[str] | None:
        """Times that show that they are some: 9:00, 9 am, 9 Uhr."""
        for found in re.finditer(_whole(clocks), self.rest):
            if any(_marks(found)):
                return self._taken(found)
        return None


def _without_fillers(piece: str) -> str:
    """From the first word that says something to the last, with the small ones in between; empty where none does."""
    said = [word for word in re.finditer(r"[\w'-]+|[^\w\s]", piece) if word[0] not in words.FILLERS]
    return piece[said[0].start() : said[-1].end()] if said else ""


def _whole(pattern: str) -> str:
    return rf"(?<!\w)(?:{pattern})(?!\w)"


def _marks(found: re.Match[str]) -> list[str | None]:
    """The minutes and what stood behind, of each time of the match: the first of its three groups is the hour."""
    return [mark for number, mark in enumerate(found.groups()) if number % 3]


def _number(word: str) -> int:
    number = words.INTERVAL_WORDS.get(word) or int(word.rstrip("."))
    if not number:
        raise not_understood(f"“{word}” is not enough.")
    return number


def _minutes(hour: str, minute: str | None, half: str | None) -> int:
    """Since midnight. Raises ValueError."""
    number = int(hour)
    if half in ("am", "pm") and number <= 12:
        number = number % 12 + (12 if half == "pm" else 0)
    if number > 23 or int(minute or 0) > 59:
        raise not_understood(f"There is no {hour}:{minute or '00'}.")
    return number * 60 + int(minute or 0)


def _time(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)


def _date_in(text: str, since: date) -> date:
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return date.fromisoformat(text)
    numbers = [int(number) for number in re.findall(r"\d+", text)]
    named = re.search(_whole(_MONTH), text)
    if named is None:
        return date(numbers[2], numbers[1], numbers[0])
    month = words.MONTH_WORDS[named[0]]
    if len(numbers) > 1:
        return date(numbers[1], month, numbers[0])
    day = date(since.year, month, numbers[0])
    return day if day >= since else date(since.year + 1, month, numbers[0])
