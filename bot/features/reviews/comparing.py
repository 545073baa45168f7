"""The reviews of one piece of work side by side, criterion by criterion, as one reader may see them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.features.reviews.model import Assignment, Case, Review
from bot.features.reviews.rubric import Criterion
from bot.features.reviews.showing import reviewer_name, reviews_for

APART = 2
"""Levels between the lowest and the best rating of a criterion, from which on reviewers see it differently."""


@dataclass(frozen=True, slots=True)
class Mark:
    """`level` counts from 1, the lowest, to `of`; 0 where they could not judge it."""

    level: int
    of: int
    name: str
    comment: str


@dataclass(frozen=True, slots=True)
class Compared:
    """One criterion; `marks` are in the order of the reviewers."""

    criterion: Criterion
    marks: tuple[Mark, ...]

    @property
    def differs(self) -> bool:
        levels = [each.level for each in self.marks if each.level]
        return bool(levels) and max(levels) - min(levels) >= APART


@dataclass(frozen=True, slots=True)
class Comparison:
    """`names` are the reviewers as the reader knows them, `good` and `better` what each of them wrote."""

    names: tuple[str, ...]
    criteria: tuple[Compared, ...]
    good: tuple[str, ...]
    better: tuple[str, ...]


def compared(case: Case, reader_id: str) -> Comparison:
    """Empty where the reader may not see any."""
    seen = reviews_for(case, reader_id)
    return Comparison(
        names=tuple(_name(case, each, reader_id) for each, _ in seen),
        criteria=tuple(
            Compared(criterion, tuple(_mark(criterion, review) for _, review in seen))
            for criterion in case.submission.rubric.criteria
        ),
        good=tuple(review.good for _, review in seen),
        better=tuple(review.better for _, review in seen),
    )


def _name(case: Case, assignment: Assignment, reader_id: str) -> str:
    return "You" if assignment.person_id == reader_id else reviewer_name(case, assignment, reader_id)


def _mark(criterion: Criterion, review: Review) -> Mark:
    rating, of = review.ratings.get(criterion.id), len(criterion.scale)
    if rating is None or rating.level is None:
        return Mark(0, of, "Could not judge it", rating.comment if rating else "")
    return Mark(rating.level + 1, of, criterion.scale[rating.level].name, rating.comment)


def named_reviewers(case: Case, reader_id: str) -> Sequence[tuple[str, Assignment]]:
    """Everybody who was asked, as the reader knows them, in an order that says nothing of who was asked first where
    names are withheld."""
    return sorted(
        ((_name(case, each, reader_id), each) for each in case.assignments), key=lambda one: one[0].casefold()
    )
