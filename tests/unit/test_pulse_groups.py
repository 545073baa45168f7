"""Of fewer than the threshold nothing can be learned, whatever is put together of all that was ever shown."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.pulse.model import ASKED, OTHERS, SCORES, Count, Group, after, grouped, next_ten, settled, trend

JANUARY = date(2027, 1, 1)
HUBS = ("", "emea", "apac", "latam")


@dataclass(frozen=True)
class Answer:
    month: int
    hub: str
    score: int


answers = st.lists(st.builds(Answer, st.integers(0, 3), st.sampled_from(HUBS), st.integers(1, 5)), max_size=20)
looks = st.lists(st.tuples(st.integers(1, 5), st.integers(5, 7)), max_size=5)
"""When somebody looks, at the beginning of which month, and what the threshold is by then."""


def month(number: int) -> date:
    found = JANUARY
    for _ in range(number):
        found = after(found)
    return found


def counted(found: Sequence[Answer]) -> list[Count]:
    times = Counter((month(each.month), each.hub, each.score) for each in found)
    return [Count(*key, number) for key, number in times.items()]


def shown_over_time(given_answers: Sequence[Answer], looked: Sequence[tuple[int, int]]) -> list[tuple[Group, ...]]:
    """All that stands there at each look, as the store keeps it: what is in a group is counted no more."""
    groups: list[Group] = []
    left = counted(given_answers)
    seen: list[tuple[Group, ...]] = []
    for now, least in sorted(looked):
        made, waiting = settled([each for each in left if each.month < month(now)], month(now), least)
        groups += made
        left = [each for each in left if each.month >= month(now) or each.month in waiting]
        seen.append(tuple(groups))
    return seen


def with_scores(found: Sequence[Answer], *scores: tuple[int, int]) -> list[Answer]:
    """The same with other scores, by position."""
    given_scores = dict(scores)
    return [replace(each, score=given_scores.get(at, each.score)) for at, each in enumerate(found)]


@given(answers, looks)
def test_an_answer_is_shown_only_where_it_can_be_exchanged_with_enough_others(
    found: list[Answer], looked: list[tuple[int, int]]
) -> None:
    """Of all that was ever shown together nothing differs if two people had answered each what the other did: for each
    answer that has any effect on it there are as many of these as the threshold says, itself included."""
    smallest = min((least for _, least in looked), default=5)

    def shown(*scores: tuple[int, int]) -> list[tuple[Group, ...]]:
        return shown_over_time(with_scores(found, *scores), looked)

    for one in range(len(found)):
        if shown((one, 1)) == shown((one, 5)):
            continue
        others = [other for other in range(len(found)) if other != one]
        alike = [other for other in others if shown((one, 1), (other, 5)) == shown((one, 5), (other, 1))]
        assert 1 + len(alike) >= smallest


@given(answers, looks)
def test_what_is_shown_never_changes_and_no_answer_is_in_two_groups(
    found: list[Answer], looked: list[tuple[int, int]]
) -> None:
    seen = shown_over_time(found, looked)
    for before, later in pairwise(seen):
        assert later[: len(before)] == before
    last = seen[-1] if seen else ()
    smallest = min((least for _, least in looked), default=5)
    assert all(each.answers >= smallest for each in last)
    assert all(each.ends in (each.begins, after(each.begins)) for each in last)
    for at in range(4):
        theirs = [each for each in last if each.begins <= month(at) <= each.ends]
        there = [each for each in found if month(each.month) in {month for g in theirs for month in (g.begins, g.ends)}]
        assert sum(each.answers for each in theirs) == (len(there) if theirs else 0)


@given(answers)
def test_with_enough_answers_none_is_left_out(found: list[Answer]) -> None:
    made = grouped(counted(found), 5)
    assert sum(each.answers for each in made) == (len(found) if len(found) >= 5 else 0)


def figures(scores: Sequence[int]) -> tuple[int, int]:
    (made,) = grouped([Count(JANUARY, "", score, 1) for score in scores], 5)
    assert made.answers == len(scores)
    return made.lowest, made.highest


def test_of_five_nobody_learns_what_another_answered_not_even_one_of_them() -> None:
    """All that five people can answer: of each other person all five answers fit to what is shown and one's own."""
    fits: dict[tuple[tuple[int, int], int], set[int]] = {}
    for scores in product(SCORES, repeat=5):
        fits.setdefault((figures(scores), scores[0]), set()).add(scores[1])
    assert len(fits) > 9
    assert {frozenset(each) for each in fits.values()} == {frozenset(SCORES)}


