"""Who is introduced to whom. Beside a lot: ``python -m benchmarks.introductions`` is the promise, 1,000 people over 20
rounds; here it is fewer of them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.introductions import drawn, people, quality
from bot.features.introductions.pairing import PAIRS, TRIOS, Candidate, Earlier, costs, form_groups, sizes_for

OFFICES = ("Berlin", "Austin", "")


def candidates(count: int) -> list[Candidate]:
    return [Candidate(f"p{number}", OFFICES[number % len(OFFICES)]) for number in range(count)]


@pytest.mark.promise
def test_nobody_is_left_out_and_strangers_of_other_offices_meet_where_a_lot_would_repeat_itself() -> None:
    company = people(150)
    matched = quality(company, 8, lambda here, earlier, number: form_groups(here, earlier, PAIRS, number))
    by_lot = quality(company, 8, lambda here, earlier, number: drawn(here, PAIRS, number))
    assert matched.left_out == by_lot.left_out == 0
    assert (matched.repeats, by_lot.repeats > 10) == (0, True)
    assert matched.cross_office > 0.99
    assert by_lot.cross_office < 0.8
    assert matched.gap < 0.05


@pytest.mark.promise
def test_trios_meet_strangers_too() -> None:
    matched = quality(people(100), 6, lambda here, earlier, number: form_groups(here, earlier, TRIOS, number))
    by_lot = quality(people(100), 6, lambda here, earlier, number: drawn(here, TRIOS, number))
    assert (matched.left_out, matched.repeats, by_lot.repeats > 10) == (0, 0, True)
    assert matched.cross_office > by_lot.cross_office


@settings(max_examples=60)
@given(st.integers(0, 40), st.sampled_from([PAIRS, TRIOS]), st.integers(0, 1_000), st.data())
def test_everybody_is_in_one_group_of_two_or_three(count: int, size: int, seed: int, data: st.DataObject) -> None:
    members = candidates(count)
    ids = [each.person_id for each in members] + ["left"]
    met = st.builds(Earlier, st.lists(st.sampled_from(ids), unique=True, max_size=3).map(tuple), st.floats(0, 1_000))
    groups = form_groups(members, data.draw(st.lists(met, max_size=10)), size, seed)
    seated = Counter(person for group in groups for person in group)
    assert seated == (Counter(each.person_id for each in members) if count > 1 else Counter())
    assert {len(group) for group in groups} <= {2, 3}


@pytest.mark.parametrize(
    ("people", "size", "expected"),
    [
        (0, PAIRS, []), (1, PAIRS, []), (2, PAIRS, [2]), (3, PAIRS, [3]), (4, PAIRS, [2, 2]), (7, PAIRS, [3, 2, 2]),
        (1, TRIOS, []), (2, TRIOS, [2]), (3, TRIOS, [3]), (4, TRIOS, [2, 2]), (5, TRIOS, [3, 2]), (9, TRIOS, [3, 3, 3]),
    ],
)  # fmt: skip
def test_what_does_not_come_out_even_makes_a_trio_of_a_pair_or_a_pair_of_a_trio(
    people: int, size: int, expected: list[int]
) -> None:
    assert sizes_for(people, size).tolist() == expected


@pytest.mark.parametrize("seed", range(20))
def test_no_other_pairs_of_a_few_people_would_cost_less(seed: int) -> None:
    members = candidates(8)
    random = np.random.default_rng(seed)
    earlier = [
        Earlier((f"p{one}", f"p{other}"), float(random.integers(1, 200)))
        for one, other in combinations(range(8), 2)
        if random.random() < 0.6
    ]
    between = costs(members, earlier)
    least = min(sum(between[pair] for pair in pairs) for pairs in all_pairs(tuple(range(8))))
    found = [tuple(int(person[1:]) for person in group) for group in form_groups(members, earlier, PAIRS, seed)]
    assert sum(between[pair] for pair in found) == pytest.approx(least)


def all_pairs(left: tuple[int, ...]) -> Iterator[list[tuple[int, int]]]:
    if not left:
        yield []
    for other in left[1:]:
        for rest in all_pairs(tuple(each for each in left[1:] if each != other)):
            yield [(left[0], other), *rest]


def partner(groups: Sequence[tuple[str, ...]], person: str) -> str:
    (group,) = [group for group in groups if person in group]
    return next(each for each in group if each != person)


def test_who_met_longer_ago_is_preferred_where_all_have_met() -> None:
    members = [Candidate(name) for name in "abcd"]
    earlier = [Earlier(("a", "b"), 42), Earlier(("c", "d"), 42), Earlier(("a", "c"), 28), Earlier(("b", "d"), 28)]
    earlier += [Earlier(("a", "d"), 14), Earlier(("b", "c"), 14)]
    assert partner(form_groups(members, earlier), "a") == "b"


def test_an_introduction_without_a_meeting_counts_less() -> None:
    members = [Candidate(name) for name in "abcd"]
    earlier = [Earlier(("a", "b"), 14, 0.3), Earlier(("a", "c"), 14), Earlier(("a", "d"), 14)]
    assert partner(form_groups(members, earlier), "a") == "b"


def test_another_office_and_another_function_are_preferred_whatever_their_case() -> None:
    a, b = Candidate("a", "Berlin", "Sales"), Candidate("b", " BERLIN", "Support")
    c, d = Candidate("c", "Austin", "sales"), Candidate("d", "Austin", "Support")
    assert partner(form_groups([a, b, c, d]), "a") == "d"


def test_hours_in_common_are_preferred_also_across_the_date_line() -> None:
    berlin, lagos = Candidate("berlin", hours_ahead=1), Candidate("lagos", hours_ahead=0)
    auckland, honolulu = Candidate("auckland", hours_ahead=12), Candidate("honolulu", hours_ahead=-10)
    assert partner(form_groups([berlin, auckland, lagos, honolulu]), "auckland") == "honolulu"


def test_the_same_seed_gives_the_same_groups() -> None:
    members = candidates(30)
    assert form_groups(members, seed=7) == form_groups(members, seed=7)
    assert form_groups(members, seed=7) != form_groups(members, seed=8)


def test_in_a_small_circle_everybody_meets_everybody_before_anybody_meets_again() -> None:
    members = [Candidate(name) for name in "abcd"]
    made: list[tuple[int, tuple[str, ...]]] = []
    for number in range(9):
        earlier = [Earlier(group, (number - at) * 7.0) for at, group in made]
        made += [(number, group) for group in form_groups(members, earlier, PAIRS, number)]
    met = Counter(frozenset(group) for _, group in made)
    assert set(met.values()) == {3}
