"""``guildhall``: the command line."""

import sys

import typer

from bot.chat.errors import UserFacingError
from bot.commands import slack, snapshots, sources, teams
from bot.commands.ask import ask
from bot.commands.doctor import doctor
from bot.commands.evaluate import evaluate
from bot.commands.index import index
from bot.commands.serve import serve
from bot.commands.terminal import ExitCode, note

app = typer.Typer(
    name="guildhall",
    help="Ask, and be answered with sources.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(serve)
app.command()(ask)
app.command()(index)
app.add_typer(sources.app, name="sources")
app.add_typer(snapshots.app, name="snapshots")
app.add_typer(slack.app, name="slack")
app.add_typer(teams.app, name="teams")
app.command()(evaluate)
app.command()(doctor)


def main() -> None:
    """Exit codes: docs/command-line.md."""
    try:
        app()
    except UserFacingError as problem:
        note(str(problem))
        sys.exit(ExitCode.FAILED)


if __name__ == "__main__":
    main()
