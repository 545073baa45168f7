"""What asking knows of the experts' side, in memory."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.chat.reply import Reply
from bot.chat.turn import Person, Place, Said, Turn
from bot.features.escalations.model import Escalation, State
from bot.features.escalations.ranking import Ranked
from bot.storage.unit_of_work import UnitOfWork


@dataclass
class MemoryRequests:
    """Fills `bot.features.questions.experts_port.Experts`; `who` is whom all would go to. With `takes_all` all that is
    said is said to an expert or by one."""

    who: str = ""
    kept: dict[str, Escalation] = field(default_factory=dict)
    takes_all: bool = False
    taken: list[Turn] = field(default_factory=list)

    def of_questions(self, question_ids: Collection[str], unit: UnitOfWork) -> Mapping[str, Escalation]:
        return {each: self.kept[each] for each in question_ids if each in self.kept}

    def open_ones(self, readers: frozenset[str], unit: UnitOfWork) -> Sequence[Escalation]:
        found = [each for each in self.kept.values() if each.state is State.OPEN and each.readers & readers]
        return sorted(found, key=lambda each: each.opened_at)

    def takes(self, turn: Turn, unit: UnitOfWork) -> Reply | None:
        if not self.takes_all or not isinstance(turn.content, Said):
            return None
        self.taken.append(turn)
        return Reply()

    def overhears(self, place: Place, unit: UnitOfWork) -> bool:
        return False

    def ready(self, text: str) -> None:
        return None

    def preview(self, text: str, person: Person, unit: UnitOfWork, now: datetime) -> str:
        return self.who

    def ask(self, asked: Escalation, person: Person, unit: UnitOfWork) -> None:
        self.kept[asked.id] = asked

    def take_back(self, question_id: str, person: Person, unit: UnitOfWork, now: datetime) -> None:
        self.stands(question_id, state=State.WITHDRAWN)

    def stands(self, question_id: str, **changes: object) -> None:
        """As somebody else changed it."""
        if question_id in self.kept:
            self.kept[question_id] = replace(self.kept[question_id], **changes)


@dataclass
class FixedRouting:
    """Fills `bot.features.escalations.routing.Routing`: everything goes to `first`, and `same` is what is asked the
    same."""

    first: Ranked | None = None
    same: Escalation | None = None
    made_ready: list[str] = field(default_factory=list)

    def ready(self, *texts: str) -> None:
        self.made_ready += texts

    def ranked(self, escalation: Escalation, unit: UnitOfWork, now: datetime) -> Sequence[Ranked]:
        return [self.first] if self.first else []

    def preview(
        self, text: str, asker_id: str, readers: frozenset[str], hubs: frozenset[str], unit: UnitOfWork, now: datetime
    ) -> Ranked | None:
        return self.first

    def same_as(
        self,
        text: str,
        asker_id: str,
        readers: frozenset[str],
        unit: UnitOfWork,
        hubs: frozenset[str] = frozenset(),
    ) -> Escalation | None:
        return self.same
