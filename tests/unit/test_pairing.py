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
from bot.features.introductions.pairing import PAIRS, TRIOS, Candidate, Earlier, costs, form_groups, may_meet, sizes_for

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


# Who is never to meet


def pairs_among(people: int) -> st.SearchStrategy[set[tuple[str, str]]]:
    ids = st.sampled_from([f"p{number}" for number in range(people)])
    return st.sets(st.tuples(ids, ids).filter(lambda pair: pair[0] != pair[1]), max_size=5)


@settings(max_examples=60)
@given(st.integers(2, 9), st.sampled_from([PAIRS, TRIOS]), st.integers(0, 1_000), st.data())
def test_nobody_sits_with_whom_they_never_meet_and_nobody_is_left_out_without_need(
    count: int, size: int, seed: int, data: st.DataObject
) -> None:
    members, apart = candidates(count), data.draw(pairs_among(count))
    groups = form_groups(members, (), size, seed, apart)
    seated = [person for group in groups for person in group]
    assert all(may_meet(group, apart) for group in groups)
    assert len(seated) == len(set(seated))
    assert {len(group) for group in groups} <= {2, 3}
    if any(all(may_meet(group, apart) for group in way) for way in all_groups([each.person_id for each in members])):
        assert len(seated) == count


def all_groups(left: Sequence[str]) -> Iterator[list[tuple[str, ...]]]:
    if not left:
        yield []
        return
    for others in [combination for count in (1, 2) for combination in combinations(left[1:], count)]:
        for rest in all_groups([each for each in left[1:] if each not in others]):
            yield [(left[0], *others), *rest]


def test_of_two_who_are_never_to_meet_who_said_so_is_left_out_where_one_has_to_be() -> None:
    assert form_groups(candidates(3), apart=[("p1", "p2")]) in ([("p0", "p2")], [("p2", "p0")])
    assert form_groups(candidates(2), apart=[("p1", "p0")]) == []


def test_whom_nobody_meets_is_left_out_rather_than_everybody_else() -> None:
    (group,) = form_groups(candidates(4), apart=[("p1", "p0"), ("p2", "p0"), ("p3", "p0")])
    assert set(group) == {"p1", "p2", "p3"}


def test_pairs_become_trios_where_pairs_cannot_be() -> None:
    friends = [{"p0", "p1", "p2"}, {"p3", "p4", "p5"}]
    apart = [(one, other) for one in friends[0] for other in friends[1]]
    assert sorted(map(sorted, form_groups(candidates(6), apart=apart))) == [sorted(each) for each in friends]


def test_a_large_circle_keeps_what_many_want_without_leaving_anybody_out() -> None:
    random = np.random.default_rng(3)
    apart = {(f"p{number}", f"p{(number + 1 + int(random.integers(0, 298))) % 300}") for number in range(300)}
    groups = form_groups(people(300), apart=apart)
    assert all(may_meet(group, apart) for group in groups)
    assert len([person for group in groups for person in group]) == 300
