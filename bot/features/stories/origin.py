"""What a story may begin from: whoever keeps that hands it over."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.chat.turn import Person
from bot.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a story may begin with: of a review, a message, an idea."""

    title: str = ""
    done: str = ""
    result: str = ""
    picture_link: str = ""
    challenge: str = ""


class Origin(Protocol):
    """Hands over what this person may tell a story of. Raises UserFacingError where that is nothing."""

    def __call__(self, subject: str, person: Person, unit: UnitOfWork, now: datetime) -> Beginning: ...


CameOf = Callable[[str, UnitOfWork, datetime], None]
"""Hears of the origin of each story that is published, changed after that, or taken down."""


def nobody_hears(origin: str, unit: UnitOfWork, now: datetime) -> None: ...
