"""Who is asked next about a question, and whether somebody waits for the same answer already."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from bot.features.escalations.askers import askers_of
from bot.features.escalations.colleagues import who_can_be_asked
from bot.features.escalations.model import RUNNING, Escalation
from bot.features.escalations.ranking import LATELY, WEEK, Bench, Ranked, rank
from bot.features.escalations.store import SqlEscalations
from bot.features.experts.matcher import Matching
from bot.features.experts.store import SqlExperts
from bot.storage.people import People
from bot.storage.unit_of_work import Database, UnitOfWork
from knowledge.language import language_of

SAME = 0.82
"""Cosine from which two questions are taken for the same. Where 50 of one field are open and one in five is asked
already, nine in ten joins are right, one in six of the repeated finds its own, and four in a thousand new ones are
joined to another, which their asker can undo (training/same_questions.py). Shared words besides did not help."""

MOST = 5
"""So many are asked of its own accord; then the lead is told."""

KNOWN = 50


class Routing(Protocol):
    """What asks for it; `ExpertRouting` is the real one. Each thinks for about 20 ms before a text was seen once: with
    `ready(text)` before the first write of a unit of work, nothing is left to think about in it."""

    def ready(self, *texts: str) -> None:
        """Makes texts ready, so that what follows needs no model. From any thread."""
        ...

    def ranked(self, escalation: Escalation, unit: UnitOfWork, now: datetime) -> Sequence[Ranked]:
        """Who can be asked now, the best first: never the asker or a follower, nobody twice. Empty where all who know,
        or enough of them, were asked."""
        ...

    def preview(
        self, text: str, asker_id: str, readers: frozenset[str], hubs: frozenset[str], unit: UnitOfWork, now: datetime
    ) -> Ranked | None:
        """Whom a question that is not asked yet would go to, as whoever has the principals `readers` may know it."""
        ...

    def same_as(
        self,
        text: str,
        asker_id: str,
        readers: frozenset[str],
        unit: UnitOfWork,
        hubs: frozenset[str] = frozenset(),
    ) -> Escalation | None:
        """A question of somebody else for which an answer is waited and that asks the same, that these readers may
        know of and that is of these hubs too."""
        ...


class Alike(Protocol):
    """`knowledge.likeness.Likeness` fills it."""

    def cosines(self, text: str, others: Sequence[str]) -> Sequence[float]: ...


@dataclass(frozen=True, slots=True)
class ExpertRouting:
    """Fills `Routing`."""

    database: Database
    matcher: Matching
    likeness: Alike

    def ready(self, *texts: str) -> None:
        with self.database.reading() as unit:
            others = [each.text for each in SqlEscalations(unit).in_state(*RUNNING)]
        for text in texts:
            self.matcher.ready(text)
            self.likeness.cosines(text, others)

    def ranked(self, escalation: Escalation, unit: UnitOfWork, now: datetime) -> Sequence[Ranked]:
        store = SqlEscalations(unit)
        asked = frozenset(each.person_id for each in store.offers(escalation.id))
        if len(asked) >= MOST:
            return ()
        waiting = askers_of(store, escalation).ids
        known = self.matcher.match(escalation.text, escalation.readers, waiting, now, KNOWN)
        ranked = rank(
            known,
            self._bench(unit, now, waiting | asked),
            now,
            language=_language_of(escalation.text) or escalation.language,
            hubs=escalation.hubs,
            lot=escalation.id,
        )
        if escalation.place.is_shared and not escalation.place.members:  # read by people from outside the company
            return [replace(each, why="") for each in ranked]
        return ranked

    def preview(
        self, text: str, asker_id: str, readers: frozenset[str], hubs: frozenset[str], unit: UnitOfWork, now: datetime
    ) -> Ranked | None:
        own = frozenset({asker_id})
        known = self.matcher.match(text, readers, own, now, KNOWN)
        return next(iter(rank(known, self._bench(unit, now, own), now, language=_language_of(text), hubs=hubs)), None)

    def same_as(
        self,
        text: str,
        asker_id: str,
        readers: frozenset[str],
        unit: UnitOfWork,
        hubs: frozenset[str] = frozenset(),
    ) -> Escalation | None:
        store = SqlEscalations(unit)
        others = [
            each
            for each in store.in_state(*RUNNING)
            if each.readers & readers and (not hubs or not each.hubs or hubs & each.hubs)
        ]
        near = zip(self.likeness.cosines(text, [each.text for each in others]), others, strict=True)
        for cosine, other in sorted(near, key=lambda one: -one[0]):
            if cosine < SAME:
                break
            if asker_id not in askers_of(store, other).ids:
                return other
        return None

    def _bench(self, unit: UnitOfWork, now: datetime, not_again: frozenset[str]) -> Bench:
        experts = {each.person_id: each for each in SqlExperts(unit).all()}
        store = SqlEscalations(unit)
        return Bench(
            experts,
            People(unit).known(who_can_be_asked(experts, unit)),
            store.loads(now - WEEK),
            store.loads(now - LATELY),
            not_again,
        )


def _language_of(text: str) -> str:
    """As experts name theirs: of Norwegian they chose the written form."""
    found = language_of(text)
    return "nb" if found == "no" else found
