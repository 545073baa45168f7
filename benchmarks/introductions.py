"""Rounds of introductions among people of a few offices and functions, beside rounds by lot among the same people.

    python -m benchmarks.introductions [--people 1000] [--rounds 20] [--size 2]

In each round some have paused. `gap_to_bound` is how much more a round costs than it has to at least, by an assignment
in which A may be given B while B is given C.
"""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from time import perf_counter
from typing import TypeAlias

import lap
import numpy as np

from benchmarks.results import write_results
from bot.features.introductions.pairing import PAIRS, Candidate, Earlier, costs, form_groups, sizes_for

OFFICES = {"Berlin": (0.4, 1.0), "Austin": (0.25, -6.0), "Pune": (0.15, 5.5), "Lyon": (0.1, 1.0), "Osaka": (0.1, 9.0)}
"""Share of the people, and hours ahead of UTC."""

FUNCTIONS = ("Sales", "Support", "Product", "Marketing", "Engineering", "Finance", "People", "Operations")
PAUSED = 0.05
DAYS_BETWEEN = 14

Groups: TypeAlias = Sequence[tuple[str, ...]]
Forms: TypeAlias = Callable[[Sequence[Candidate], Sequence[Earlier], int], Groups]


@dataclass(frozen=True, slots=True)
class Quality:
    """`repeats` counts introductions of two who were introduced before, `cross_office` is the share of those between
    offices, `left_out` counts people without a group in a round, `seconds` is of the longest round. `gap` is the
    largest of a round with pairs only."""

    introductions: int
    repeats: int
    cross_office: float
    left_out: int
    seconds: float
    gap: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--size", type=int, default=PAIRS)
    options = parser.parse_args()

    def matched(here: Sequence[Candidate], earlier: Sequence[Earlier], number: int) -> Groups:
        return form_groups(here, earlier, options.size, number)

    def by_lot(here: Sequence[Candidate], earlier: Sequence[Earlier], number: int) -> Groups:
        return drawn(here, options.size, number)

    company = people(options.people)
    figures: dict[str, float | int | str] = {"people": options.people, "rounds": options.rounds, "size": options.size}
    for name, forms in (("matched", matched), ("by_lot", by_lot)):
        found = quality(company, options.rounds, forms)
        figures[f"{name}_introductions"] = found.introductions
        figures[f"{name}_repeats"] = found.repeats
        figures[f"{name}_cross_office"] = round(found.cross_office, 4)
        figures[f"{name}_left_out"] = found.left_out
        figures[f"{name}_longest_s"] = round(found.seconds, 2)
        figures[f"{name}_gap_to_bound"] = round(found.gap, 4)
    write_results("introductions", figures)


def people(count: int) -> list[Candidate]:
    random = np.random.default_rng(0)
    shares = [share for share, _ in OFFICES.values()]
    offices = random.choice(list(OFFICES), count, p=shares)
    functions = random.choice(FUNCTIONS, count)
    return [
        Candidate(f"p{number}", str(office), str(function), OFFICES[str(office)][1])
        for number, (office, function) in enumerate(zip(offices, functions, strict=True))
    ]


def drawn(here: Sequence[Candidate], size: int, seed: int) -> Groups:
    """By lot, in groups of the same sizes."""
    order = [here[number].person_id for number in np.random.default_rng(seed).permutation(len(here))]
    ends = [0, *np.cumsum(sizes_for(len(here), size)).tolist()]
    return [tuple(order[start:end]) for start, end in pairwise(ends)]


def quality(company: Sequence[Candidate], rounds: int, forms: Forms) -> Quality:
    random = np.random.default_rng(1)
    office = {each.person_id: each.office for each in company}
    made: list[tuple[int, tuple[str, ...]]] = []
    known: set[frozenset[str]] = set()
    introduced = repeats = across = left_out = 0
    longest = gap = 0.0
    for number in range(rounds):
        here = [each for each in company if random.random() >= PAUSED]
        earlier = [Earlier(group, (number - at) * DAYS_BETWEEN) for at, group in made]
        began = perf_counter()
        groups = forms(here, earlier, number)
        longest = max(longest, perf_counter() - began)
        seated = [person for group in groups for person in group]
        if len(seated) != len(set(seated)):
            raise ValueError("Somebody is in two groups.")
        left_out += len({each.person_id for each in here} - set(seated))
        gap = max(gap, gap_to_bound(here, earlier, groups))
        pairs = [frozenset(pair) for group in groups for pair in combinations(group, 2)]
        introduced += len(pairs)
        repeats += sum(pair in known for pair in pairs)
        across += sum(len({office[person] for person in pair}) == 2 for pair in pairs)
        known.update(pairs)
        made += [(number, group) for group in groups]
    return Quality(introduced, repeats, across / max(introduced, 1), left_out, longest, gap)


def gap_to_bound(here: Sequence[Candidate], earlier: Sequence[Earlier], groups: Groups) -> float:
    """0 where no pairs can cost less in sum; of rounds with pairs only, 0 for others."""
    if any(len(group) != PAIRS for group in groups):
        return 0.0
    between = costs(here, earlier)
    numbers = {each.person_id: number for number, each in enumerate(here)}
    cost = sum(between[numbers[one], numbers[other]] for one, other in groups)
    not_oneself = between + np.diag(np.full(len(here), 1 + between.sum()))
    bound = lap.lapjv(not_oneself)[0] / 2
    return float(cost / bound - 1) if bound else float(cost > 0)


if __name__ == "__main__":
    main()
