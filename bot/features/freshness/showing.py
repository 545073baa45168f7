"""Checks before the people who decide on them: a card in private, kept true, and reminders."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.chat.reply import Message, Post
from bot.chat.turn import EVERYONE, Place
from bot.features.escalations.model import Escalation
from bot.features.experts.model import Expert, working_hours
from bot.features.experts.store import SqlExperts
from bot.features.faq.entry import entry_id_of
from bot.features.faq.entry_store import EntryStore, SqlEntries
from bot.features.freshness import use_cases
from bot.features.freshness.card import Standing, asked_again_message, check_message
from bot.features.freshness.looking import documents_of
from bot.features.freshness.model import Card, Check, State, next_time
from bot.features.freshness.owners import known_ids
from bot.features.freshness.store import FreshnessStore, SqlFreshness
from bot.features.library.links import pages_from
from bot.features.profile.quiet import quiet_until
from bot.features.profile.reach import reach
from bot.storage.outbox import Outbox
from bot.storage.people import People
from bot.storage.timers import Timers
from bot.storage.unit_of_work import UnitOfWork
from knowledge.document import SourceDocument

REMIND = "freshness.remind"
"""The timer after which an owner is asked again; its subject is the check's id."""


class Snapshot(Protocol):
    @property
    def documents(self) -> Mapping[str, SourceDocument]: ...


class Corpus(Protocol):
    """All that the library has, whoever may read it. `knowledge.knowledge_base.KnowledgeBase` fills it."""

    @property
    def snapshot(self) -> Snapshot | None: ...


class Escalations(Protocol):
    """What experts answered. `bot.features.escalations.store.SqlEscalations` fills it."""

    def get(self, escalation_id: str) -> Escalation | None: ...

    def confirmed_since(self, since: datetime) -> Sequence[Escalation]: ...


@dataclass(frozen=True, slots=True)
class Showing:
    """`curators` are account ids or verified e-mail addresses, the admins' too. `base_url` is how people reach the web
    page from a chat, empty where they do not."""

    corpus: Corpus
    escalations: Callable[[UnitOfWork], Escalations]
    curators: frozenset[str] = frozenset()
    base_url: str = ""
    stores: Callable[[UnitOfWork], FreshnessStore] = SqlFreshness
    entries: Callable[[UnitOfWork], EntryStore] = SqlEntries

    def documents(self) -> Mapping[str, SourceDocument]:
        """By id."""
        snapshot = self.corpus.snapshot
        return snapshot.documents if snapshot else {}

    def standing(self, check: Check, unit: UnitOfWork, pages: str | None = None) -> Standing:
        documents = documents_of(check.subject, self.documents())
        entry_id = entry_id_of(check.subject)
        entry = self.entries(unit).get(entry_id) if entry_id else None
        answered = self.escalations(unit).get(check.escalation_id) if check.escalation_id else None
        asked = People(unit).get(check.person_id) if check.person_id else None
        return Standing(documents, entry, answered, asked.name if asked else "", pages)

    def message(self, check: Check, reader_id: str, place: Place, unit: UnitOfWork) -> Message:
        return check_message(check, self.standing(check, unit, pages_from(place, self.base_url)), reader_id)

    def card(self, check: Check, reader_id: str, place: Place, key: str, unit: UnitOfWork) -> Post:
        """One that is kept up to date from now on."""
        self.stores(unit).put_card(Card(check.id, reader_id, place, key))
        return Post(self.message(check, reader_id, place, unit), key, place)

    def settle(self, check: Check, unit: UnitOfWork, now: datetime) -> None:
        """Every card shows how it stands, and nobody is reminded of what is not theirs to decide."""
        if check.state is not State.ASKED:
            Timers(unit).clear(REMIND, check.id)
        elif (wait := next_time(check)) is not None:
            Timers(unit).set(REMIND, check.id, now + wait)
        for card in self.stores(unit).cards(check.id):
            self._post(check, card, unit, now)

    def ask(self, check: Check, unit: UnitOfWork, now: datetime) -> None:
        """Its owner once more or, where there is none, the curators: a new card, in their next working hours. What they
        had of it before says so, and what others have shows how it stands."""
        store = self.stores(unit)
        asked = use_cases.ask(store, check, now) if check.state is State.ASKED else check
        if asked is None:
            return
        persons = (asked.person_id,) if asked.state is State.ASKED else self._curators(asked, unit)
        for card in store.cards(asked.id):
            if card.person_id in persons:
                store.drop_card(card)
                Outbox(unit).add(Post(asked_again_message(asked), card.key, card.place), card.place, now)
            else:
                self._post(asked, card, unit, now)
        for person_id in persons:
            self._bring(asked, person_id, unit, now)
        if (wait := next_time(asked)) is not None:
            Timers(unit).set(REMIND, asked.id, now + wait)

    def _curators(self, check: Check, unit: UnitOfWork) -> Sequence[str]:
        """Of what not everybody may read they see on the page what they may read themselves."""
        is_for_all = all(EVERYONE in each.audience for each in documents_of(check.subject, self.documents()))
        return known_ids(self.curators, unit) if is_for_all else ()

    def _bring(self, check: Check, person_id: str, unit: UnitOfWork, now: datetime) -> None:
        place = reach(person_id, unit)
        if place is not None:
            key = f"freshness-{check.id}-{check.revision}"
            post = self.card(check, person_id, place, key, unit)
            Outbox(unit).add(post, place, now, not_before=_working_from(person_id, unit, now))

    def _post(self, check: Check, card: Card, unit: UnitOfWork, now: datetime) -> None:
        message = self.message(check, card.person_id, card.place, unit)
        Outbox(unit).add(Post(message, card.key, card.place), card.place, now)


def _working_from(person_id: str, unit: UnitOfWork, now: datetime) -> datetime | None:
    """When somebody is at work next, not in their quiet hours; None for now."""
    person = People(unit).get(person_id)
    if person is None:
        return None
    expert = SqlExperts(unit).get(person_id) or Expert(person_id, now)
    opens = working_hours(expert, person).next_open(now) or now
    later = quiet_until(person, opens) or opens
    return later if later > now else None
