"""Who asked, and so waits for the answer."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.features.escalations.model import Escalation, Follower
from bot.features.escalations.store import SqlEscalations


@dataclass(frozen=True, slots=True)
class Askers:
    """`everyone` are all who asked, as followers: who asked first, also once they have left, then who asked the same,
    in their order."""

    everyone: Sequence[Follower]
    has_first_left: bool = False

    @property
    def waiting(self) -> Sequence[Follower]:
        """All who get the answer."""
        return self.everyone[1:] if self.has_first_left else self.everyone

    @property
    def spokesman(self) -> str:
        """Person id of who speaks for all: who asked first or, once they left, who has followed longest."""
        return (self.waiting or self.everyone)[0].person_id

    @property
    def ids(self) -> frozenset[str]:
        """Person ids, also of who has left: nobody answers their own question."""
        return frozenset(each.person_id for each in self.everyone)

    @property
    def unnamed(self) -> frozenset[str]:
        """Person ids of those who withheld their name."""
        return frozenset(each.person_id for each in self.everyone if not each.person_name)


def askers_of(store: SqlEscalations, escalation: Escalation) -> Askers:
    first = Follower(
        escalation.id,
        escalation.id,
        escalation.asker_id,
        escalation.asker_name,
        escalation.text,
        escalation.place,
        escalation.private,
        escalation.opened_at,
        escalation.is_confirmed,
    )
    return Askers((first, *store.followers(escalation.id)), escalation.asker_left)
