"""Announcements, who has read them and the cards that show them, inside one unit of work."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, update

from bot.chat.turn import Place
from bot.features.announcements.model import Announcement, AnnouncementState
from bot.features.announcements.tables import announcement_columns, announcement_of, announcements, cards, reads
from bot.storage.serialisation import place_from_json, place_to_json
from bot.storage.tables import insert_once, insert_or_change
from bot.storage.unit_of_work import UnitOfWork


class Reads(NamedTuple):
    """How many said that they have read it; `before` are those who read only what it said before."""

    now: int = 0
    before: int = 0


class SqlAnnouncements:
    """What is changed is changed in the revision before it, or not at all: then False."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def add(self, announcement: Announcement) -> bool:
        """False where there is one of that id."""
        return insert_once(self._unit.connection, announcements, **announcement_columns(announcement))

    def get(self, announcement_id: str) -> Announcement | None:
        return self._one(self._by_id(announcement_id))

    def take(self, announcement_id: str) -> Announcement | None:
        """`get` for whoever is going to change it: one after the other."""
        # On SQLite whoever writes is alone already.
        return self._one(self._by_id(announcement_id).with_for_update())

    def change(self, announcement: Announcement) -> bool:
        before = and_(announcements.c.id == announcement.id, announcements.c.revision == announcement.revision - 1)
        changed = update(announcements).where(before).values(**announcement_columns(announcement))
        return self._unit.connection.execute(changed).rowcount == 1

    def put_sent_at(self, announcement: Announcement) -> None:
        """Not a change that somebody who edits it has to know of."""
        this = update(announcements).where(
            announcements.c.id == announcement.id, announcements.c.state == AnnouncementState.SENT
        )
        self._unit.connection.execute(this.values(sent_at=announcement.sent_at))

    def sent(self, now: datetime, limit: int) -> Sequence[Announcement]:
        """What is out, the newest first; what was taken down is not among them."""
        where = and_(announcements.c.state == AnnouncementState.SENT, announcements.c.sent_at <= now)
        return self._some(where, announcements.c.sent_at.desc(), limit)

    def unsent(self, now: datetime, limit: int) -> Sequence[Announcement]:
        """What is written, handed in, approved or scheduled, or has a correction that is not approved; the newest
        first."""
        states = (AnnouncementState.DRAFT, AnnouncementState.HANDED_IN, AnnouncementState.APPROVED)
        is_scheduled = and_(announcements.c.state == AnnouncementState.SENT, announcements.c.sent_at > now)
        where = or_(announcements.c.state.in_(states), is_scheduled, announcements.c.correction.is_not(None))
        return self._some(where, announcements.c.made_at.desc(), limit)

    def to_read_again(self, person_id: str, limit: int) -> Sequence[Announcement]:
        """What changed in substance since they said that they have read it, the newest first."""
        theirs = select(reads.c.announcement_id).where(
            reads.c.person_id == person_id,
            reads.c.announcement_id == announcements.c.id,
            reads.c.edition < announcements.c.edition,
        )
        where = and_(announcements.c.state == AnnouncementState.SENT, theirs.exists())
        return self._some(where, announcements.c.corrected_at.desc(), limit)

    # Who has read it

    def put_read(self, announcement: Announcement, person_id: str, at: datetime) -> None:
        """As it is by now; again too."""
        insert_or_change(
            self._unit.connection, reads, {"edition": announcement.edition, "at": at},
            announcement_id=announcement.id, person_id=person_id, edition=announcement.edition, at=at,
        )  # fmt: skip

    def editions_read(self, announcement_ids: Collection[str], person_id: str) -> Mapping[str, int]:
        """The newest of each that they said they have read."""
        query = select(reads.c.announcement_id, reads.c.edition).where(
            reads.c.announcement_id.in_(announcement_ids), reads.c.person_id == person_id
        )
        return {row.announcement_id: row.edition for row in self._unit.connection.execute(query)}

    def read_counts(self, announcement_ids: Collection[str]) -> Mapping[str, Reads]:
        """Nothing of what nobody has read."""
        is_now = reads.c.edition == announcements.c.edition
        counted = func.sum(case((is_now, 1), else_=0)).label("now")
        query = select(reads.c.announcement_id, func.count().label("all"), counted).join_from(
            reads, announcements, announcements.c.id == reads.c.announcement_id
        )
        found = query.where(reads.c.announcement_id.in_(announcement_ids)).group_by(reads.c.announcement_id)
        return {
            row.announcement_id: Reads(int(row.now), int(row.all) - int(row.now))
            for row in self._unit.connection.execute(found)
        }

    # Where it stands

    def put_card(self, announcement_id: str, person_id: str, place: Place, key: str) -> None:
        """The newest that this person has of it, in the place of an earlier one."""
        kept = place_to_json(place)
        insert_or_change(
            self._unit.connection, cards, {"place": kept, "message_key": key},
            announcement_id=announcement_id, person_id=person_id, place=kept, message_key=key,
        )  # fmt: skip

    def cards(self, announcement_id: str) -> Mapping[str, tuple[Place, str]]:
        """Where and under which key, by person."""
        query = select(cards).where(cards.c.announcement_id == announcement_id).order_by(cards.c.person_id)
        rows = self._unit.connection.execute(query)
        return {row.person_id: (place_from_json(row.place), row.message_key) for row in rows}

    def _by_id(self, announcement_id: str) -> Select[*tuple[object, ...]]:
        return select(announcements).where(announcements.c.id == announcement_id)

    def _one(self, query: Select[*tuple[object, ...]]) -> Announcement | None:
        row = self._unit.connection.execute(query).one_or_none()
        return None if row is None else announcement_of(row)

    def _some(self, where: ColumnElement[bool], order: ColumnElement[object], limit: int) -> list[Announcement]:
        query = select(announcements).where(where).order_by(order, announcements.c.id).limit(limit)
        return [announcement_of(row) for row in self._unit.connection.execute(query)]
