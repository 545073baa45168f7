"""Ticks decide who does the work, however many clocks run."""

from datetime import date
from typing import Protocol


class Ticks(Protocol):
    """A store with one row for each tick that was taken."""

    def try_take(self, schedule: str, local_date: date, slot: str) -> bool:
        """True for exactly one caller, for ever."""
        ...

    def is_known(self, schedule: str) -> bool:
        """Whether any tick of this schedule was ever taken."""
        ...
