"""Of fewer than the threshold nothing can be learned, whatever is put together of all that was ever shown."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.pulse.model import OTHERS, Count, Group, after, all_of, grouped, next_ten

JANUARY = date(2027, 1, 1)
HUBS = ("", "emea", "apac", "latam")


@dataclass(frozen=True)
class Answer:
    month: int
    hub: str
    score: int


answers = st.lists(st.builds(Answer, st.integers(0, 3), st.sampled_from(HUBS), st.integers(1, 5)), max_size=14)
looks = st.lists(st.tuples(st.integers(1, 5), st.integers(3, 6)), max_size=5)
"""When somebody looks, at the beginning of which month, and what the threshold is by then."""


def month(number: int) -> date:
    found = JANUARY
    for _ in range(number):
        found = after(found)
    return found


def shown_over_time(given_answers: Sequence[Answer], looked: Sequence[tuple[int, int]]) -> list[tuple[Group, ...]]:
    """All that stands there at each look, as the store keeps it: what is in a group is counted no more."""
    groups: list[Group] = []
    taken = 0
    seen: list[tuple[Group, ...]] = []
    for now, least in sorted(looked):
        over = Counter((month(each.month), each.hub, each.score) for each in given_answers if taken <= each.month < now)
        made = grouped([Count(*key, times) for key, times in over.items()], least)
        if made:
            groups += made
            taken = now
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
    smallest = min((least for _, least in looked), default=3)

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
    smallest = min((least for _, least in looked), default=3)
    assert all(each.answers >= smallest for each in last)
    given_scores = Counter(each.score for each in found)
    for at, score in enumerate((1, 2, 3, 4, 5)):
        assert sum(each.scores[at] for each in last) <= given_scores[score]


@given(answers)
def test_with_enough_answers_none_is_left_out(found: list[Answer]) -> None:
    counts = [Count(month(each.month), each.hub, each.score, 1) for each in found]
    made = grouped(counts, 3)
    assert sum(each.answers for each in made) == (len(found) if len(found) >= 3 else 0)


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
        ([of("emea", 0)], {}),
    ],
)
def test_small_hubs_stand_together(counts: list[Count], expected: dict[str, int]) -> None:
    assert {each.hub: each.answers for each in grouped(counts, 5)} == expected


def test_months_with_too_few_wait_for_the_next() -> None:
    assert grouped([of("", 4)], 5) == ()
    (made,) = grouped([of("", 4), of("", 2, 2)], 5)
    assert (made.begins, made.ends, made.scores) == (month(0), month(2), (0, 0, 0, 6, 0))


def test_groups_together_are_the_mean_of_all_answers() -> None:
    one, two = (
        Group(JANUARY, JANUARY, hub, scores) for hub, scores in (("a", (5, 0, 0, 0, 0)), ("b", (0, 0, 0, 0, 15)))
    )
    assert all_of([one, two]).mean == pytest.approx(4) and all_of([one, two]).answers == 20


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
