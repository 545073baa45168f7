"""Who sees to a document: its owner, as the library names them, and otherwise the curators."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.features.experts.knowing import owner_names
from bot.features.faq.entry import Entry
from bot.storage.people import KnownPerson, People
from bot.storage.unit_of_work import UnitOfWork
from knowledge.document import SourceDocument


class Persons(Protocol):
    """Who is who. `bot.storage.people.People` fills it."""

    def vouched(self) -> Sequence[KnownPerson]: ...

    def namesakes(self, names: Collection[str]) -> frozenset[str]: ...


@dataclass(frozen=True, slots=True)
class Owners:
    """`by_name` has ids by how the library may name somebody; `of_entries` those whom an entry itself names."""

    by_name: Mapping[str, str]
    of_entries: Mapping[str, str]

    @classmethod
    def known(cls, persons: Persons, entries: Iterable[Entry]) -> "Owners":
        vouched = persons.vouched()
        namesakes = persons.namesakes([each.name for each in vouched])
        by_name = {name: each.id for each in vouched for name in owner_names(each, namesakes)}
        return cls(by_name, {each.document_id: each.owner_id for each in entries if each.owner_id})

    def of(self, documents: Sequence[SourceDocument]) -> str:
        """The id of whoever owns all of them; empty where nobody is known."""
        found = {self._of(each) for each in documents}
        return found.pop() if len(found) == 1 else ""

    def _of(self, document: SourceDocument) -> str:
        named = " ".join(document.owner.split()).casefold()
        return self.of_entries.get(document.id) or self.by_name.get(named, "")


def known_ids(named: Iterable[str], unit: UnitOfWork) -> Sequence[str]:
    """Of those whom the settings name by an account or a verified e-mail address, each once."""
    people = People(unit)
    found = (people.named(name) for name in sorted(named) if name)
    return tuple(dict.fromkeys(person.id for person in found if person is not None))


def colleague_named(typed: str, unit: UnitOfWork) -> KnownPerson | None:
    """By e-mail address or full name; None for nobody, and where two have that name."""
    wanted = " ".join(typed.split()).casefold()
    found = [each for each in People(unit).vouched() if wanted in (each.email, each.name.casefold())]
    return found[0] if wanted and len(found) == 1 else None
