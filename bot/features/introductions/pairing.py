"""Who is introduced to whom: an assignment problem, solved again and again until it gets no better. Pure."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import TypeAlias

import lap
import numpy as np
from numpy.typing import NDArray

PAIRS, TRIOS = 2, 3

MET = 100.0
FADES = 90.0
"""Days after which having met recently counts half as much."""

SAME_OFFICE = 20.0
SAME_FUNCTION = 10.0
FAR = 5.0
FAR_HOURS = 6.0
"""So far apart two working days have less than two hours in common."""

PATIENCE = 50
"""Steps without a gain after which nobody is moved any more."""

STEPS = 2_000

NEVER = 1e9
"""More than all else can add up to."""

WAYS = 6
ATTEMPTS = 20
"""Numbers of groups that are tried, and how often each, while two who are never to meet sit together."""

Apart: TypeAlias = tuple[str, str]
"""Who said it, and whom they are never introduced to."""

Costs: TypeAlias = NDArray[np.float64]
Numbers: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Candidate:
    """`office` and `function` in any words, empty where not known. `hours_ahead` of UTC."""

    person_id: str
    office: str = ""
    function: str = ""
    hours_ahead: float = 0.0


@dataclass(frozen=True, slots=True)
class Earlier:
    """They were introduced to each other `days_ago`. `weight` is less than 1 where they said that they did not meet."""

    person_ids: tuple[str, ...]
    days_ago: float
    weight: float = 1.0


def form_groups(
    candidates: Sequence[Candidate],
    earlier: Sequence[Earlier] = (),
    size: int = PAIRS,
    seed: int = 0,
    apart: Collection[Apart] = (),
) -> list[tuple[str, ...]]:
    """Person ids in PAIRS or TRIOS, everybody in exactly one; what does not come out even makes a pair a trio, or a
    trio a pair. Nobody where there is only one. The same `seed` gives the same groups.

    No two of `apart` are in one group, whatever it costs: where there is no other way, whoever has the most of these is
    in none, and of two who have as many the one who said so.
    """
    here, kept = list(candidates), _among(candidates, apart)
    while len(here) >= PAIRS:
        usual = len(sizes_for(len(here), size))
        possible = range(-(-len(here) // TRIOS), len(here) // PAIRS + 1)
        broken: list[Apart] = []
        ways = sorted(possible, key=lambda each: abs(each - usual))[:WAYS]
        for number, attempt in product(ways, range(ATTEMPTS)):
            groups = _arranged(here, earlier, _sizes(len(here), number), seed + attempt, kept)
            broken = [pair for pair in kept if any(set(pair) <= set(group) for group in groups)]
            if not broken:
                return groups
        has, said = Counter(person for pair in kept for person in pair), Counter(who for who, _ in kept)
        out = max((person for pair in broken for person in pair), key=lambda each: (has[each], said[each], each))
        here = [each for each in here if each.person_id != out]
        kept = _among(here, kept)
    return []


def may_meet(person_ids: Sequence[str], apart: Collection[Apart]) -> bool:
    return not any(pair in apart or pair[::-1] in apart for pair in combinations(person_ids, 2))


def _arranged(
    candidates: Sequence[Candidate], earlier: Sequence[Earlier], sizes: Numbers, seed: int, apart: Collection[Apart]
) -> list[tuple[str, ...]]:
    """In each step one of each group gets up, and all of them sit down again where that costs least: linear assignment.
    They may all keep their seats, so a step never loses; and of pairs any better arrangement is some steps away, for
    what has to be changed runs in circles whose every second person can get up.
    """
    nobody, rows, random = len(candidates), np.arange(len(sizes)), np.random.default_rng(seed)
    between = np.pad(costs(candidates, earlier, apart), (0, 1))
    seated = np.full((len(sizes), int(sizes.max())), nobody)
    seated[np.arange(seated.shape[1]) < sizes[:, None]] = random.permutation(len(candidates))
    best, idle = np.inf, 0
    for _ in range(STEPS):
        seats = random.integers(0, sizes)
        standing = seated[rows, seats]
        seated[rows, seats] = nobody
        sitting_down = sum(between[np.ix_(standing, column)] for column in seated.T)
        _, chosen, _ = lap.lapjv(sitting_down)
        seated[chosen, seats[chosen]] = standing
        total = total_cost(seated, between)
        best, idle = (total, 0) if total < best else (best, idle + 1)
        if idle == PATIENCE:
            break
    return [tuple(candidates[number].person_id for number in group if number != nobody) for group in seated]


def _among(candidates: Sequence[Candidate], apart: Collection[Apart]) -> frozenset[Apart]:
    here = {each.person_id for each in candidates}
    return frozenset(pair for pair in apart if here.issuperset(pair) and pair[0] != pair[1])


def sizes_for(people: int, size: int) -> Numbers:
    """Of each group, as even as they can be; none where there is nobody to be introduced to."""
    if people < PAIRS:
        return np.zeros(0, dtype=np.int64)
    return _sizes(people, people // PAIRS if size == PAIRS else -(-people // TRIOS))


def _sizes(people: int, groups: int) -> Numbers:
    return people // groups + (np.arange(groups) < people % groups)


def costs(candidates: Sequence[Candidate], earlier: Sequence[Earlier], apart: Collection[Apart] = ()) -> Costs:
    """What it costs that two are introduced to each other, by their numbers: having met most of all, and the more the
    oftener and the later; an office or a function in common; too few hours in common."""
    numbers = {each.person_id: number for number, each in enumerate(candidates)}
    met = np.zeros((len(candidates), len(candidates)))
    for meeting in earlier:
        here = [numbers[person] for person in meeting.person_ids if person in numbers]
        met[np.ix_(here, here)] += meeting.weight * (1 + 0.5 ** (meeting.days_ago / FADES))
    hours = np.array([each.hours_ahead for each in candidates])
    between = np.abs(hours[:, None] - hours)
    made: Costs = (
        MET * met**2
        + SAME_OFFICE * alike([each.office for each in candidates])
        + SAME_FUNCTION * alike([each.function for each in candidates])
        + FAR * (np.minimum(between, 24 - between) > FAR_HOURS)
    )
    for one, other in apart:
        made[numbers[one], numbers[other]] = made[numbers[other], numbers[one]] = NEVER
    np.fill_diagonal(made, 0.0)
    return made


def alike(words: Sequence[str]) -> Costs:
    """1 where two are the same word, 0 where they are not or one is not known."""
    folded = np.array([" ".join(word.split()).casefold() for word in words])
    same: Costs = ((folded[:, None] == folded) & (folded != "")).astype(np.float64)
    return same


def total_cost(seated: Numbers, between: Costs) -> float:
    """Of all groups; `seated` is one a row."""
    return float(between[seated[:, :, None], seated[:, None, :]].sum() / 2)
