"""What asking needs from the experts' side. `bot.features.escalations.requests.ExpertRequests` fills it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.chat.reply import Reply
from bot.chat.turn import Person, Place, Turn
from bot.features.escalations.model import Escalation
from bot.storage.unit_of_work import UnitOfWork


class Experts(Protocol):
    def of_questions(self, question_ids: Collection[str], unit: UnitOfWork) -> Mapping[str, Escalation]:
        """By question id: what became of it, or of the same question of somebody else."""
        ...

    def open_ones(self, readers: frozenset[str], unit: UnitOfWork) -> Sequence[Escalation]:
        """For which somebody still waits, the longest waiting first."""
        ...

    def takes(self, turn: Turn, unit: UnitOfWork) -> Reply | None:
        """What is said about a request: an expert's answer, an asker's reply. None: it is for somebody else."""
        ...

    def overhears(self, place: Place, unit: UnitOfWork) -> bool:
        """Whether something may be said there that `takes` is for."""
        ...

    def ready(self, text: str) -> None:
        """Thinks ahead of the first write."""
        ...

    def preview(self, text: str, person: Person, unit: UnitOfWork, now: datetime) -> str:
        """Whom it would go to and why, as the asker may know it: ``Dana Okafor, who owns “Renewals”``; empty where
        nobody is known yet."""
        ...

    def ask(self, asked: Escalation, person: Person, unit: UnitOfWork) -> None:
        """Sends it on its way, or joins it to the same question of somebody else. Raises UserFacingError."""
        ...

    def take_back(self, question_id: str, person: Person, unit: UnitOfWork, now: datetime) -> None:
        """Where somebody still waits for it there; else nothing happens."""
        ...
