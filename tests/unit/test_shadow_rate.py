"""From when on Guildhall answers by itself again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.features.channels.model import Channel, Policy
from bot.features.channels.shadow import BARS, JUDGED_WITHIN, Rate, judged_since, rate_in_words
from tests.builders import NOON

SHADOWED = Policy(shadow=True)
CHANNEL = Channel("slack", "T1:C1", SHADOWED, previous=Policy(), changed_at=NOON - timedelta(days=10))


@pytest.mark.parametrize(
    ("approved", "judged", "bound"), [(0, 0, 0.0), (0, 20, 0.0), (20, 20, 0.8389), (27, 30, 0.7438), (54, 55, 0.9039)]
)
def test_few_drafts_say_less_than_their_share(approved: int, judged: int, bound: float) -> None:
    assert Rate(approved, judged).lower_bound == pytest.approx(bound, abs=1e-4)


@pytest.mark.parametrize(
    ("rate", "bar", "passes"),
    [
        (Rate(19, 19), 0.8, False),
        (Rate(20, 20), 0.8, True),
        (Rate(20, 20), 0.9, False),
        (Rate(34, 34), 0.9, False),
        (Rate(35, 35), 0.9, True),
        (Rate(35, 36), 0.9, False),
    ],
)
def test_the_bar_is_passed_by_what_is_known_for_sure(rate: Rate, bar: float, passes: bool) -> None:
    assert rate.passes(bar) is passes


@pytest.mark.parametrize("bar", BARS)
@pytest.mark.parametrize("rate", [Rate(), Rate(19, 20), Rate(1, 30), Rate(100, 100)])
def test_what_is_missing_is_just_enough(rate: Rate, bar: float) -> None:
    missing = rate.missing(bar)
    assert Rate(rate.approved + missing, rate.judged + missing).passes(bar)
    assert not missing or not Rate(rate.approved + missing - 1, rate.judged + missing - 1).passes(bar)


def test_it_is_said_how_far_it_is() -> None:
    assert rate_in_words(Rate(30, 30), 0.9) == (
        "30 of 30 drafts were approved unchanged (100%); 5 more drafts approved in a row, "
        "and Guildhall answers by itself"
    )
    assert "1 more draft approved" in rate_in_words(Rate(34, 34), 0.9)
    assert "far from the 95% that are wanted" in rate_in_words(Rate(1, 40), 0.95)


def test_what_was_judged_before_it_was_switched_on_does_not_count() -> None:
    assert judged_since(CHANNEL, NOON) == CHANNEL.changed_at
    changed_again = replace(CHANNEL, previous=SHADOWED)
    assert judged_since(changed_again, NOON) == NOON - JUDGED_WITHIN
    assert judged_since(replace(CHANNEL, changed_at=NOON - timedelta(days=100)), NOON) == NOON - JUDGED_WITHIN
