"""Who curates and who administers, as the settings name them, and who approves what one of them wrote."""

from collections.abc import Collection
from dataclasses import dataclass

from bot.storage.people import People
from bot.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Roles:
    """`curators` and `admins` as the settings name them."""

    curators: Collection[str] = ()
    admins: Collection[str] = ()

    def curator_ids(self, unit: UnitOfWork) -> frozenset[str]:
        """Everybody who curates, admins too."""
        return self.named((*self.curators, *self.admins), unit)

    def others(self, person_id: str, unit: UnitOfWork) -> frozenset[str]:
        """Who else curates: what this person wrote waits for one of them. Nobody where they are alone with it."""
        return self.curator_ids(unit) - {person_id}

    def asked(self, unit: UnitOfWork) -> frozenset[str]:
        """Who is written to where something waits for a curator: admins only where there is nobody else."""
        return self.named(self.curators or self.admins, unit)

    def named(self, names: Collection[str], unit: UnitOfWork) -> frozenset[str]:
        people = People(unit)
        return frozenset(found.id for each in names if (found := people.named(each)) is not None)
