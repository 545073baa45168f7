"""A job: what to do, and when, in which local time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time


@dataclass(frozen=True, slots=True)
class Job:
    """`run` gets the moment (aware UTC) for which it is due; every day at `at` in `time_zone`."""

    name: str
    at: time
    time_zone: str
    run: Callable[[datetime], None]
