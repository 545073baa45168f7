"""A rubric: what a kind of work is reviewed against, and what has to be there before anybody is asked to. Pure."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

TITLE_LIMIT = 120
MOST_NEEDS = 6
MOST_CRITERIA = 8
MOST_QUESTIONS = 4
MOST_REVIEWERS = 4
LEVELS = range(3, 6)
"""How many steps a scale may have."""


class Blind(StrEnum):
    """`single`: the author does not learn who reviewed. `double`: nor the reviewers whose work it is."""

    OPEN = "open"
    SINGLE = "single"
    DOUBLE = "double"


class Apart(StrEnum):
    """How far a reviewer has to stand from the work. `author`: neither its author nor who worked on it with them.
    `team`: nor anybody of the author's team."""

    AUTHOR = "author"
    TEAM = "team"


@dataclass(frozen=True, slots=True)
class Level:
    """One step of a scale: its name, and how one knows that it is this one."""

    name: str
    means: str = ""


@dataclass(frozen=True, slots=True)
class Criterion:
    """`asks` are the questions that a reviewer goes by. `scale` is from the lowest to the best."""

    id: str
    title: str
    asks: tuple[str, ...]
    scale: tuple[Level, ...]

    @property
    def best(self) -> int:
        """The highest rating; the lowest is 0."""
        return len(self.scale) - 1


@dataclass(frozen=True, slots=True)
class Need:
    """What a complete submission says. `hint` shows what would do."""

    id: str
    title: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Rubric:
    """`topics` say what somebody has to know to review it. `within` is the working time that a reviewer has at least
    once they have accepted, `replies_within` that in which they say whether they will."""

    id: str
    title: str
    about: str
    criteria: tuple[Criterion, ...]
    needs: tuple[Need, ...]
    topics: tuple[str, ...]
    reviewers: int = 2
    blind: Blind = Blind.OPEN
    apart: Apart = Apart.AUTHOR
    within: timedelta = timedelta(hours=16)
    replies_within: timedelta = timedelta(hours=8)
    language: str = "en"

    def criterion(self, criterion_id: str) -> Criterion | None:
        return next((each for each in self.criteria if each.id == criterion_id), None)
