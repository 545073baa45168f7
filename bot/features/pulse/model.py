"""The pulse: who is asked when, and what may be shown of the answers. Pure.

What is shown is made of groups of answers. Each group has at least `least` answers, each of somebody else, no answer is
in two, and a group never changes once it is there. Of a group there is the mean alone, and near the lowest and the
highest only that it is there: so five who answer alike show no more than five who do not, and whoever takes their own
answer out learns nothing of the others."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from bot.chat.moments import zone_of

LEAST = 5
A_DAY = 3
QUARTER = timedelta(days=92)
NEWCOMER = timedelta(days=14)
"""So long after their first turn nobody is asked."""

OPEN_FOR = timedelta(days=30)
"""So long after it was asked an answer counts."""

SCORES = (1, 2, 3, 4, 5)
ASKED = 0
MARGIN = 2 * (SCORES[-1] - SCORES[0])
"""So near the lowest and the highest sum it is not told which one it is. Whoever knows one of the answers then cannot
tell of any other which of the five it is."""

WORD_LIMIT = 300
OTHERS = "*"
"""The hub of a group that several hubs share."""

TEN = time(10)


class AskState(StrEnum):
    ASKED = "asked"
    ANSWERED = "answered"
    WORDED = "worded"


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody who was asked, or who does not want to be. What they answered is nowhere near."""

    person_id: str
    asked_at: datetime | None = None
    state: AskState = AskState.ASKED
    opted_out: bool = False

    def is_open(self, now: datetime) -> bool:
        return self.state is AskState.ASKED and self.is_recent(now)

    def is_recent(self, now: datetime) -> bool:
        return self.asked_at is not None and self.asked_at <= now < self.asked_at + OPEN_FOR


@dataclass(frozen=True, slots=True)
class Count:
    """How often a score was given in a month by people of a hub, empty where none is known; of `ASKED` in no hub, how
    many were asked."""

    month: date
    hub: str
    score: int
    times: int


@dataclass(frozen=True, slots=True)
class Group:
    """Answers that are shown together, of the months from `begins` to `ends`, in which `asked` people were asked, of
    all hubs. The sum of their scores is from `lowest` to `highest`; more is not kept."""

    begins: date
    ends: date
    hub: str
    asked: int
    answers: int
    lowest: int
    highest: int

    @property
    def low(self) -> float:
        return self.lowest / self.answers

    @property
    def high(self) -> float:
        return self.highest / self.answers


@dataclass(frozen=True, slots=True)
class Word:
    """What somebody added, as it is shown."""

    id: str
    text: str
    is_hidden: bool = False


def month_of(at: datetime) -> date:
    """In UTC."""
    return at.date().replace(day=1)


def key_of(asked: Asked) -> str:
    """Of the message that asks, a new one each time."""
    return f"pulse-question-{asked.asked_at:%Y%m%d}"


def after(month: date) -> date:
    """The month after."""
    return (month + timedelta(days=31)).replace(day=1)


def settled(counts: Iterable[Count], month: date, least: int) -> tuple[Sequence[Group], frozenset[date]]:
    """What is shown in `month` of `counts`, which are of months before, and which of these wait for the next. None
    waits longer, for by then somebody may have answered twice, as nobody has in two months."""
    by_month: dict[date, list[Count]] = {}
    for each in counts:
        by_month.setdefault(each.month, []).append(each)
    made: list[Group] = []
    waiting: list[Count] = []
    for over in sorted(by_month):
        waiting = [*(each for each in waiting if after(each.month) == over), *by_month[over]]
        found = grouped(waiting, least)
        if found:
            made += found
            waiting = []
    return made, frozenset(each.month for each in waiting if after(each.month) == month)


def grouped(counts: Iterable[Count], least: int) -> Sequence[Group]:
    """All of `counts`, or nothing where they are too few. A hub with enough answers is a group of its own; the others
    are one, and where these are too few the smallest hub joins."""
    found = [each for each in counts if each.times > 0]
    given = [each for each in found if each.score != ASKED]
    if not given or _times(given) < least:
        return ()
    by_hub: dict[str, list[Count]] = {}
    for each in given:
        by_hub.setdefault(each.hub, []).append(each)
    own = {hub: each for hub, each in by_hub.items() if _times(each) >= least}
    rest = [each for hub, theirs in by_hub.items() if hub not in own for each in theirs]
    if rest and _times(rest) < least:
        smallest = min(own, key=lambda hub: (_times(own[hub]), hub))
        rest += own.pop(smallest)
    begins, ends = min(each.month for each in found), max(each.month for each in found)
    asked = _times(each for each in found if each.score == ASKED)
    named = [*own.items(), *([(OTHERS, rest)] if rest else [])]
    return [Group(begins, ends, hub, asked, *_figures(theirs)) for hub, theirs in sorted(named)]


def trend(groups: Iterable[Group]) -> Sequence[Group]:
    """All hubs of a time together, the oldest first."""
    by_end: dict[date, list[Group]] = {}
    for each in groups:
        by_end.setdefault(each.ends, []).append(each)
    return [_together(by_end[end]) for end in sorted(by_end)]


def next_ten(zone: str, now: datetime) -> datetime:
    """The next ten in the morning of a working day, as people of that zone have it."""
    local = now.astimezone(zone_of(zone))
    day = local.date() if local.time() < TEN else local.date() + timedelta(days=1)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return datetime.combine(day, TEN, local.tzinfo).astimezone(now.tzinfo)


def _times(counts: Iterable[Count]) -> int:
    return sum(each.times for each in counts)


def _figures(counts: Sequence[Count]) -> tuple[int, int, int]:
    """How many answers, and between which sums theirs is."""
    answers, total = _times(counts), sum(each.score * each.times for each in counts)
    floor, ceiling = SCORES[0] * answers, SCORES[-1] * answers
    if total <= floor + MARGIN:
        return answers, floor, floor + MARGIN
    if total >= ceiling - MARGIN:
        return answers, ceiling - MARGIN, ceiling
    return answers, total, total


def _together(groups: Sequence[Group]) -> Group:
    first = groups[0]
    answers, lowest, highest = (
        sum(each) for each in zip(*((each.answers, each.lowest, each.highest) for each in groups), strict=True)
    )
    return replace(first, hub="", answers=answers, lowest=lowest, highest=highest)
