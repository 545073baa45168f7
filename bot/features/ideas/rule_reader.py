"""Kinds of requests and rates from YAML files: those that come with Guildhall, and the company's own folder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Annotated, TypeVar

import structlog
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from bot.features.ideas.model import SPONSOR, TITLE_LIMIT, Role
from bot.features.ideas.rules import MOST_NEEDS, Kind, Need
from bot.features.ideas.worth import Rates
from indexer.formats.front_matter import load_yaml
from indexer.formats.parsed import Unparsable

RATES = "rates"
"""The name of the file that says what a day costs; every other one is a kind."""

SUFFIXES = (".yaml", ".yml")
SIZE_LIMIT = 100_000  # bytes

log = structlog.stdlib.get_logger(__name__)

Read = TypeVar("Read", bound=BaseModel)

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,19}$")]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=TITLE_LIMIT // 2)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class _Strict(BaseModel):
    """A name that nobody knows is a slip of the pen, not something to pass over."""

    model_config = ConfigDict(extra="forbid", strict=True)


class _Need(_Strict):
    id: Id
    title: Title
    hint: Line
    words: Annotated[int, Field(ge=1, le=50)] = 1


class _Kind(_Strict):
    id: Id
    title: Title
    about: Line
    needs: Annotated[list[_Need], Field(min_length=1, max_length=MOST_NEEDS)]
    approvals: Annotated[list[Annotated[Role, Field(strict=False)]], Field(min_length=1, max_length=len(Role))]

    @model_validator(mode="after")
    def _is_sound(self) -> "_Kind":
        ids = [each.id for each in self.needs]
        if twice := sorted({each for each in ids if ids.count(each) > 1}):
            raise ValueError(f"needs have one id twice: {', '.join(twice)}")
        if len(set(self.approvals)) < len(self.approvals):
            raise ValueError("a role approves once")
        if Role.SPONSOR in self.approvals and SPONSOR not in ids:
            raise ValueError(f"who approves as sponsor has to be named: add a need with the id {SPONSOR}")
        return self


class _Rates(_Strict):
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    day_costs: Annotated[int, Field(ge=1, le=1_000_000)]
    hours_a_day: Annotated[int, Field(ge=1, le=24)]


@dataclass(frozen=True, slots=True)
class Intake:
    """`kinds` are by id, in the order of their titles; `problems` say which files were left out, and why."""

    kinds: Mapping[str, Kind]
    rates: Rates = field(default_factory=Rates)
    problems: Sequence[str] = ()


def open_intake(folder: Path | None) -> Intake:
    """The company's own take the place of those of the same id. What is wrong with a file is logged; the rest is
    there."""
    intake = read_intake(folder)
    for problem in intake.problems:
        log.error("a kind of request was left out", problem=problem)
    return intake


def read_intake(folder: Path | None) -> Intake:
    kinds: dict[str, Kind] = {}
    rates, problems = Rates(), []
    for file in sorted(files(__package__).joinpath("kinds").iterdir(), key=lambda each: each.name):
        kind = kind_from(file.read_text(encoding="utf-8"), file.name)
        kinds[kind.id] = kind
    own: set[str] = set()
    try:
        found = sorted(each for each in folder.iterdir() if each.suffix in SUFFIXES) if folder is not None else []
    except OSError as error:
        found, problems = [], [f"{folder}: {error.strerror or 'cannot be opened'}"]
    for path in found:
        try:
            text = _text(path)
            if path.stem == RATES:
                rates = rates_from(text, path.name)
                continue
            kind = kind_from(text, path.name)
            if kind.id in own:
                raise ValueError(f"{path.name}: another file has the id {kind.id} already")
            own.add(kind.id)
            kinds[kind.id] = kind
        except ValueError as error:
            problems.append(str(error))
    return Intake(dict(sorted(kinds.items(), key=lambda one: one[1].title.casefold())), rates, tuple(problems))


def kind_from(text: str, name: str) -> Kind:
    """Raises ValueError that begins with `name`, the file's, and says which field is wrong."""
    read = _checked(_Kind, text, name)
    needs = tuple(Need(each.id, each.title, each.hint, each.words) for each in read.needs)
    return Kind(read.id, read.title, read.about, needs, tuple(read.approvals))


def rates_from(text: str, name: str) -> Rates:
    """As `kind_from`."""
    read = _checked(_Rates, text, name)
    return Rates(read.currency, read.day_costs, read.hours_a_day)


def _checked(shape: type[Read], text: str, name: str) -> Read:
    try:
        return shape.model_validate(load_yaml(text))
    except Unparsable as error:
        raise ValueError(f"{name}: {error}") from error
    except RecursionError as error:
        raise ValueError(f"{name}: is nested too deeply") from error
    except ValidationError as error:
        problems = (f"{'.'.join(map(str, each['loc'])) or 'the file'}: {each['msg']}" for each in error.errors())
        raise ValueError(f"{name}: {'; '.join(problems)}") from error


def _text(file: Path) -> str:
    """Raises ValueError that names the file."""
    try:
        if file.stat().st_size > SIZE_LIMIT:
            raise ValueError(f"{file.name}: larger than {SIZE_LIMIT // 1_000} kB, which no such file is")
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise ValueError(f"{file.name}: {error.strerror or 'cannot be opened'}") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"{file.name}: is no UTF-8 text") from error
