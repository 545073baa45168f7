"""Progress bars for long work, on standard error and only where somebody watches."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class Bars:
    """One bar a step, made when the step first reports; a step with a total of 0 shows that it is busy."""

    def __init__(self, drawn: "Progress | None") -> None:
        self._drawn = drawn
        self._steps: dict[str, TaskID] = {}

    def show(self, step: str, done: int, total: int) -> None:
        """May be called from any thread and for every document."""
        if self._drawn is None:
            return
        if step not in self._steps:
            self._steps[step] = self._drawn.add_task(step, total=total or None)
        self._drawn.update(self._steps[step], completed=done, total=total or None)


@contextmanager
def progress_bars() -> Iterator[Bars]:
    if not sys.stderr.isatty():
        yield Bars(None)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(compact=True),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as drawn:
        yield Bars(drawn)
