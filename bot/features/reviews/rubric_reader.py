"""Rubrics from YAML files, each read whole and checked: a broken one says what is wrong with it, and where."""

from collections.abc import Mapping
from datetime import timedelta
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from bot.features.reviews.rubric import (
    LEVELS,
    MOST_CRITERIA,
    MOST_NEEDS,
    MOST_QUESTIONS,
    MOST_REVIEWERS,
    TITLE_LIMIT,
    Apart,
    Blind,
    Criterion,
    Level,
    Need,
    Rubric,
)
from indexer.formats.front_matter import load_yaml
from indexer.formats.parsed import Unparsable

SUFFIX = ".yaml"

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=TITLE_LIMIT)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]


class _Strict(BaseModel):
    """A name that nobody knows is a slip of the pen, not something to pass over."""

    model_config = ConfigDict(extra="forbid", strict=True)


class _Level(_Strict):
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
    means: Line


class _Criterion(_Strict):
    id: Id
    title: Title
    asks: Annotated[list[Line], Field(min_length=1, max_length=MOST_QUESTIONS)]
    scale: list[_Level] | None = None


class _Need(_Strict):
    id: Id
    title: Title
    hint: Line


class _Rubric(_Strict):
    id: Id
    title: Title
    about: Line
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")] = "en"
    topics: Annotated[list[Title], Field(min_length=1, max_length=10)]
    reviewers: Annotated[int, Field(ge=1, le=MOST_REVIEWERS)] = 2
    blind: Annotated[Blind, Field(strict=False)] = Blind.OPEN
    apart: Annotated[Apart, Field(strict=False)] = Apart.AUTHOR
    within_hours: Annotated[int, Field(ge=1, le=400)] = 16
    replies_within_hours: Annotated[int, Field(ge=1, le=80)] = 8
    scale: list[_Level]
    needs: Annotated[list[_Need], Field(min_length=1, max_length=MOST_NEEDS)]
    criteria: Annotated[list[_Criterion], Field(min_length=1, max_length=MOST_CRITERIA)]

    @model_validator(mode="after")
    def _is_sound(self) -> "_Rubric":
        for what, named in (("criteria", self.criteria), ("needs", self.needs)):
            ids = [each.id for each in named]
            if twice := sorted({each for each in ids if ids.count(each) > 1}):
                raise ValueError(f"{what} have one id twice: {', '.join(twice)}")
        for scale in (self.scale, *(each.scale for each in self.criteria if each.scale is not None)):
            if len(scale) not in LEVELS:
                raise ValueError(f"a scale has {LEVELS[0]} to {LEVELS[-1]} levels, not {len(scale)}")
            names = [each.name.casefold() for each in scale]
            if len(set(names)) < len(names):
                raise ValueError("two levels of a scale have one name")
        return self


def starter_rubrics() -> Mapping[str, Rubric]:
    """Those that come with Guildhall, by id."""
    return rubrics_in(files(__package__) / "rubrics")


def rubrics_in(folder: Traversable) -> Mapping[str, Rubric]:
    """By id, in the order of their titles. Raises ValueError that names the file."""
    found: dict[str, Rubric] = {}
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if not file.name.endswith(SUFFIX):
            continue
        rubric = rubric_from(file.read_text(encoding="utf-8"), file.name)
        if rubric.id in found:
            raise ValueError(f"{file.name}: another rubric has the id {rubric.id} already")
        found[rubric.id] = rubric
    return dict(sorted(found.items(), key=lambda one: one[1].title.casefold()))


def rubric_from(text: str, name: str) -> Rubric:
    """Raises ValueError that begins with `name`, the file's, and says which field is wrong."""
    try:
        read = _Rubric.model_validate(load_yaml(text))
    except Unparsable as error:
        raise ValueError(f"{name}: {error}") from error
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, each['loc'])) or 'the rubric'}: {each['msg']}" for each in error.errors()
        )
        raise ValueError(f"{name}: {problems}") from error
    usual = _scale(read.scale)
    return Rubric(
        id=read.id,
        title=read.title,
        about=read.about,
        criteria=tuple(
            Criterion(each.id, each.title, tuple(each.asks), _scale(each.scale) if each.scale else usual)
            for each in read.criteria
        ),
        needs=tuple(Need(each.id, each.title, each.hint) for each in read.needs),
        topics=tuple(read.topics),
        reviewers=read.reviewers,
        blind=read.blind,
        apart=read.apart,
        within=timedelta(hours=read.within_hours),
        replies_within=timedelta(hours=read.replies_within_hours),
        language=read.language,
    )


def _scale(levels: list[_Level]) -> tuple[Level, ...]:
    return tuple(Level(each.name, each.means) for each in levels)
