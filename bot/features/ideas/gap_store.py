"""Which gaps curators know of, and what they said of them."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, insert, select, update

from bot.features.ideas.tables import NAME_LENGTH, gaps
from bot.storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class KnownGap:
    """What `people` asked or searched for, in its shortest words. It `stands` where it was found last time. `closed_by`
    is the name of who made a request of it (`idea_id`), or said that it is none."""

    id: str
    text: str
    people: int
    last_at: datetime
    stands: bool = True
    told_at: datetime | None = None
    closed_at: datetime | None = None
    closed_by: str = ""
    idea_id: str = ""

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class SqlGaps:
    """Rows inside one unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def all(self) -> Sequence[KnownGap]:
        """What most people asked for first."""
        return self._gaps()

    def get(self, gap_id: str) -> KnownGap | None:
        return next(iter(self._gaps(gaps.c.id == gap_id)), None)

    def open_ones(self) -> Sequence[KnownGap]:
        return self._gaps(gaps.c.stands, gaps.c.closed_at.is_(None))

    def told_last(self) -> Sequence[KnownGap]:
        """Of which curators were told together, last time; open or not."""
        return self._gaps(gaps.c.told_at == select(func.max(gaps.c.told_at)).scalar_subquery())

    def add(self, gap: KnownGap) -> None:
        self._unit.connection.execute(insert(gaps).values(**asdict(gap)))

    def found(self, gap: KnownGap) -> None:
        """Again, by so many."""
        values = {"people": gap.people, "last_at": gap.last_at, "stands": True}
        self._unit.connection.execute(update(gaps).where(gaps.c.id == gap.id).values(**values))

    def none_stands(self) -> None:
        self._unit.connection.execute(update(gaps).values(stands=False))

    def tell(self, ids: Collection[str], at: datetime) -> bool:
        """False where curators were told of one of them meanwhile."""
        new = and_(gaps.c.id.in_(ids), gaps.c.told_at.is_(None))
        return self._unit.connection.execute(update(gaps).where(new).values(told_at=at)).rowcount == len(ids)

    def close(self, gap_id: str, by: str, at: datetime, idea_id: str = "") -> bool:
        """False where somebody did already."""
        open_one = and_(gaps.c.id == gap_id, gaps.c.closed_at.is_(None))
        values = {"closed_at": at, "closed_by": by[:NAME_LENGTH], "idea_id": idea_id}
        return self._unit.connection.execute(update(gaps).where(open_one).values(**values)).rowcount == 1

    def reopen(self, gap_id: str) -> bool:
        """False where it is open, or was made a request of."""
        closed = and_(gaps.c.id == gap_id, gaps.c.closed_at.is_not(None), gaps.c.idea_id == "")
        values = {"closed_at": None, "closed_by": ""}
        return self._unit.connection.execute(update(gaps).where(closed).values(**values)).rowcount == 1

    def forget(self, before: datetime) -> None:
        """What nobody has asked for since then."""
        self._unit.connection.execute(delete(gaps).where(gaps.c.last_at < before))

    def _gaps(self, *which: ColumnElement[bool]) -> Sequence[KnownGap]:
        query = select(gaps).where(*which).order_by(gaps.c.people.desc(), gaps.c.text, gaps.c.id)
        return [KnownGap(**row._mapping) for row in self._unit.connection.execute(query)]
