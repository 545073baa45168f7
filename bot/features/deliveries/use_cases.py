"""What an admin can do with a message that did not arrive. Each has its effect once, whoever else presses."""

from datetime import datetime
from typing import Protocol

from bot.chat.errors import UserFacingError
from bot.features.deliveries.model import Undelivered, undelivered
from bot.storage.audit import AuditEntry, record
from bot.storage.dead_letters import DeadLetters
from bot.storage.unit_of_work import UnitOfWork

LIMIT = 500
"""Messages that are looked through, the newest first."""


class Act(Protocol):
    """One of the three below. Raises UserFacingError where the message was seen to already."""

    def __call__(self, unit: UnitOfWork, row_id: int, *, by: str, at: datetime) -> None: ...


SETTLED = "That message was seen to already, by another admin or a newer version of it. Nothing was done this time."


def letters_in(unit: UnitOfWork) -> list[Undelivered]:
    """The newest first."""
    return [undelivered(letter) for letter in DeadLetters(unit).newest(LIMIT)]


def send_again(unit: UnitOfWork, row_id: int, *, by: str, at: datetime) -> None:
    _settled(DeadLetters(unit).send_again(row_id, at))
    record(unit, AuditEntry(at, by, "delivery sent again", str(row_id)))


def mark_arrived(unit: UnitOfWork, row_id: int, *, by: str, at: datetime) -> None:
    _settled(DeadLetters(unit).mark_arrived(row_id, at))
    record(unit, AuditEntry(at, by, "delivery marked as arrived", str(row_id)))


def drop(unit: UnitOfWork, row_id: int, *, by: str, at: datetime) -> None:
    _settled(DeadLetters(unit).drop(row_id))
    record(unit, AuditEntry(at, by, "delivery dropped", str(row_id)))


def _settled(done: bool) -> None:
    if not done:
        raise UserFacingError(SETTLED)
