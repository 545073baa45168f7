"""How long reviews take, and what others see of a good one."""

from dataclasses import replace
from datetime import timedelta

from bot.features.reviews.example import example_of, is_exemplary, standings
from bot.features.reviews.figures import Figures, figures_of
from bot.features.reviews.model import Case, Rating, Seat, State
from bot.features.reviews.rubric import Blind
from tests.builders import NOON
from tests.reviewed import DAY, WORK, assignment, in_review, review, submission

HOUR = timedelta(hours=1)


def test_there_are_figures_of_nothing() -> None:
    assert figures_of([]) == Figures()
    assert figures_of([Case(submission(), (), {})]) == Figures(submitted=1, returned=1)


def test_times_are_medians_over_what_was_submitted() -> None:
    cases = []
    for number, hours in enumerate((10, 20, 400), 1):
        asked = replace(
            assignment(id=f"a{number}", seat=Seat.HANDED_IN),
            accepted_at=NOON + number * HOUR,
            ended_at=NOON + 2 * number * HOUR,
        )
        gone = assignment(2, id=f"b{number}", seat=Seat.REPLACED if number == 1 else Seat.DECLINED)
        sent = in_review(
            f"r{number}",
            state=State.CLOSED if number == 1 else State.RELEASED,
            complete_at=NOON + (number - 1) * HOUR,
            released_at=NOON + hours * HOUR,
            closed_at=NOON + (hours + 5) * HOUR if number == 1 else None,
        )
        cases.append(Case(sent, (asked, gone), {}))
    cases.append(Case(in_review("r4", state=State.WITHDRAWN, closed_at=NOON), (), {}))
    assert figures_of(cases) == Figures(
        submitted=4,
        returned=2,
        released=3,
        in_time=2,
        closed=1,
        withdrawn=1,
        asked=6,
        declined=2,
        replaced=1,
        until_complete=HOUR / 2,
        until_accepted=2 * HOUR,
        until_handed_in=2 * HOUR,
        until_released=19 * HOUR,
        until_closed=5 * HOUR,
    )


def reviewed(*levels: int | None, **values: object) -> Case:
    asked = [assignment(number, f"p{number}", seat=Seat.HANDED_IN) for number in range(1, len(levels) + 1)]
    written = {each.id: review(each.number, level=level) for each, level in zip(asked, levels, strict=True)}
    return Case(in_review(**{"state": State.CLOSED, "closed_at": NOON + DAY, **values}), asked, written)


def test_what_all_call_good_is_an_example_and_what_one_calls_missing_is_not() -> None:
    assert is_exemplary(reviewed(2, 2))
    assert is_exemplary(reviewed(2, 1))
    assert is_exemplary(reviewed(2, None))
    assert not is_exemplary(reviewed(1, 1))
    assert not is_exemplary(reviewed(2, 2, 2, 0))
    assert not is_exemplary(reviewed(None))
    assert not is_exemplary(reviewed())
    assert not is_exemplary(reviewed(2, 2, state=State.IN_REVIEW))


def test_criteria_that_nobody_could_judge_do_not_count() -> None:
    case = reviewed(2, 1)
    unjudged = {"focus": Rating(2), "view": Rating(None, "No.")}
    only_focus = {each: replace(one, ratings=unjudged) for each, one in case.reviews.items()}
    found = standings(replace(case, reviews=only_focus))
    assert [(each.criterion, each.mean, each.level) for each in found] == [("Focus", 2, "Solid")]


def test_an_example_names_its_author_and_no_reviewer() -> None:
    case = reviewed(2, 1, blind=Blind.OPEN)
    shown = example_of(case)
    assert (shown.title, shown.kind, shown.links) == ("Renewal journey", "Journey map", (WORK,))
    assert [(each.criterion, each.mean, each.best, each.level) for each in shown.standings] == [
        ("Focus", 1.5, 2, "Begun"),
        ("View", 1.5, 2, "Begun"),
    ]
    assert shown.good == ("The quotes.", "The quotes.")
    assert not any(each.person_id in str(shown) or each.person_name in str(shown) for each in case.assignments)
