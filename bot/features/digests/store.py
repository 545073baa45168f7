"""Where digests and their editions are kept."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select, update

from bot.features.digests.model import Digest, DigestState, Edition, EditionState
from bot.features.digests.tables import digest_columns, digest_of, digests, edition_columns, edition_of, editions
from bot.storage.tables import insert_once
from bot.storage.unit_of_work import UnitOfWork

KEPT = timedelta(days=400)
BEFORE = (EditionState.PLANNED, EditionState.SKIPPED)


class SqlDigests:
    """Rows inside one unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def add(self, digest: Digest) -> bool:
        """False where there is one of that id."""
        return insert_once(self._unit.connection, digests, **digest_columns(digest))

    def get(self, digest_id: str) -> Digest | None:
        row = self._unit.connection.execute(select(digests).where(digests.c.id == digest_id)).one_or_none()
        return None if row is None else digest_of(row)

    def take(self, digest_id: str) -> Digest | None:
        """`get` for whoever is going to change it or its editions: one after the other."""
        # On SQLite whoever writes is alone already.
        query = select(digests).where(digests.c.id == digest_id).with_for_update()
        row = self._unit.connection.execute(query).one_or_none()
        return None if row is None else digest_of(row)

    def change(self, digest: Digest) -> bool:
        """Under the revision after the one that was read; False where somebody changed it since."""
        values = {**digest_columns(digest), "revision": digest.revision + 1}
        known = update(digests).where(digests.c.id == digest.id, digests.c.revision == digest.revision)
        return self._unit.connection.execute(known.values(**values)).rowcount == 1

    def of_person(self, person_id: str) -> Digest | None:
        """Theirs; of two, where two people proved to be one, one that goes on, then the older one."""
        query = select(digests).where(digests.c.person_id == person_id).order_by(digests.c.made_at, digests.c.id)
        found = [digest_of(row) for row in self._unit.connection.execute(query)]
        return min(found, key=lambda each: each.state is DigestState.STOPPED, default=None)

    def of_channels(self) -> Sequence[Digest]:
        query = select(digests).where(digests.c.person_id == "").order_by(digests.c.platform, digests.c.channel)
        return [digest_of(row) for row in self._unit.connection.execute(query)]

    # Editions

    def edition(self, digest_id: str, day: date) -> Edition | None:
        query = select(editions).where(editions.c.digest_id == digest_id, editions.c.day == day)
        row = self._unit.connection.execute(query).one_or_none()
        return None if row is None else edition_of(row)

    def last(self, digest_id: str, before: date, *, sent: bool = False) -> Edition | None:
        """The one that was settled last, before a day; with `sent` the last that went out."""
        states = (EditionState.SENT,) if sent else (EditionState.SENT, EditionState.EMPTY)
        query = select(editions).where(
            editions.c.digest_id == digest_id, editions.c.day < before, editions.c.state.in_(states)
        )
        row = self._unit.connection.execute(query.order_by(editions.c.day.desc()).limit(1)).one_or_none()
        return None if row is None else edition_of(row)

    def editions(self, digest_id: str, limit: int) -> Sequence[Edition]:
        """The newest first."""
        query = select(editions).where(editions.c.digest_id == digest_id).order_by(editions.c.day.desc())
        return [edition_of(row) for row in self._unit.connection.execute(query.limit(limit))]

    def put_plan(self, edition: Edition) -> bool:
        """What is planned for one that is not over; the digest is taken."""
        return self._put(edition, BEFORE)

    def settle(self, edition: Edition) -> bool:
        """Once: False where it is over already, or skipped. What is too old is forgotten."""
        if not self._put(edition, (EditionState.PLANNED,)):
            return False
        if edition.at is not None:
            self._forget(edition.digest_id, edition.at - KEPT)
        return True

    def drop_plans(self, digest_id: str) -> None:
        """After another rhythm was chosen: what was planned for its dates."""
        self._unit.connection.execute(
            delete(editions).where(editions.c.digest_id == digest_id, editions.c.state.in_(BEFORE))
        )

    def _put(self, edition: Edition, instead_of: Collection[EditionState]) -> bool:
        values = edition_columns(edition)
        if insert_once(self._unit.connection, editions, **values):
            return True
        own = (editions.c.digest_id == edition.digest_id) & (editions.c.day == edition.day)
        known = update(editions).where(own, editions.c.state.in_(instead_of))
        return self._unit.connection.execute(known.values(**values)).rowcount == 1

    def _forget(self, digest_id: str, before: datetime) -> None:
        old = (editions.c.digest_id == digest_id) & (editions.c.day < before.date())
        self._unit.connection.execute(delete(editions).where(old))
