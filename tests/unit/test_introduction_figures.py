"""What a circle's rounds are told in: numbers that name nobody."""

from dataclasses import replace
from datetime import date

from bot.features.introductions.figures import FEWEST, Figures, by_round, figures_by_round, in_all
from bot.features.introductions.model import Answer, Meeting, Participant, Round
from tests.introduced import DAY, FIRST, meeting

OFFICES = {"ana": "Berlin", "ben": " berlin", "cai": "Austin", "dag": ""}


def said(meeting_id: str, **answers: Answer | None) -> Meeting:
    people = tuple(Participant(name, name.title(), answer) for name, answer in answers.items())
    return replace(meeting(meeting_id), participants=people)


def test_what_one_says_of_a_meeting_counts_for_all_of_it() -> None:
    meetings = [
        said("1", ana=Answer.NOT_MET, ben=Answer.MET),
        said("2", cai=Answer.PLANNED, dag=Answer.NOT_MET),
        said("3", ana=Answer.NOT_MET, cai=None),
        said("4", ben=None, dag=None),
    ]
    (figures,) = figures_by_round(meetings, OFFICES).values()
    assert (figures.groups, figures.met, figures.planned, figures.not_met, figures.silent) == (4, 1, 1, 1, 1)


def test_offices_are_compared_where_both_are_known_and_repeats_where_two_met_here_before() -> None:
    later = replace(meeting("5", "ana", "ben", "cai"), round_id="second", made_at=FIRST + 7 * DAY)
    found = figures_by_round([meeting("1", "ana", "ben"), meeting("2", "cai", "dag"), later], OFFICES)
    first, second = found.values()
    assert (first.pairs, first.known, first.across, first.repeats) == (2, 1, 0, 0)
    assert (second.pairs, second.known, second.across, second.repeats) == (3, 3, 2, 1)
    assert in_all(found) == first + second


def test_whoever_is_alone_in_a_meeting_is_not_counted() -> None:
    assert figures_by_round([meeting("1", "ana")], OFFICES) == {}


def test_few_introductions_are_not_told_apart() -> None:
    assert not Figures(groups=FEWEST - 1).tells_nothing_of_anybody
    assert Figures(groups=FEWEST).tells_nothing_of_anybody


def test_a_round_of_nobody_has_nothing_to_tell() -> None:
    made = Round("second", "coffee", date(2027, 3, 8), FIRST, 1)
    assert by_round([made], {}) == [(made, Figures())]
