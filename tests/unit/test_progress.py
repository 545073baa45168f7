"""Progress bars: drawn where somebody watches, and nowhere else."""

import io

import pytest
from rich.console import Console
from rich.progress import Progress

from bot.commands.progress import Bars, progress_bars


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def drawn_on(written: io.StringIO) -> Progress:
    return Progress(console=Console(file=written), disable=True)


def test_each_step_has_one_bar_that_follows_it() -> None:
    drawn = drawn_on(io.StringIO())
    bars = Bars(drawn)
    for done in (0, 3, 7):
        bars.show("Reading", done, 10)
    bars.show("Embedding", 1, 2)
    assert [(task.description, task.completed, task.total) for task in drawn.tasks] == [
        ("Reading", 7, 10),
        ("Embedding", 1, 2),
    ]


def test_a_step_of_unknown_length_is_busy_until_its_length_is_known() -> None:
    drawn = drawn_on(io.StringIO())
    bars = Bars(drawn)
    bars.show("Fetching", 4, 0)
    (task,) = drawn.tasks
    assert task.total is None
    bars.show("Fetching", 5, 20)
    assert (task.completed, task.total) == (5, 20)


def test_nothing_is_drawn_where_nobody_watches(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stderr", written := io.StringIO())
    with progress_bars() as bars:
        bars.show("Reading", 1, 2)
    assert (written.getvalue(), capsys.readouterr().out) == ("", "")


def test_bars_stand_on_standard_error_with_names_as_they_are(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("sys.stderr", written := Terminal())
    with progress_bars() as bars:
        bars.show("Reading [red]docs", 1, 2)
    assert "Reading [red]docs" in written.getvalue()
    assert "1/2" in written.getvalue()
    assert capsys.readouterr().out == ""
