"""What people keep asking and Guildhall cannot answer, as proposals for requests."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.features.escalations.model import Escalation, State
from bot.features.ideas.store import SqlIdeas
from bot.features.questions.told_store import Unhelped, unhelped
from bot.storage.unit_of_work import UnitOfWork

ALIKE = 0.7
WITHIN = timedelta(days=60)
LOOKED_AT = 300  # questions
PEOPLE = 3
"""So many have to have asked, so that a question gives nobody away."""

TITLES = 500


class Alike(Protocol):
    """`knowledge.likeness.Likeness` fills it."""

    def cosines(self, text: str, others: Sequence[str]) -> Sequence[float]: ...


Answered = Callable[[Collection[str], UnitOfWork], Mapping[str, Escalation]]
"""What became of questions with the experts, by question id."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A question in its shortest words, how many people asked it, and when last."""

    text: str
    people: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Gaps:
    likeness: Alike
    answered: Answered

    def find(self, unit: UnitOfWork, now: datetime) -> list[Gap]:
        """What most people asked first; without what somebody made a request of already. It thinks: not after the first
        write."""
        asked = unhelped(unit, now - WITHIN, LOOKED_AT)
        requests = self.answered([each.id for each in asked], unit)
        still = [each for each in asked if not _has_answer(requests.get(each.id))]
        titles = [title for _, title in SqlIdeas(unit).titles(TITLES)]
        found = [_gap(each) for each in self._groups(still) if len({one.person_id for one in each}) >= PEOPLE]
        new = [each for each in found if not self._is_among(each.text, titles)]
        return sorted(new, key=lambda gap: (-gap.people, gap.text))

    def alike(self, title: str, unit: UnitOfWork) -> tuple[Sequence[tuple[str, str]], Sequence[float]]:
        """Id and title of what is asked for already, and how much each of those sounds like `title`."""
        titles = SqlIdeas(unit).titles(TITLES)
        return titles, self.likeness.cosines(title, [each for _, each in titles])

    def _groups(self, asked: Sequence[Unhelped]) -> list[list[Unhelped]]:
        groups: list[list[Unhelped]] = []
        for each in asked:
            cosines = self.likeness.cosines(each.text, [group[0].text for group in groups])
            best = max(range(len(groups)), key=lambda at: cosines[at], default=None)
            if best is not None and cosines[best] >= ALIKE:
                groups[best].append(each)
            else:
                groups.append([each])
        return groups

    def _is_among(self, text: str, titles: Sequence[str]) -> bool:
        return any(cosine >= ALIKE for cosine in self.likeness.cosines(text, titles))


def _gap(group: Sequence[Unhelped]) -> Gap:
    shortest = min((" ".join(each.text.split()) for each in group), key=lambda text: (len(text), text))
    return Gap(shortest, len({each.person_id for each in group}), max(each.asked_at for each in group))


def _has_answer(request: Escalation | None) -> bool:
    return request is not None and request.state in (State.ANSWERED, State.CLOSED)
