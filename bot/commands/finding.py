"""What `guildhall doctor` finds."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """`fail`: Guildhall will not work. `warn`: it works, and somebody should know."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """`name` is stable; `advice` says what to do and is empty where nothing is."""

    name: str
    state: State
    found: str
    advice: str = ""
