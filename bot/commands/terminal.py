"""What all commands share: results to standard output, everything else to standard error, exit codes, settings."""

import json
import re
import sys
from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.chat.errors import UserFacingError

if TYPE_CHECKING:
    from bot.settings import Settings


class ExitCode(IntEnum):
    """Documented in docs/command-line.md and kept."""

    OK = 0
    FAILED = 1
    USAGE = 2
    CANDIDATES = 3
    UNKNOWN = 4
    CANCELLED = 130


BY = "command line"
"""Who asks, in runs and in the audit log."""

AsJson = Annotated[bool, typer.Option("--json", help="One JSON value on standard output, fields as documented.")]


def result(text: str = "") -> None:
    """A line of what was asked for."""
    typer.echo(text)


def result_json(value: Mapping[str, object] | Sequence[object]) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def note(text: str) -> None:
    """A line about what is going on, kept out of pipes."""
    typer.echo(text, err=True)


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Rows for people: aligned on a terminal, tab-separated in a pipe."""
    if not sys.stdout.isatty():
        for row in (columns, *rows):
            result("\t".join(" ".join(cell.split()) for cell in row))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        drawn.add_row(*(Text(cell) for cell in row))
    Console().print(drawn)


def read_settings(**overrides: Any) -> "Settings":
    """The settings, with what the command line overrides. Raises UserFacingError that names the variables."""
    from pydantic import ValidationError
    from pydantic_settings import SettingsError

    from bot.settings import Settings

    def variable(field: str) -> str:
        """A field with a name of its own is called by that."""
        return f"GUILDHALL_{field.upper()}" if field in Settings.model_fields else field

    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        return Settings(**given)
    except ValidationError as invalid:
        problems = (f"{variable(str(error['loc'][0]))}: {error['msg']}" for error in invalid.errors())
        raise UserFacingError("\n".join(problems)) from invalid
    except SettingsError as unreadable:
        named = re.search(r'field "(\w+)"', str(unreadable))
        what = variable(named[1]) if named else "A setting"
        raise UserFacingError(f"{what} is no list in JSON, for example '[\"dana@example.com\"]'.") from unreadable
