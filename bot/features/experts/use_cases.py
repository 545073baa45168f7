"""What can be done about experts. The caller owns the transaction."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from bot.chat.errors import UserFacingError
from bot.chat.turn import Person
from bot.features.experts.knowing import Colleague, by_owner, owned_by, owner_names
from bot.features.experts.model import Expert
from bot.features.experts.store import ExpertStore
from bot.storage.people import KnownPerson
from knowledge.document import SourceDocument
from knowledge.passage import Passage

NOT_ONE = "You are not listed as an expert, so nothing was changed. “expertise” lets you offer your help."
COLLEAGUES_ONLY = (
    "Who knows what in the company is for its own people, so nothing was looked up. Ask your question itself: "
    "what you may read is answered."
)


class Library(Protocol):
    """What of the library is needed. `knowledge.knowledge_base.KnowledgeBase` fills it."""

    def documents(self, readers: frozenset[str]) -> list[SourceDocument]: ...

    def search(self, text: str, readers: frozenset[str], *, limit: int = 20) -> list[Passage]: ...


class Persons(Protocol):
    """Who is who. `bot.storage.people.People` fills it."""

    def get(self, person_id: str) -> KnownPerson | None: ...

    def known(self, person_ids: Collection[str]) -> Mapping[str, KnownPerson]: ...

    def vouched(self) -> Sequence[KnownPerson]: ...

    def namesakes(self, names: Collection[str]) -> frozenset[str]: ...


def colleagues(
    store: ExpertStore,
    persons: Persons,
    library: Library,
    readers: frozenset[str],
    hubs: frozenset[str] = frozenset(),
    *,
    only: Iterable[str] | None = None,
) -> list[Colleague]:
    """The experts who are there for people of `hubs`, or `only` these, with what `readers` may see of what they own and
    answered."""
    wanted = None if only is None else frozenset(only)
    experts = [
        each for each in store.all() if (each.serves(hubs) if wanted is None else each.person_id in wanted)
    ]  # fmt: skip
    known = persons.known([each.person_id for each in experts])
    namesakes = persons.namesakes([person.name for person in known.values()])
    owned = by_owner(library.documents(readers))
    evidence = [each for each in store.evidence(list(known)) if each.readers & readers]
    return [
        Colleague(
            expert,
            person,
            owned_by(owner_names(person, namesakes), owned),
            tuple(each for each in evidence if each.person_id == person.id),
        )
        for expert in experts
        if (person := known.get(expert.person_id)) is not None
    ]


def oneself(store: ExpertStore, persons: Persons, library: Library, person: Person, now: datetime) -> Colleague:
    """With all that is kept of them, and of what they own what they may read; somebody who is no expert yet as they
    would begin. Raises UserFacingError for somebody who has never been here."""
    known = persons.get(person.id)
    if known is None:
        raise UserFacingError("Guildhall does not know you yet, so nothing was changed. Ask it something first.")
    names = owner_names(known, persons.namesakes([known.name]))
    documents = owned_by(names, by_owner(library.documents(person.principals)))
    return Colleague(
        store.get(person.id) or Expert(person.id, now), known, documents, tuple(store.evidence([person.id]))
    )


def save(store: ExpertStore, expert: Expert, now: datetime) -> bool:
    """True for somebody who was none before. Whoever joins is not asked to any more."""
    is_new = store.get(expert.person_id) is None
    store.put(expert)
    store.invite(expert.person_id, now)
    return is_new


def leave(store: ExpertStore, person_id: str, now: datetime) -> None:
    """Forgets all of it, but that they are not to be asked again. Raises UserFacingError."""
    if not store.forget(person_id):
        raise UserFacingError(NOT_ONE)
    store.invite(person_id, now)


def come_back(store: ExpertStore, person_id: str) -> Expert:
    """Ends an absence. Raises UserFacingError."""
    back = replace(_expert(store, person_id), back_on=None)
    store.put(back)
    return back


def disown(store: ExpertStore, person_id: str, topic: str) -> None:
    """It is not theirs: nobody is led to them by it, whatever they own or answered. Raises UserFacingError."""
    expert = _expert(store, person_id)
    if not expert.disowns(topic):
        own = tuple(each for each in expert.topics if each.casefold() != topic.casefold())
        store.put(replace(expert, topics=own, not_mine=(*expert.not_mine, topic)))


def own_again(store: ExpertStore, person_id: str, topic: str) -> None:
    """Takes `disown` back. Raises UserFacingError."""
    expert = _expert(store, person_id)
    left = tuple(each for each in expert.not_mine if each.casefold() != topic.casefold())
    store.put(replace(expert, not_mine=left))


def forget_answer(store: ExpertStore, person_id: str, evidence_id: str) -> None:
    """Nobody is led to them by it any more. Raises UserFacingError."""
    if not store.forget_evidence(person_id, evidence_id):
        raise UserFacingError("That answer is not among yours any more, so nothing was changed.")


def to_invite(store: ExpertStore, persons: Persons, documents: Sequence[SourceDocument]) -> dict[str, int]:
    """Owners who are no experts and were never asked: person id, and how many documents they own."""
    asked = store.invited() | {each.person_id for each in store.all()}
    vouched = [each for each in persons.vouched() if each.id not in asked]
    namesakes = persons.namesakes([each.name for each in vouched])
    owned = by_owner(documents)
    counts = {each.id: len(owned_by(owner_names(each, namesakes), owned)) for each in vouched}
    return {person_id: count for person_id, count in counts.items() if count}


def _expert(store: ExpertStore, person_id: str) -> Expert:
    expert = store.get(person_id)
    if expert is None:
        raise UserFacingError(NOT_ONE)
    return expert
