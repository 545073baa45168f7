"""`guildhall index`: from the sources to a new snapshot in force."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.explained import explained
from bot.commands.progress import progress_bars
from bot.commands.terminal import BY, AsJson, note, read_settings, result, result_json

if TYPE_CHECKING:
    from bot.features.indexing.model import IndexRun
    from bot.features.indexing.runner import Runner
    from bot.settings import Settings
    from knowledge.embedder import Embedder


def index(
    force: Annotated[
        bool, typer.Option("--force", help="Read everything anew; publish whatever the golden questions say.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Read the sources and put a new index in force. Ctrl-C cancels; the one in force stays."""
    settings = read_settings()
    with explained():
        from bot.bootstrap.parts import open_embedder
        from bot.commands.logs import configure_logs
        from bot.commands.run_text import exit_code, run_fields, run_lines

        configure_logs(settings.log_level)
        run = run_index(settings, open_embedder(settings), force=force)
    if as_json:
        result_json(run_fields(run))
    else:
        for line in run_lines(run):
            result(line)
    raise typer.Exit(exit_code(run))


def run_index(settings: "Settings", embedder: "Embedder", *, force: bool = False) -> "IndexRun":
    """One run in this process, with progress on standard error. Without a source, the starter is connected first."""
    from bot.bootstrap.parts import open_database, open_publisher, open_runner, utc_now
    from bot.features.indexing.model import PHASES
    from bot.features.indexing.store import SqlIndexing
    from bot.features.indexing.use_cases import add_starter
    from indexer.lock import RunInProgress

    database = open_database(settings)
    try:
        with database.begin() as unit:
            if add_starter(SqlIndexing(unit), settings.starter, utc_now()):
                note("No source is connected, so this is the starter pack. See: guildhall sources add --help")
        runner = open_runner(settings, database, embedder)
        with _cancelled_by_ctrl_c(runner), progress_bars() as bars:
            run = runner.run_now(
                by=BY,
                force=force,
                on_progress=lambda phase, done, total, current: bars.show(PHASES[phase], done, total),
            )
        with suppress(RunInProgress):  # then a server is at it
            open_publisher(settings, database, embedder).publish()
        return run
    finally:
        database.close()


@contextmanager
def _cancelled_by_ctrl_c(runner: "Runner") -> Iterator[None]:
    """The first Ctrl-C ends the run cleanly, a second one at once."""

    def cancel(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, before)
        note("Cancelling; the index in force stays as it is.")
        runner.stop()

    before = signal.signal(signal.SIGINT, cancel)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
