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
        return People(unit).ids_named((*self.curators, *self.admins))

    def others(self, person_id: str, unit: UnitOfWork) -> frozenset[str]:
        """Who else curates: what this person wrote waits for one of them. Nobody where they are alone with it."""
        return self.curator_ids(unit) - {person_id}

    def asked(self, unit: UnitOfWork, but: str = "") -> frozenset[str]:
        """Who is written to where something waits for a curator: admins only where there is nobody else. Not `but`, who
        did it."""
        return People(unit).ids_named(self.curators or self.admins) - {but} or self.others(but, unit)
