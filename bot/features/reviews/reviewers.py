"""Who can review a submission now, from what the experts know, do and belong to."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.chat.turn import EVERYONE
from bot.features.experts.matcher import Matching
from bot.features.experts.store import SqlExperts
from bot.features.profile.reach import reach_among
from bot.features.profile.readers import is_colleague
from bot.features.reviews.matching import LATELY, PAIRED, Bench, Candidate, rank
from bot.features.reviews.model import Case, Submission
from bot.features.reviews.store import SqlReviews
from bot.storage.people import People
from bot.storage.unit_of_work import UnitOfWork

KNOWN = 50
MOST_ASKED = 8
"""So many are asked of its own accord about one submission; then an admin has to choose."""

EVERYBODY = frozenset({EVERYONE})


class Teams(Protocol):
    """Which teams people are of, by id; none where that is not known."""

    def __call__(self, person_ids: Collection[str], unit: UnitOfWork) -> Mapping[str, frozenset[str]]: ...


@dataclass(frozen=True, slots=True)
class GroupTeams:
    """Fills `Teams` from what people's last sign-in proved: the groups whose names begin with `prefix`. That may be
    long ago, so it says who stands close to whom, and nothing about what anybody may read."""

    prefix: str

    def __call__(self, person_ids: Collection[str], unit: UnitOfWork) -> Mapping[str, frozenset[str]]:
        accounts = People(unit).accounts_by_person(person_ids)
        return {
            who: frozenset(group for each in own for group in each.groups if group.startswith(self.prefix))
            for who, own in accounts.items()
        }


def teams_by(prefix: str) -> Teams:
    """As `GUILDHALL_TEAM_GROUPS` says it; empty says that nobody has said what a team is."""
    return GroupTeams(prefix) if prefix else no_teams


def no_teams(person_ids: Collection[str], unit: UnitOfWork) -> Mapping[str, frozenset[str]]:
    """Fills `Teams` where nobody has said what a team is: then a rubric keeps away authors alone."""
    return {}


class Reviewers(Protocol):
    """What asks for them; `ExpertReviewers` is the real one."""

    def ready(self, submission: Submission) -> None:
        """Thinks about it, before the first write of a unit of work."""
        ...

    def ranked(self, case: Case, unit: UnitOfWork, now: datetime) -> Sequence[Candidate]:
        """Who can be asked, the best first: never those who made it, nobody twice. Empty where nobody is left."""
        ...


@dataclass(frozen=True, slots=True)
class ExpertReviewers:
    """Fills `Reviewers`. Reasons are such as everybody may know: an author reads them, too."""

    matcher: Matching
    teams: Teams = no_teams

    def ready(self, submission: Submission) -> None:
        self.matcher.ready(submission.text)

    def ranked(self, case: Case, unit: UnitOfWork, now: datetime) -> Sequence[Candidate]:
        found = case.submission
        if found.asked >= MOST_ASKED:
            return ()
        own = found.with_ids | {found.author_id}
        known = self.matcher.match(found.text, EVERYBODY, own, now, KNOWN)
        return rank(known, found, self._bench(case, unit, now), now)

    def _bench(self, case: Case, unit: UnitOfWork, now: datetime) -> Bench:
        experts = {each.person_id: each for each in SqlExperts(unit).all()}
        people, store = People(unit), SqlReviews(unit)
        accounts = people.accounts_by_person(experts)
        can_be_asked = {
            who for who, each in accounts.items() if is_colleague(each) and reach_among(each) is not None
        }  # fmt: skip
        return Bench(
            experts,
            people.known(can_be_asked),
            self.teams(experts, unit),
            store.in_hand(),
            store.asked_since(now - LATELY),
            store.pairs(case.submission.author_id, now - PAIRED),
            frozenset(each.person_id for each in case.assignments),
        )
