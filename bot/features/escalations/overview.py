"""What concerns somebody of all that experts are asked, and how it stands for them. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.features.escalations.model import Escalation, State


class Standing(StrEnum):
    """As somebody who may answer sees it; what waits for them comes first."""

    YOURS = "yours to answer"
    ASKED_BACK = "you asked back"
    OFFERED = "offered to you"
    OPEN = "open"
    TAKEN = "with a colleague"
    ANSWERED = "answered by you"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Row:
    """`thread` is the one of the web page in which their card stands, empty where it stands elsewhere or nowhere."""

    asked: Escalation
    standing: Standing
    thread: str = ""

    @property
    def due_at(self) -> datetime | None:
        return self.asked.due_at if self.standing is Standing.YOURS else None


def standing(asked: Escalation, person_id: str) -> Standing:
    is_own = asked.owner_id == person_id
    match asked.state:
        case State.OPEN:
            return Standing.OFFERED if asked.offered_to == person_id else Standing.OPEN
        case State.CLAIMED:
            return Standing.YOURS if is_own else Standing.TAKEN
        case State.ASKED_BACK:
            return Standing.ASKED_BACK if is_own else Standing.TAKEN
        case State.ANSWERED | State.CLOSED:
            return Standing.ANSWERED if is_own else Standing.OVER
        case State.WITHDRAWN:
            return Standing.OVER


def in_order(rows: Iterable[Row]) -> Sequence[Row]:
    """What waits for them first, the first due first, the longest waiting next; of what is over the newest first."""
    places = list(Standing)

    def place(row: Row) -> tuple[int, float]:
        at = (row.due_at or row.asked.opened_at).timestamp()
        return places.index(row.standing), -at if row.standing in (Standing.ANSWERED, Standing.OVER) else at

    return sorted(rows, key=place)
