"""Who is asked first, of those who know."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.features.escalations.model import Load
from bot.features.escalations.ranking import Bench, Ranked, rank
from bot.features.experts.model import NO_LIMIT, Expert, Known
from bot.storage.people import KnownPerson
from tests.builders import NOON

NAMES = {"dana": "Dana Okafor", "kim": "Kim Roy", "sam": "Sam Lee"}
TOMORROW = NOON.date() + timedelta(days=1)


def expert(person_id: str, **values: object) -> Expert:
    return replace(Expert(person_id, NOON), **values)


def known(person_id: str, share: float) -> Known:
    return Known(person_id, share, 0.5, f"knows {person_id}'s topic")


def bench(*experts: Expert, zone: str = "Europe/Berlin", **values: object) -> Bench:
    """Of people who are at work at noon."""
    persons = {
        each.person_id: KnownPerson(each.person_id, NAMES[each.person_id], NOON, time_zone=zone) for each in experts
    }
    return replace(Bench({each.person_id: each for each in experts}, persons), **values)


def people(ranked: Sequence[Ranked]) -> list[str]:
    return [each.person_id for each in ranked]


BOTH = (known("dana", 0.5), known("kim", 0.4))


def test_who_knows_most_is_asked_first_and_the_card_says_why() -> None:
    first, second = rank(BOTH, bench(expert("dana"), expert("kim")), NOON)
    assert first == Ranked("dana", "Dana Okafor", "knows dana's topic", 0.5)
    assert second.person_id == "kim"


def test_nobody_is_asked_who_is_no_expert_any_more_or_serves_other_hubs() -> None:
    ranked = rank(BOTH, bench(expert("kim", hubs=("emea",))), NOON, hubs=frozenset({"apac"}))
    assert people(ranked) == []
    assert people(rank(BOTH, bench(expert("kim", hubs=("emea",))), NOON, hubs=frozenset({"emea"}))) == ["kim"]


def test_nobody_is_asked_twice_nor_whoever_waits_for_the_answer() -> None:
    assert people(rank(BOTH, bench(expert("dana"), expert("kim"), not_again=frozenset({"dana"})), NOON)) == ["kim"]


@pytest.mark.parametrize(("limit", "asked", "first"), [(5, 4, "dana"), (5, 5, "kim"), (NO_LIMIT, 50, "dana")])
def test_the_weekly_limit_is_kept(limit: int, asked: int, first: str) -> None:
    house = bench(expert("dana", weekly_limit=limit), expert("kim"), week={"dana": Load(asked=asked)})
    assert people(rank(BOTH, house, NOON))[0] == first


@pytest.mark.parametrize(
    ("busy", "first"), [(Load(), "dana"), (Load(running=1), "kim"), (Load(asked=1), "dana"), (Load(asked=3), "kim")]
)
def test_open_questions_and_those_of_the_last_weeks_weigh_against_somebody(busy: Load, first: str) -> None:
    assert people(rank(BOTH, bench(expert("dana"), expert("kim"), lately={"dana": busy}), NOON))[0] == first


def test_who_is_there_now_comes_before_who_knows_a_little_more_and_sleeps() -> None:
    at_night = NOON + timedelta(hours=9)
    house = bench(expert("dana"), expert("kim", works_from="20:00", works_to="23:00"))
    assert people(rank(BOTH, house, NOON)) == ["dana", "kim"]
    assert people(rank(BOTH, house, at_night)) == ["kim", "dana"]


def test_at_night_the_one_who_knows_is_asked_rather_than_nobody_or_somebody_who_hardly_knows() -> None:
    house = bench(expert("dana"), expert("kim", works_from="20:00", works_to="23:00"))
    at_night = NOON + timedelta(hours=9)
    assert people(rank([known("dana", 0.9)], house, at_night)) == ["dana"]
    assert people(rank([known("dana", 0.9), known("kim", 0.1)], house, at_night))[0] == "dana"
    assert people(rank(BOTH, bench(expert("dana", days=())), NOON)) == ["dana"]


def test_who_speaks_the_language_comes_first_and_who_named_none_speaks_any() -> None:
    house = bench(expert("dana", languages=("en",)), expert("kim"))
    assert people(rank(BOTH, house, NOON, language="de-AT")) == ["kim", "dana"]
    assert people(rank(BOTH, house, NOON, language="en-GB")) == ["dana", "kim"]
    assert people(rank(BOTH, house, NOON)) == ["dana", "kim"]


def test_for_whoever_is_away_their_stand_in_is_asked_and_told_for_whom() -> None:
    house = bench(expert("dana", back_on=TOMORROW, stand_in="sam"), expert("kim"), expert("sam"))
    first, _ = rank(BOTH, house, NOON)
    assert first == Ranked("sam", "Sam Lee", "stands in for Dana Okafor, who knows dana's topic", 0.5, "Dana Okafor")


def test_a_stand_in_who_knows_it_too_is_asked_once() -> None:
    house = bench(expert("dana", back_on=TOMORROW, stand_in="kim"), expert("kim"))
    assert people(rank(BOTH, house, NOON)) == ["kim"]


@pytest.mark.parametrize("stand_in", ["", "kim", "nobody", "dana"])
def test_whoever_is_away_without_somebody_who_is_there_is_not_asked(stand_in: str) -> None:
    house = bench(expert("dana", back_on=TOMORROW, stand_in=stand_in), expert("kim", back_on=TOMORROW))
    assert rank(BOTH, house, NOON) == []


def test_who_knows_as_much_takes_turns_over_time() -> None:
    everybody = [expert(each, weekly_limit=NO_LIMIT) for each in NAMES]
    asked: Counter[str] = Counter()
    for number in range(60):
        load = {person: Load(asked=many) for person, many in asked.items()}
        (first, *_) = rank(
            [known(each, 0.3) for each in NAMES], bench(*everybody, lately=load), NOON, lot=f"question {number}"
        )
        asked[first.person_id] += 1
    assert set(asked.values()) == {20}


def test_equals_are_drawn_by_the_question_the_same_every_time() -> None:
    house = bench(*map(expert, NAMES))
    equals = [known(each, 0.3) for each in NAMES]
    firsts = [people(rank(equals, house, NOON, lot=f"question {number}"))[0] for number in range(90)]
    assert firsts == [people(rank(equals[::-1], house, NOON, lot=f"question {number}"))[0] for number in range(90)]
    assert min(Counter(firsts).values()) >= 15
