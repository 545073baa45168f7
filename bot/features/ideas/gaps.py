"""What people keep asking and searching for, and Guildhall cannot answer, as proposals for requests."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.features.escalations.model import Escalation, State
from bot.features.ideas.searches import SqlSearches
from bot.features.ideas.store import SqlIdeas
from bot.features.questions.told_store import unhelped
from bot.storage.unit_of_work import UnitOfWork

ALIKE = 0.7
WITHIN = timedelta(days=60)
LOOKED_AT = 300
"""So many questions, and so many searches."""

PEOPLE = 3
"""So many have to have asked, so that a question gives nobody away."""

TITLES = 500


class Alike(Protocol):
    """`knowledge.likeness.Likeness` fills it."""

    def cosines(self, text: str, others: Sequence[str]) -> Sequence[float]: ...


Answered = Callable[[Collection[str], UnitOfWork], Mapping[str, Escalation]]
"""What became of questions with the experts, by question id."""

Seeker = Callable[[str], str]
"""What stands for a person id where searches are kept."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A question or a search in its shortest words, of how many people it was, and when last."""

    text: str
    people: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class _Asked:
    text: str
    seeker: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Gaps:
    likeness: Alike
    answered: Answered
    seeker: Seeker

    def find(self, unit: UnitOfWork, now: datetime) -> list[Gap]:
        """What most people asked first; without what somebody made a request of already. It thinks: not after the first
        write."""
        titles = [title for _, title in SqlIdeas(unit).titles(TITLES)]
        found = [_gap(each) for each in self._groups(self._asked(unit, now))]
        new = [each for each in found if each.people >= PEOPLE and self.like(each.text, titles) is None]
        return sorted(new, key=lambda gap: (-gap.people, gap.text))

    def alike(self, title: str, unit: UnitOfWork) -> tuple[Sequence[tuple[str, str]], Sequence[float]]:
        """Id and title of what is asked for already, and how much each of those sounds like `title`."""
        titles = SqlIdeas(unit).titles(TITLES)
        return titles, self.likeness.cosines(title, [each for _, each in titles])

    def like(self, text: str, others: Sequence[str]) -> int | None:
        """The place among the others of the one that means the same; None for none."""
        cosines = self.likeness.cosines(text, others)
        best = max(range(len(others)), key=lambda at: cosines[at], default=None)
        return best if best is not None and cosines[best] >= ALIKE else None

    def _asked(self, unit: UnitOfWork, now: datetime) -> list[_Asked]:
        questions = unhelped(unit, now - WITHIN, LOOKED_AT)
        requests = self.answered([each.id for each in questions], unit)
        still = [each for each in questions if not _has_answer(requests.get(each.id))]
        asked = [_Asked(each.text, self.seeker(each.person_id), each.asked_at) for each in still]
        found = SqlSearches(unit).since(now - WITHIN, LOOKED_AT)
        return asked + [_Asked(words, seeker, at) for seeker, words, at in found]

    def _groups(self, asked: Sequence[_Asked]) -> list[list[_Asked]]:
        groups: list[list[_Asked]] = []
        for each in asked:
            best = self.like(each.text, [group[0].text for group in groups])
            if best is None:
                groups.append([each])
            else:
                groups[best].append(each)
        return groups


def _gap(group: Sequence[_Asked]) -> Gap:
    shortest = min((" ".join(each.text.split()) for each in group), key=lambda text: (len(text), text))
    return Gap(shortest, len({each.seeker for each in group}), max(each.at for each in group))


def _has_answer(request: Escalation | None) -> bool:
    return request is not None and request.state in (State.ANSWERED, State.CLOSED)
