"""Who is asked to review: who knows about it, stands apart from it, and has the least to do."""

from dataclasses import replace
from datetime import date

import pytest

from bot.features.experts.model import Expert, Known
from bot.features.reviews.matching import MOST_IN_HAND, Bench, rank
from bot.features.reviews.model import Pair, Submission
from bot.features.reviews.rubric import Apart
from bot.storage.people import KnownPerson
from tests.builders import DANA, NOON
from tests.reviewed import DAY, in_review, rubric

NAMES = ("kim", "lee", "mo")
EXPERTS = {name: Expert(name, NOON) for name in NAMES}
PERSONS = {name: KnownPerson(name, name.title(), NOON) for name in NAMES}
BENCH = Bench(EXPERTS, PERSONS)
KNOWN = [Known("kim", 0.5, 0.9, "owns “Maps”"), Known("lee", 0.3, 0.5, "knows maps"), Known("mo", 0.2, 0.4)]


def ranked(bench: Bench = BENCH, submission: Submission | None = None) -> list[str]:
    return [each.person_id for each in rank(KNOWN, submission or in_review(), bench, NOON)]


def test_who_knows_most_is_asked_first_and_told_why() -> None:
    assert ranked() == ["kim", "lee", "mo"]
    first = rank(KNOWN, in_review(), BENCH, NOON)[0]
    assert (first.name, first.why) == ("Kim", "owns “Maps”")


@pytest.mark.parametrize(
    "bench",
    [
        replace(BENCH, not_again=frozenset({"kim"})),
        replace(BENCH, in_hand={"kim": MOST_IN_HAND}),
        replace(BENCH, persons={name: PERSONS[name] for name in ("lee", "mo")}),
        replace(BENCH, experts={name: EXPERTS[name] for name in ("lee", "mo")}),
        replace(BENCH, experts={**EXPERTS, "kim": Expert("kim", NOON, back_on=date(2027, 3, 3), stand_in="mo")}),
        replace(BENCH, pairs=[Pair(DANA.id, "kim", NOON - each * DAY) for each in (9, 99)]),
    ],
)
def test_whoever_cannot_review_it_is_not_asked(bench: Bench) -> None:
    assert ranked(bench) == ["lee", "mo"]


def test_authors_never_review_their_own_work() -> None:
    assert ranked(submission=in_review(author_id="kim")) == ["lee", "mo"]
    assert ranked(submission=in_review(with_ids=frozenset({"kim", "mo"}))) == ["lee"]


def test_the_authors_team_is_kept_away_where_the_rubric_says_so() -> None:
    bench = replace(BENCH, teams={"kim": frozenset({"team-cx", "team-x"}), "lee": frozenset({"team-sales"})})
    own = in_review(team=frozenset({"team-cx"}))
    assert ranked(bench, own) == ["kim", "lee", "mo"]
    assert ranked(bench, replace(own, rubric=rubric(apart=Apart.TEAM))) == ["lee", "mo"]
    assert ranked(bench, in_review(rubric=rubric(apart=Apart.TEAM))) == ["kim", "lee", "mo"]


def test_the_same_pair_does_not_meet_again_and_again() -> None:
    once = replace(BENCH, pairs=[Pair(DANA.id, "kim", NOON)])
    assert ranked(once)[0] == "lee"
    returned = replace(BENCH, pairs=[Pair("kim", DANA.id, NOON)])
    assert ranked(returned)[0] == "lee"
    elsewhere = replace(BENCH, pairs=[Pair(DANA.id, "nia", NOON)])
    assert ranked(elsewhere)[0] == "kim"


def test_whoever_has_the_least_to_do_comes_before_who_knows_a_little_more() -> None:
    assert ranked(replace(BENCH, in_hand={"kim": 2})) == ["lee", "mo", "kim"]
    assert ranked(replace(BENCH, lately={"kim": 4}))[0] == "lee"


def test_whoever_reads_its_language_comes_first() -> None:
    bench = replace(BENCH, experts={**EXPERTS, "kim": Expert("kim", NOON, languages=("en",))})
    assert ranked(bench, in_review(language="de-DE"))[0] == "lee"
    assert ranked(bench, in_review(language="en"))[0] == "kim"
    assert ranked(bench, in_review())[0] == "kim"


def test_among_equals_a_lot_decides_for_nobody_in_particular() -> None:
    equals = [Known(name, 0.3, 0.5) for name in NAMES]
    firsts = {rank(equals, in_review(f"r{number}"), BENCH, NOON)[0].person_id for number in range(40)}
    assert firsts == set(NAMES)
    again = [rank(order, in_review("r1"), BENCH, NOON) for order in (equals, equals[::-1])]
    assert again[0] == again[1]
