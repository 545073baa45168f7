"""What came of a circle's rounds, in numbers that name nobody. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations

from bot.features.introductions.model import Answer, Meeting, Round
from bot.features.introductions.pairing import alike

FEWEST = 5
"""Groups: of fewer one could tell who said what."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Of so many `groups` those who met, planned to, did not, or said nothing. `pairs` are all who were introduced to
    each other: `repeats` of them had been before in this circle, of those whose offices are `known` so many are
    `across` offices."""

    groups: int = 0
    met: int = 0
    planned: int = 0
    not_met: int = 0
    silent: int = 0
    pairs: int = 0
    repeats: int = 0
    known: int = 0
    across: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(
            self.groups + other.groups,
            self.met + other.met,
            self.planned + other.planned,
            self.not_met + other.not_met,
            self.silent + other.silent,
            self.pairs + other.pairs,
            self.repeats + other.repeats,
            self.known + other.known,
            self.across + other.across,
        )

    @property
    def tells_nothing_of_anybody(self) -> bool:
        return self.groups >= FEWEST


def figures_by_round(meetings: Sequence[Meeting], offices: Mapping[str, str]) -> Mapping[str, Figures]:
    """By round id; `meetings` of one circle, the oldest first. `offices` as members say now."""
    found: dict[str, Figures] = {}
    earlier: set[frozenset[str]] = set()
    for meeting in meetings:
        pairs = [frozenset(pair) for pair in combinations(meeting.person_ids, 2)]
        if not pairs:
            continue
        told = [pair for pair in pairs if all(offices.get(each) for each in pair)]
        across = sum(not alike([offices[each] for each in pair])[0, 1] for pair in told)
        counts = _outcome(meeting)
        own = Figures(1, *counts, len(pairs), sum(pair in earlier for pair in pairs), len(told), across)
        found[meeting.round_id] = found.get(meeting.round_id, Figures()) + own
        earlier.update(pairs)
    return found


def in_all(figures: Mapping[str, Figures]) -> Figures:
    return reduce(Figures.__add__, figures.values(), Figures())


def by_round(rounds: Sequence[Round], figures: Mapping[str, Figures]) -> list[tuple[Round, Figures]]:
    return [(each, figures.get(each.id, Figures())) for each in rounds]


def _outcome(meeting: Meeting) -> tuple[int, int, int, int]:
    """Met, planned, not met, no answer: what one of them says they did, all did."""
    said = {each.answer for each in meeting.participants}
    for number, answer in enumerate((Answer.MET, Answer.PLANNED, Answer.NOT_MET)):
        if answer in said:
            return (int(number == 0), int(number == 1), int(number == 2), 0)
    return (0, 0, 0, 1)