@given(st.lists(st.sampled_from(SCORES), min_size=5, max_size=200), st.sampled_from(SCORES), st.sampled_from(SCORES))
def test_of_more_nobody_does_either(scores: list[int], own: int, other: int) -> None:
    lowest, highest = figures(scores)
    assert lowest <= sum(scores) <= highest
    rest = len(scores) - 2
    assert max(lowest, own + other + rest) <= min(highest, own + other + 5 * rest)


@pytest.mark.parametrize("score", SCORES)
def test_those_who_all_answer_alike_show_what_others_show_too(score: int) -> None:
    shown = figures([score] * 5)
    others = [each for each in product(SCORES, repeat=5) if len(set(each)) > 1 and figures(each) == shown]
    assert len(others) > 300


def of(hub: str, times: int, number: int = 0) -> Count:
    return Count(month(number), hub, 4, times)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([of("emea", 4)], {}),
        ([of("emea", 5)], {"emea": 5}),
        ([of("emea", 5), of("apac", 5)], {"emea": 5, "apac": 5}),
        ([of("emea", 9), of("apac", 6), of("latam", 1)], {"emea": 9, OTHERS: 7}),
        ([of("emea", 9), of("apac", 3), of("latam", 2)], {"emea": 9, OTHERS: 5}),
        ([of("emea", 6), of("", 1)], {OTHERS: 7}),
        ([of("emea", 3), of("apac", 2)], {OTHERS: 5}),
        ([of("emea", 2), of("emea", 3, 1)], {"emea": 5}),
        ([of("", 5), of("emea", 5)], {"": 5, "emea": 5}),
        ([of("emea", 0)], {}),
    ],
)
def test_small_hubs_stand_together(counts: list[Count], expected: dict[str, int]) -> None:
    assert {each.hub: each.answers for each in grouped(counts, 5)} == expected


def test_a_month_with_too_few_waits_for_the_next_and_no_longer() -> None:
    assert settled([of("", 4)], month(1), 5) == ([], {month(0)})
    (made,), waiting = settled([of("", 4), of("", 2, 1)], month(2), 5)
    assert (made.begins, made.ends, made.answers, made.lowest, waiting) == (month(0), month(1), 6, 24 - 2, frozenset())
    assert settled([of("", 4)], month(2), 5) == ([], frozenset())
    assert settled([of("", 4), of("", 2, 2)], month(3), 5) == ([], {month(2)})
    assert settled([of("", 4), of("", 4, 2), of("", 1, 3)], month(4), 5)[0][0].answers == 5


def test_how_many_were_asked_is_told_but_counts_for_no_threshold() -> None:
    asked = Count(JANUARY, "", ASKED, 9)
    assert settled([asked, of("", 4)], month(1), 5) == ([], {month(0)})
    (emea, others), _ = settled(
        [asked, of("emea", 5), of("apac", 3), of("latam", 2), replace(asked, times=2)], month(1), 5
    )
    assert (emea.hub, emea.asked, emea.answers) == (OTHERS, 11, 5) and (others.hub, others.asked) == ("emea", 11)
    assert trend([emea, others])[0].asked == 11


def test_the_mean_of_all_is_made_of_what_is_shown_of_each() -> None:
    one = Group(JANUARY, JANUARY, "a", 30, 5, 5, 13)
    two = Group(JANUARY, JANUARY, "b", 30, 15, 60, 60)
    assert trend([two, one, replace(one, ends=month(1))]) == [
        Group(JANUARY, JANUARY, "", 30, 20, 65, 73),
        replace(one, hub="", ends=month(1)),
    ]


@pytest.mark.parametrize(
    ("zone", "now", "expected"),
    [
        ("UTC", "2027-03-01T00:30", "2027-03-01T10:00"),
        ("UTC", "2027-03-01T10:00", "2027-03-02T10:00"),
        ("Europe/Berlin", "2027-03-01T00:30", "2027-03-01T09:00"),
        ("America/Los_Angeles", "2027-03-05T00:30", "2027-03-05T18:00"),
        ("Pacific/Auckland", "2027-03-05T00:30", "2027-03-07T21:00"),
        ("Europe/Berlin", "2027-03-28T00:30", "2027-03-29T08:00"),
        ("No/Zone", "2027-03-06T00:30", "2027-03-08T10:00"),
    ],
)
def test_people_are_asked_at_ten_on_a_working_morning_of_theirs(zone: str, now: str, expected: str) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert next_ten(zone, at) == datetime.fromisoformat(expected).replace(tzinfo=UTC)
