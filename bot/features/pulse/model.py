"""The pulse: who is asked when, and what may be shown of the answers. Pure.

What is shown is made of groups of answers. Each group has at least `least` answers, no answer is in two, and a group
never changes once it is there. So whatever is added up or taken from each other of what was ever shown, it is about at
least that many answers, or about none."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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
        return self.asked_at is not None and self.state is AskState.ASKED and now < self.asked_at + OPEN_FOR


@dataclass(frozen=True, slots=True)
class Count:
    """How often a score was given in a month by people of a hub; empty where none is known."""

    month: date
    hub: str
    score: int
    times: int


@dataclass(frozen=True, slots=True)
class Group:
    """Answers that are shown together, of the months from `begins` to `ends`. `scores` is how often each of `SCORES`
    was given."""

    begins: date
    ends: date
    hub: str
    scores: tuple[int, ...]

    @property
    def answers(self) -> int:
        return sum(self.scores)

    @property
    def mean(self) -> float:
        return sum(score * times for score, times in zip(SCORES, self.scores, strict=True)) / self.answers


def month_of(at: datetime) -> date:
    """In UTC."""
    return at.date().replace(day=1)


def key_of(asked: Asked) -> str:
    """Of the message that asks, a new one each time."""
    return f"pulse-question-{asked.asked_at:%Y%m%d}"


def after(month: date) -> date:
    """The month after."""
    return (month + timedelta(days=31)).replace(day=1)


def grouped(counts: Iterable[Count], least: int) -> Sequence[Group]:
    """All of `counts`, which are of months that are over, or nothing where they are too few: then they wait. A hub with
    enough answers is a group of its own; the others are one, and where these are too few the smallest hub joins."""
    found = [each for each in counts if each.times > 0]
    if not found or sum(each.times for each in found) < least:
        return ()
    by_hub: dict[str, list[Count]] = {}
    for each in found:
        by_hub.setdefault(each.hub, []).append(each)
    own = {hub: each for hub, each in by_hub.items() if _times(each) >= least}
    rest = [each for hub, theirs in by_hub.items() if hub not in own for each in theirs]
    if rest and _times(rest) < least:
        smallest = min(own, key=lambda hub: (_times(own[hub]), hub))
        rest += own.pop(smallest)
    begins, ends = min(each.month for each in found), max(each.month for each in found)
    named = [*own.items(), *([(OTHERS, rest)] if rest else [])]
    return [Group(begins, ends, hub, _scores(theirs)) for hub, theirs in sorted(named)]


def all_of(groups: Sequence[Group]) -> Group:
    """Several as one; at least one is needed."""
    begins, ends = min(each.begins for each in groups), max(each.ends for each in groups)
    scores = tuple(sum(times) for times in zip(*(each.scores for each in groups), strict=True))
    return Group(begins, ends, "", scores)


def next_ten(zone: str, now: datetime) -> datetime:
    """The next ten in the morning of a working day, as people of that zone have it."""
    local = now.astimezone(zone_of(zone))
    day = local.date() if local.time() < TEN else local.date() + timedelta(days=1)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return datetime.combine(day, TEN, local.tzinfo).astimezone(now.tzinfo)


def _times(counts: Iterable[Count]) -> int:
    return sum(each.times for each in counts)


def _scores(counts: Sequence[Count]) -> tuple[int, ...]:
    return tuple(sum(each.times for each in counts if each.score == score) for score in SCORES)
