"""What somebody asks of the experts, to an escalation: a new one, or the same one that another waits for already."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from bot.chat.errors import UserFacingError
from bot.chat.reply import Reply
from bot.chat.turn import Person, Place, Turn
from bot.features.escalations.desk import Desk
from bot.features.escalations.model import Escalation, Follower, State
from bot.features.escalations.routing import Routing
from bot.features.escalations.store import SqlEscalations
from bot.features.escalations.threads import RequestThreads
from bot.storage.unit_of_work import UnitOfWork

A_DAY = timedelta(days=1)
MOST_A_DAY = 20
"""Of one person, so that nobody keeps all experts busy."""

TOO_MANY = (
    f"{MOST_A_DAY} of your questions went to experts within a day, so nobody was asked this time. Ask it tomorrow; "
    "“mine” shows how the others stand."
)


class ExpertRequests:
    """Fills `bot.features.questions.experts_port.Experts`."""

    def __init__(self, desk: Desk, routing: Routing, threads: RequestThreads) -> None:
        self._desk = desk
        self._routing = routing
        self._threads = threads

    def of_questions(self, question_ids: Collection[str], unit: UnitOfWork) -> Mapping[str, Escalation]:
        return SqlEscalations(unit).of_questions(question_ids)

    def open_ones(self, readers: frozenset[str], unit: UnitOfWork) -> Sequence[Escalation]:
        return [each for each in SqlEscalations(unit).in_state(State.OPEN) if each.readers & readers]

    def takes(self, turn: Turn, unit: UnitOfWork) -> Reply | None:
        return self._threads.takes(turn, unit)

    def overhears(self, place: Place, unit: UnitOfWork) -> bool:
        return self._threads.overhears(place, unit)

    def ready(self, text: str) -> None:
        self._routing.ready(text)

    def preview(self, text: str, person: Person, unit: UnitOfWork, now: datetime) -> str:
        first = self._routing.preview(text, person.id, person.principals, person.hubs, unit, now)
        if first is None:
            return ""
        return f"{first.name}, who {first.why}" if first.why else first.name

    def ask(self, asked: Escalation, person: Person, unit: UnitOfWork) -> None:
        if SqlEscalations(unit).asked_since(asked.asker_id, asked.opened_at - A_DAY) >= MOST_A_DAY:
            raise UserFacingError(TOO_MANY)
        same = (
            self._routing.same_as(asked.text, asked.asker_id, person.principals, unit, asked.hubs)
            if asked.draft is None
            else None
        )
        if same is None or same.id == asked.id:
            self._desk.open(asked, unit)
        else:
            self._desk.join(_follower(same.id, asked), person.principals, unit)

    def take_back(self, question_id: str, person: Person, unit: UnitOfWork, now: datetime) -> None:
        found = SqlEscalations(unit).of_question(question_id)
        if found is None or not found.is_running or (found.id == question_id and found.asker_left):
            return
        take_back = self._desk.withdraw if found.id == question_id else self._desk.unjoin
        take_back(question_id, person, unit, now)


def _follower(escalation_id: str, asked: Escalation) -> Follower:
    return Follower(
        escalation_id,
        asked.id,
        asked.asker_id,
        asked.asker_name,
        asked.text,
        asked.place,
        asked.private,
        asked.opened_at,
    )
