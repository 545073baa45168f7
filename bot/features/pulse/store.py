"""Who was asked, and what was answered, inside one unit of work. Nothing in here takes both together."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from uuid import uuid4

from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select, true, update

from bot.chat.turn import Place
from bot.features.pulse.model import OPEN_FOR, Asked, AskState, Count, Group, Word
from bot.features.pulse.tables import HUB_LENGTH, counts, groups, people, words
from bot.storage.serialisation import place_from_json, place_to_json
from bot.storage.tables import insert_once, insert_or_change
from bot.storage.unit_of_work import UnitOfWork


class SqlPulse:
    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    # Who

    def get(self, person_id: str) -> Asked:
        """As they stand; as somebody who was never asked where nothing is kept."""
        return self.all_asked([person_id]).get(person_id) or Asked(person_id)

    def all_asked(self, person_ids: Sequence[str] | None = None) -> Mapping[str, Asked]:
        """By person; of everybody without `person_ids`."""
        query = select(people)
        if person_ids is not None:
            query = query.where(people.c.person_id.in_(person_ids))
        return {
            row.person_id: Asked(row.person_id, row.asked_at, AskState(row.state), row.opted_out)
            for row in self._unit.connection.execute(query)
        }

    def to_come(self, now: datetime) -> int:
        """How many are going to be asked."""
        query = select(func.count()).where(people.c.asked_at > now)
        return int(self._unit.connection.execute(query).scalar_one())

    def ask(self, person_id: str, at: datetime, not_since: datetime) -> bool:
        """They will be, then; False where they were after `not_since`, or do not want to be."""
        self._add(person_id)
        mine = and_(people.c.person_id == person_id, ~people.c.opted_out)
        may = and_(mine, or_(people.c.asked_at.is_(None), people.c.asked_at <= not_since))
        return self._changed(may, asked_at=at, state=AskState.ASKED, place=None)

    def put_place(self, person_id: str, place: Place) -> None:
        """Where the question was put."""
        self._changed(people.c.person_id == person_id, place=place_to_json(place))

    def place_of(self, person_id: str) -> Place | None:
        query = select(people.c.place).where(people.c.person_id == person_id)
        kept = self._unit.connection.execute(query).scalar()
        return place_from_json(kept) if kept else None

    def opt(self, person_id: str, *, out: bool) -> None:
        self._add(person_id)
        self._changed(people.c.person_id == person_id, opted_out=out)

    def step(self, person_id: str, before: AskState, after: AskState, now: datetime) -> bool:
        """True for exactly one caller, while the question is open."""
        asked = and_(people.c.asked_at <= now, people.c.asked_at > now - OPEN_FOR)
        return self._changed(and_(people.c.person_id == person_id, people.c.state == before, asked), state=after)

    # What

    def count(self, month: date, hub: str, score: int) -> None:
        """Once more."""
        insert_or_change(
            self._unit.connection, counts, {"times": counts.c.times + 1},
            month=month, hub=hub[:HUB_LENGTH], score=score, times=1,
        )  # fmt: skip

    def counts_before(self, month: date) -> Sequence[Count]:
        """Not in a group yet, of the months before."""
        query = select(counts).where(counts.c.month < month).with_for_update()
        return [Count(row.month, row.hub, row.score, row.times) for row in self._unit.connection.execute(query)]

    def settle(self, month: date, made: Sequence[Group], waiting: Collection[date]) -> None:
        """`made` of what was counted before `month`, which is gone with that but for the months that are `waiting`."""
        for each in made:
            insert_once(self._unit.connection, groups, **asdict(each))
        self._unit.connection.execute(delete(counts).where(counts.c.month < month, counts.c.month.not_in(waiting)))

    def free_words(self, month: date) -> None:
        """Those of the months before lose theirs."""
        self._unit.connection.execute(update(words).where(words.c.month < month).values(month=None))

    def write_anew(self) -> None:
        """All that waits to be shown, in an order that means nothing: a database keeps with each row when, and together
        with what else, it was written."""
        for table, waits in ((counts, true()), (words, words.c.shown_in.is_(None))):
            rows = self._unit.connection.execute(delete(table).where(waits).returning(*table.c)).mappings().all()
            key = [each.name for each in table.primary_key]
            for row in sorted(rows, key=lambda row: [row[name] for name in key]):
                self._unit.connection.execute(insert(table).values(**row))

    def groups(self) -> Sequence[Group]:
        """The oldest first."""
        query = select(groups).order_by(groups.c.ends, groups.c.hub)
        return [Group(**row) for row in self._unit.connection.execute(query).mappings()]

    def last_shown(self) -> date | None:
        """The newest month of which a group is shown."""
        return self._unit.connection.execute(select(func.max(groups.c.ends))).scalar()

    def add_word(self, month: date, text: str) -> None:
        insert_once(
            self._unit.connection, words, id=uuid4().hex, month=month, text=text, shown_in=None, is_hidden=False
        )

    def show_words(self, month: date, least: int) -> None:
        """Those that are free, where they are enough."""
        waiting = and_(words.c.month.is_(None), words.c.shown_in.is_(None))
        many = self._unit.connection.execute(select(func.count()).where(waiting)).scalar_one()
        if many >= least:
            self._unit.connection.execute(update(words).where(waiting).values(shown_in=month))

    def words(self, limit: int) -> Sequence[Word]:
        """Those that were shown last, in no order."""
        query = select(words).where(words.c.shown_in.is_not(None)).order_by(words.c.shown_in.desc(), words.c.id)
        found = [Word(row.id, row.text, row.is_hidden) for row in self._unit.connection.execute(query.limit(limit))]
        return sorted(found, key=lambda each: each.id)

    def hide(self, word_id: str, *, hidden: bool) -> bool:
        """False where there is none that is shown, or it is so already."""
        mine = and_(words.c.id == word_id, words.c.shown_in.is_not(None), words.c.is_hidden != hidden)
        return self._unit.connection.execute(update(words).where(mine).values(is_hidden=hidden)).rowcount == 1

    def _add(self, person_id: str) -> None:
        fresh = {"asked_at": None, "state": AskState.ASKED, "opted_out": False, "place": None}
        insert_once(self._unit.connection, people, person_id=person_id, **fresh)

    def _changed(self, where: ColumnElement[bool], **values: object) -> bool:
        return self._unit.connection.execute(update(people).where(where).values(**values)).rowcount == 1
