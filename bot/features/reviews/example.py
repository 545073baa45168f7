"""Reviewed work as what good looks like, and where it goes. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from statistics import mean
from typing import Protocol

from bot.features.reviews.model import READABLE, Assignment, Case, File, Link, State, What
from bot.features.reviews.rubric import Blind
from bot.features.reviews.showing import in_drawn_order, shown_files
from bot.storage.unit_of_work import UnitOfWork

LEAST_SHARE = 0.75
"""Of the best rating, over all criteria and reviewers."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a criterion was rated: the mean of those who could judge it, and the level that is nearest to it, of two the
    lower one."""

    criterion: str
    mean: float
    best: int
    level: str


@dataclass(frozen=True, slots=True)
class Example:
    """What others see of it, with the author's consent: the work, how it stands against the rubric, and what should
    stay, in nobody's name. `good` is as reviewers wrote it, in an order that says nothing of who wrote which. Its
    author is not named (`author_id` and `author_name` are empty) where its reviewers do not learn who that is."""

    id: str
    title: str
    rubric_id: str
    kind: str
    about: str
    links: tuple[Link, ...]
    author_id: str
    author_name: str
    standings: tuple[Standing, ...]
    good: tuple[str, ...]
    closed_at: datetime | None
    language: str = ""
    files: tuple[File, ...] = ()
    topics: tuple[str, ...] = ()
    reviewers: int = 0


class Examples(Protocol):
    """The library's side: what is put there is found and read like any other document."""

    def put(self, example: Example, unit: UnitOfWork, now: datetime) -> None:
        """In the place of an earlier one of that id."""
        ...

    def take_back(self, example_id: str, unit: UnitOfWork, now: datetime) -> None:
        """No effect where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Showing:
    """Fills `desk.Follows`: the library follows the author's consent, and shows what is closed only."""

    examples: Examples

    def __call__(self, what: What, case: Case, about: Assignment | None, unit: UnitOfWork, now: datetime) -> None:
        if what not in (What.CLOSED, What.SHOWN, What.HIDDEN):
            return
        if is_shown(case):
            self.examples.put(example_of(case), unit, now)
        else:
            self.examples.take_back(case.submission.id, unit, now)


def is_shown(case: Case) -> bool:
    """Whether every colleague may see it as an example."""
    return case.submission.is_example and case.submission.state is State.CLOSED


def standings(case: Case) -> Sequence[Standing]:
    """In the order of the rubric; without those that nobody could judge."""
    found = []
    for criterion in case.submission.rubric.criteria:
        levels = [
            rating.level
            for _, review in case.written
            if (rating := review.ratings.get(criterion.id)) is not None and rating.level is not None
        ]
        if levels:
            average = mean(levels)
            nearest = criterion.scale[ceil(average - 0.5)].name
            found.append(Standing(criterion.title, average, criterion.best, nearest))
    return found


def is_exemplary(case: Case) -> bool:
    """Its reviews are out, nothing in it got the lowest level, and all in all it comes near the best."""
    found = standings(case)
    if case.submission.state not in READABLE or not found:
        return False
    lowest = any(rating.level == 0 for _, review in case.written for rating in review.ratings.values())
    return not lowest and mean(each.mean / each.best for each in found) >= LEAST_SHARE


def example_of(case: Case) -> Example:
    found = case.submission
    is_hidden = found.blind is Blind.DOUBLE
    return Example(
        id=found.id,
        title=found.title,
        rubric_id=found.rubric.id,
        kind=found.rubric.title,
        about=found.about,
        links=found.links,
        author_id="" if is_hidden else found.author_id,
        author_name="" if is_hidden else found.author_name,
        standings=tuple(standings(case)),
        good=tuple(review.good for _, review in in_drawn_order(case)),
        closed_at=found.closed_at,
        language=found.language,
        files=shown_files(found, by_name=not is_hidden),
        topics=found.rubric.topics,
        reviewers=len(case.written),
    )
