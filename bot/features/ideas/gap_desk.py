"""What curators do with gaps, and how they hear of new ones: at most once a week, and of each once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import uuid4

from bot.chat.errors import UserFacingError
from bot.chat.reply import Post
from bot.chat.turn import Person
from bot.features.ideas.changes import check_curator
from bot.features.ideas.gap_card import gaps_message
from bot.features.ideas.gap_store import KnownGap, SqlGaps
from bot.features.ideas.gaps import WITHIN, Gaps
from bot.features.ideas.model import Idea
from bot.features.ideas.searches import SqlSearches
from bot.features.ideas.store import SqlIdeas
from bot.features.ideas.viewing import people_named
from bot.features.library.links import pages_from
from bot.features.profile.quiet import quiet_until
from bot.features.profile.reach import reach
from bot.storage.audit import AuditEntry, record
from bot.storage.outbox import Outbox
from bot.storage.people import People
from bot.storage.unit_of_work import Database, UnitOfWork
from scheduler.job import Job

AT = time(7)
WEEK = timedelta(days=7)
KEPT = timedelta(days=365)
CARDS = "gaps"
"""In the place of an idea's id, where cards are kept."""

GONE = "That gap is no longer kept, or somebody decided on it already, so nothing was changed."


@dataclass(frozen=True, slots=True)
class GapDesk:
    """`curators` are those whom the settings name."""

    database: Database
    gaps: Gaps
    curators: Collection[str] = ()
    base_url: str = ""

    def job(self) -> Job:
        return Job("ideas.gaps", AT, "UTC", self.run)

    def run(self, now: datetime) -> None:
        """Begun again it tells nobody twice."""
        with self.database.reading() as unit:
            found, known = self.gaps.find(unit, now), SqlGaps(unit).all()
            texts = [each.text for each in known]
            places = [self.gaps.like(each.text, texts) for each in found]
        with self.database.begin() as unit:
            store = SqlGaps(unit)
            store.none_stands()
            for gap, place in zip(found, places, strict=True):
                if place is None:
                    store.add(KnownGap(uuid4().hex, gap.text, gap.people, gap.last_at))
                else:
                    old = known[place]
                    store.found(KnownGap(old.id, old.text, gap.people, gap.last_at))
            store.forget(now - KEPT)
            SqlSearches(unit).forget(now - WITHIN)
            self._tell(unit, now)

    def open_one(self, gap_id: str, person: Person, unit: UnitOfWork) -> KnownGap:
        check_curator(person)
        gap = SqlGaps(unit).get(gap_id)
        if gap is None or not gap.is_open:
            raise UserFacingError(GONE)
        return gap

    def close(self, gap_id: str, person: Person, unit: UnitOfWork, now: datetime) -> KnownGap:
        """It is none: nobody is told of it again."""
        gap = self.open_one(gap_id, person, unit)
        self._settle(SqlGaps(unit).close(gap_id, person.name, now), "gap dropped", gap_id, person, unit, now)
        return gap

    def reopen(self, gap_id: str, person: Person, unit: UnitOfWork, now: datetime) -> None:
        check_curator(person)
        self._settle(SqlGaps(unit).reopen(gap_id), "gap taken up again", gap_id, person, unit, now)

    def asked_for(self, gap_id: str, idea: Idea, person: Person, unit: UnitOfWork, now: datetime) -> None:
        """Somebody made a request of it. What is no gap any more is none of it."""
        if person.curates and SqlGaps(unit).close(gap_id, person.name, now, idea.id):
            self._show(unit, now)

    def _settle(
        self, is_done: bool, action: str, gap_id: str, person: Person, unit: UnitOfWork, now: datetime
    ) -> None:  # fmt: skip
        if not is_done:
            raise UserFacingError(GONE)
        record(unit, AuditEntry(now, person.id, action, gap_id))
        self._show(unit, now)

    def _tell(self, unit: UnitOfWork, now: datetime) -> None:
        store = SqlGaps(unit)
        before = store.told_last()
        new = [each.id for each in store.open_ones() if each.told_at is None]
        if not new or any(each.told_at and each.told_at > now - WEEK for each in before) or not store.tell(new, now):
            return
        told, people = store.told_last(), People(unit)
        for person_id in sorted(people_named(self.curators, unit)):
            person, place = people.get(person_id), reach(person_id, unit)
            if person is None or place is None:
                continue
            key = f"idea-gaps-{now.date()}"
            post = Post(gaps_message(told, pages_from(place, self.base_url)), key)
            Outbox(unit).add(post, place, now, not_before=quiet_until(person, now))
            SqlIdeas(unit).put_card(CARDS, person_id, place, key)

    def _show(self, unit: UnitOfWork, now: datetime) -> None:
        """What curators were told last, as it is now."""
        told, curators = SqlGaps(unit).told_last(), people_named(self.curators, unit)
        people = People(unit).known(curators)
        for person_id, place, key in SqlIdeas(unit).cards(CARDS):
            if (person := people.get(person_id)) is not None:
                post = Post(gaps_message(told, pages_from(place, self.base_url)), key)
                Outbox(unit).show(post, place, now, not_before=quiet_until(person, now))
