"""In which order reviewers stand whose names are withheld."""

from datetime import timedelta

from bot.features.reviews.model import Case, Seat
from bot.features.reviews.rubric import Blind
from bot.features.reviews.showing import in_drawn_order, reviewer_name
from tests.builders import DANA, NOON
from tests.reviewed import assignment, in_review, review


def drawn(at: timedelta) -> tuple[str, int]:
    """What its author reads of whoever was asked first: their name, and where their review stands."""
    asked = tuple(assignment(number, f"web:{number}", asked_at=NOON + at, seat=Seat.HANDED_IN) for number in (1, 2))
    reviews = {each.id: review(each.number) for each in asked}
    case = Case(in_review(blind=Blind.SINGLE), asked, reviews)
    order = [each.number for each, _ in in_drawn_order(case)]
    return reviewer_name(case, asked[0], DANA.id), order.index(1) + 1


def test_ids_do_not_say_who_was_asked_first() -> None:
    """Whoever submits on a page chooses the id of it, and could work out the rest."""
    found = {drawn(timedelta(microseconds=each)) for each in range(20)}
    assert found == {("Reviewer 1", 1), ("Reviewer 2", 2)}
