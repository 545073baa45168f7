"""One month: what of it somebody wants to see, its weeks from Monday on, and its days as a list. Pure."""

from calendar import Calendar as Months
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from bot.features.calendar.card import PAGE
from bot.features.calendar.model import DAY, OnCalendar, midnight

YEARS = 10
"""Months further away than that are not looked at."""

KIND_LENGTH = 60
SHOWN_A_DAY = 4

Days = Sequence[tuple[date, Sequence[OnCalendar]]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address of the page says. `month` is the first day of it."""

    month: date
    is_list: bool = False
    kind: str = ""
    mine: bool = False

    @classmethod
    def from_query(cls, query: Mapping[str, str], today: date) -> "Wanted":
        """What is unknown is left out, so that an old address still opens."""
        month = _month_in(query.get("month", ""), today) or today.replace(day=1)
        kind = query.get("kind", "")[:KIND_LENGTH]
        return cls(month, query.get("view") == "list", kind, query.get("whose") == "mine")

    @property
    def is_narrowed(self) -> bool:
        return bool(self.kind or self.mine)

    @property
    def title(self) -> str:
        return f"{self.month:%B %Y}"

    @property
    def until(self) -> date:
        """The first day of the month after it."""
        return (self.month + 31 * DAY).replace(day=1)

    def at(self, day: date) -> "Wanted":
        return replace(self, month=day.replace(day=1))

    def of(self, kind: str) -> "Wanted":
        return replace(self, kind=kind)

    def seen_as(self, *, is_list: bool | None = None, mine: bool | None = None) -> "Wanted":
        return replace(
            self, is_list=self.is_list if is_list is None else is_list, mine=self.mine if mine is None else mine
        )

    def matches(self, on: OnCalendar) -> bool:
        return self.kind in ("", on.entry.kind) and (on.entry.is_mine or not self.mine)

    def url(self, path: str = PAGE) -> str:
        values = {
            "month": f"{self.month:%Y-%m}",
            "view": "list" if self.is_list else "",
            "kind": self.kind,
            "whose": "mine" if self.mine else "",
        }
        return f"{path}?{urlencode({name: value for name, value in values.items() if value})}"


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of the grid; `more` are left out of `shown`."""

    day: date
    is_outside: bool
    shown: Sequence[OnCalendar]
    more: int


def weeks_of(wanted: Wanted) -> Sequence[Sequence[date]]:
    """Whole ones, from Monday on."""
    return Months(firstweekday=0).monthdatescalendar(wanted.month.year, wanted.month.month)


def span_of(wanted: Wanted, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From when until when the grid is, in the zone of who looks at it; a day more on both sides for days that are
    the same ones in every zone."""
    weeks = weeks_of(wanted)
    return midnight(weeks[0][0] - DAY, zone), midnight(weeks[-1][-1] + 2 * DAY, zone)


def grid(wanted: Wanted, dates: Sequence[OnCalendar]) -> Sequence[Sequence[Cell]]:
    by_day: dict[date, list[OnCalendar]] = defaultdict(list)
    weeks = weeks_of(wanted)
    for on in dates:
        for day in _days(max(on.first, weeks[0][0]), min(on.last, weeks[-1][-1])):
            by_day[day].append(on)
    return [[_cell(day, wanted, sorted(by_day[day], key=lambda on: not on.is_long)) for day in week] for week in weeks]


def agenda(wanted: Wanted, dates: Sequence[OnCalendar], today: date) -> tuple[Days, Days]:
    """What of the month is over, and the rest: each date once, what goes on for days on the first of them that is still
    ahead."""
    over: dict[date, list[OnCalendar]] = defaultdict(list)
    ahead: dict[date, list[OnCalendar]] = defaultdict(list)
    for on in dates:
        if on.last < wanted.month or on.first >= wanted.until:
            continue
        is_now = on.first <= today <= on.last and today < wanted.until
        day = max(on.first, wanted.month, today if is_now else date.min)
        (over if wanted.month <= today < wanted.until and on.last < today else ahead)[day].append(on)
    return sorted(over.items()), sorted(ahead.items())


def _cell(day: date, wanted: Wanted, listed: Sequence[OnCalendar]) -> Cell:
    number = len(listed) if len(listed) <= SHOWN_A_DAY else SHOWN_A_DAY - 1
    return Cell(day, day.month != wanted.month.month, listed[:number], len(listed) - number)


def _days(first: date, last: date) -> Sequence[date]:
    return [first + number * DAY for number in range((last - first).days + 1)]


def _month_in(text: str, today: date) -> date | None:
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return found if abs(found - today) < timedelta(days=366 * YEARS) else None
