"""Kinds of requests and rates from YAML files: those that come with Guildhall, and the company's own folder."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Annotated, TypeVar

import structlog
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from bot.features.ideas.model import SPONSOR, TITLE_LIMIT, Role
from bot.features.ideas.rule_problems import problems_in
from bot.features.ideas.rules import MOST_NEEDS, Kind, Need
from bot.features.ideas.worth import Rates
from indexer.formats.front_matter import load_yaml
from indexer.formats.parsed import Unparsable

RATES = "rates"
"""The name of the file that says what a day costs; every other one is a kind."""

BEFORE = "intake"
"""The folder in Guildhall's home where the company's files are kept as they were when all was well with them."""

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
    """`kinds` are by id, in the order of their titles; `problems` say which files cannot be used, why, and what to do;
    `sound` are those that can, by name."""

    kinds: Mapping[str, Kind]
    rates: Rates = field(default_factory=Rates)
    problems: Sequence[str] = ()
    sound: Mapping[str, bytes] = field(default_factory=dict)


def open_intake(folder: Path | None, before: Path) -> Intake:
    """What is wrong with a file is logged. Each that is sound is kept in the folder `before`, so that the rules of it
    go on when it is broken at a later start."""
    intake = read_intake(folder, before)
    for problem in intake.problems:
        log.error("a file with rules for requests cannot be used", problem=problem)
    if folder is not None:
        _keep(folder, intake.sound, before)
    return intake


def read_intake(folder: Path | None, before: Path | None = None) -> Intake:
    """The company's own take the place of those of the same id. In the place of a file that is broken, or cannot be
    opened, comes the one of its name in `before`, where there is one."""
    reading = _Reading()
    for file in sorted(files(__package__).joinpath("kinds").iterdir(), key=lambda each: each.name):
        kind = kind_from(file.read_text(encoding="utf-8"), file.name)
        reading.kinds[kind.id] = kind
    try:
        found = _rules_in(folder) if folder is not None else []
    except OSError as error:
        reading.problems.append(f"{folder}: {error.strerror or 'cannot be opened'}. {_instead(before)}")
        found = []
        for path in _rules_in(before) if before is not None and before.is_dir() else []:
            reading.take(path)
    for path in found:
        problem = reading.take(path)
        if problem is None:
            reading.sound[path.name] = path.read_bytes()
        else:
            old = before / path.name if before is not None else None
            goes_on = old is not None and old.is_file() and reading.take(old) is None
            reading.problems.append(f"{problem} {GOES_ON if goes_on else LEFT_OUT}")
    return reading.intake


GOES_ON = "Mend it and start again; until then the rules go on that it had before."
LEFT_OUT = "Mend it and start again; until then it is left out, and the rest holds."


def _instead(before: Path | None) -> str:
    has_before = before is not None and before.is_dir()
    return GOES_ON.replace("it had", "were there") if has_before else LEFT_OUT


def _rules_in(folder: Path) -> list[Path]:
    return sorted(each for each in folder.iterdir() if each.suffix in SUFFIXES)


def _keep(folder: Path, sound: Mapping[str, bytes], before: Path) -> None:
    """Writes only what has changed; what is not in the folder any more is not kept any longer."""
    with suppress(OSError):
        before.mkdir(mode=0o700, exist_ok=True)
        for name, content in sound.items():
            unfinished = before / f"{name}.new"
            unfinished.write_bytes(content)
            unfinished.replace(before / name)
        there = {each.name for each in folder.iterdir()}
        for path in _rules_in(before):
            if path.name not in there:
                path.unlink()


@dataclass(slots=True)
class _Reading:
    """What has been read so far; of the company's own kinds each id once."""

    kinds: dict[str, Kind] = field(default_factory=dict)
    rates: Rates = field(default_factory=Rates)
    problems: list[str] = field(default_factory=list)
    sound: dict[str, bytes] = field(default_factory=dict)
    own: set[str] = field(default_factory=set)

    def take(self, path: Path) -> str | None:
        """What is wrong with the file; None for nothing."""
        try:
            text = _text(path)
            if path.stem == RATES:
                self.rates = rates_from(text, path.name)
                return None
            kind = kind_from(text, path.name)
            if kind.id in self.own:
                raise ValueError(f"{path.name}: another file has the id {kind.id} already.")
        except ValueError as error:
            return str(error)
        self.own.add(kind.id)
        self.kinds[kind.id] = kind
        return None

    @property
    def intake(self) -> Intake:
        kinds = dict(sorted(self.kinds.items(), key=lambda one: one[1].title.casefold()))
        return Intake(kinds, self.rates, tuple(self.problems), self.sound)


def kind_from(text: str, name: str) -> Kind:
    """Raises ValueError that begins with `name`, the file's, and says in which line what is wrong with which field."""
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
        raise ValueError(f"{name}: {error}.") from error
    except RecursionError as error:
        raise ValueError(f"{name}: is nested too deeply.") from error
    except ValidationError as error:
        problems = problems_in(error, text)
        raise ValueError(f"{name}: {'; '.join(problems)}.") from error


def _text(file: Path) -> str:
    """Raises ValueError that names the file."""
    try:
        if file.stat().st_size > SIZE_LIMIT:
            raise ValueError(f"{file.name}: larger than {SIZE_LIMIT // 1_000} kB, which no such file is.")
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise ValueError(f"{file.name}: {error.strerror or 'cannot be opened'}.") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"{file.name}: is no UTF-8 text.") from error
