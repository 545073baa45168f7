"""The rubrics that work can be submitted under: those that come with Guildhall, and the company's own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from bot.features.reviews.rubric import Rubric
from bot.features.reviews.rubric_reader import rubric_from, starter_rubrics

SUFFIXES = (".yaml", ".yml")
SIZE_LIMIT = 200_000  # bytes

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Shelf:
    """`rubrics` are by id, in the order of their titles, `own` the ids of the company's; `problems` say which files
    were left out, and why."""

    rubrics: Mapping[str, Rubric]
    own: frozenset[str]
    problems: Sequence[str]


def read_shelf(folder: Path | None) -> Shelf:
    """The company's own take the place of those of the same id. A file that is wrong leaves the others."""
    own: dict[str, Rubric] = {}
    problems: list[str] = []
    try:
        files = sorted(each for each in folder.iterdir() if each.suffix in SUFFIXES) if folder is not None else []
    except OSError as error:
        files = []
        problems.append(f"{folder}: {error.strerror or 'cannot be opened'}")
    for file in files:
        try:
            rubric = _read(file)
            if rubric.id in own:
                raise ValueError(f"{file.name}: another file has the id {rubric.id} already")
            own[rubric.id] = rubric
        except ValueError as error:
            problems.append(str(error))
    every = {**starter_rubrics(), **own}
    in_order = dict(sorted(every.items(), key=lambda one: one[1].title.casefold()))
    return Shelf(in_order, frozenset(own), tuple(problems))


def open_rubrics(folder: Path | None) -> Mapping[str, Rubric]:
    """By id. What is wrong with a file is logged; the rest is there."""
    shelf = read_shelf(folder)
    for problem in shelf.problems:
        log.error("a rubric was left out", problem=problem)
    return shelf.rubrics


def _read(file: Path) -> Rubric:
    """Raises ValueError that names the file."""
    try:
        if file.stat().st_size > SIZE_LIMIT:
            raise ValueError(f"{file.name}: larger than {SIZE_LIMIT // 1_000} kB, which no rubric is")
        return rubric_from(file.read_text(encoding="utf-8"), file.name)
    except OSError as error:
        raise ValueError(f"{file.name}: {error.strerror or 'cannot be opened'}") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"{file.name}: is no UTF-8 text") from error
    except RecursionError as error:
        raise ValueError(f"{file.name}: is nested too deeply") from error
