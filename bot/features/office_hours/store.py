"""Where office hours are kept: the series, their sessions, who booked, what came up."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Select, Table, and_, delete, func, insert, or_, select, update

from bot.chat.turn import Place
from bot.features.office_hours.model import (
    ENDED,
    Booking,
    BookingState,
    Card,
    Figures,
    Host,
    OfficeHours,
    Point,
    Session,
    SessionState,
)
from bot.features.office_hours.tables import (
    NAME_LENGTH,
    booking_columns,
    booking_of,
    bookings,
    card_of,
    cards,
    hosts,
    hours_columns,
    hours_of,
    office_hours,
    point_of,
    points,
    session_columns,
    session_of,
    sessions,
)
from bot.storage.serialisation import place_to_json
from bot.storage.tables import insert_once, insert_or_change
from bot.storage.unit_of_work import UnitOfWork


class SqlOfficeHours:
    """Rows inside one unit of work. What is changed is changed in the revision before it, or not at all: then False."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit

    def add(self, hours: OfficeHours) -> bool:
        """False where there is one of that id."""
        if not insert_once(self._unit.connection, office_hours, **hours_columns(hours)):
            return False
        self._put_hosts(hours)
        return True

    def get(self, series_id: str) -> OfficeHours | None:
        return next(iter(self._series(select(office_hours).where(office_hours.c.id == series_id))), None)

    def take(self, series_id: str) -> OfficeHours | None:
        """`get` for whoever is going to change it: the next one waits until this transaction is over."""
        query = select(office_hours).where(office_hours.c.id == series_id)
        return next(iter(self._series(query.with_for_update())), None)

    def change(self, hours: OfficeHours) -> bool:
        if not self._changed(office_hours, hours.id, hours.revision, hours_columns(hours)):
            return False
        self._unit.connection.execute(delete(hosts).where(hosts.c.series_id == hours.id))
        self._put_hosts(hours)
        return True

    def open_ones(self, readers: frozenset[str]) -> Sequence[OfficeHours]:
        """Which one of `readers` may see, by title."""
        query = select(office_hours).where(office_hours.c.closed_at.is_(None))
        found = self._series(query.order_by(office_hours.c.title, office_hours.c.id))
        return [each for each in found if each.readers & readers]

    def hosted_by(self, person_id: str) -> Sequence[OfficeHours]:
        """Open ones, by title."""
        own = select(hosts.c.series_id).where(hosts.c.person_id == person_id)
        query = select(office_hours).where(office_hours.c.id.in_(own), office_hours.c.closed_at.is_(None))
        return self._series(query.order_by(office_hours.c.title, office_hours.c.id))

    def add_session(self, session: Session) -> bool:
        """False where the series has one for that date."""
        return insert_once(self._unit.connection, sessions, **session_columns(session))

    def session(self, session_id: str) -> Session | None:
        return next(iter(self._sessions(select(sessions).where(sessions.c.id == session_id))), None)

    def take_session(self, session_id: str) -> Session | None:
        """`session` for whoever is going to change it or its bookings: one after the other."""
        # On SQLite whoever writes is alone already.
        return next(iter(self._sessions(select(sessions).where(sessions.c.id == session_id).with_for_update())), None)

    def change_session(self, session: Session) -> bool:
        return self._changed(sessions, session.id, session.revision, session_columns(session))

    def sessions_of(self, series_id: str, since: datetime) -> Sequence[Session]:
        """That end after `since`, cancelled ones too, in the order of their starts."""
        query = select(sessions).where(sessions.c.series_id == series_id, sessions.c.ends > since)
        return self._sessions(query.order_by(sessions.c.starts, sessions.c.id))

    def upcoming(
        self, readers: frozenset[str], since: datetime, until: datetime
    ) -> Sequence[tuple[OfficeHours, Session]]:
        """That take place, end after `since` and start before `until`, of series that one of `readers` may see, in the
        order of their starts."""
        shown = {each.id: each for each in self.open_ones(readers)}
        query = select(sessions).where(
            sessions.c.ends > since,
            sessions.c.starts < until,
            sessions.c.state.in_((SessionState.PLANNED, SessionState.RUNNING)),
        )
        found = self._sessions(query.order_by(sessions.c.starts, sessions.c.id))
        return [(shown[each.series_id], each) for each in found if each.series_id in shown]

    def between(
        self, readers: frozenset[str], person_id: str, since: datetime, until: datetime
    ) -> Sequence[tuple[OfficeHours, Session]]:
        """`upcoming` with what is over, and with what this person hosts or has a place in, whoever may see that."""
        shown = {each.id: each for each in (*self.open_ones(readers), *self.hosted_by(person_id))}
        own = select(bookings.c.session_id).where(bookings.c.person_id == person_id, bookings.c.state.not_in(ENDED))
        query = select(sessions).where(
            or_(sessions.c.series_id.in_(shown), sessions.c.id.in_(own)),
            sessions.c.ends > since,
            sessions.c.starts < until,
            sessions.c.state != SessionState.CANCELLED,
        )
        found = self._sessions(query.order_by(sessions.c.starts, sessions.c.id))
        closed = {each.series_id for each in found} - shown.keys()
        shown |= {each.id: each for each in self._series(select(office_hours).where(office_hours.c.id.in_(closed)))}
        return [(shown[each.series_id], each) for each in found]

    def bookings_of(self, session_ids: Sequence[str]) -> Mapping[str, Sequence[Booking]]:
        """`bookings` of several sessions; nothing of one that nobody booked."""
        query = select(bookings).where(bookings.c.session_id.in_(session_ids), bookings.c.state.not_in(ENDED))
        theirs: dict[str, list[Booking]] = {}
        for each in self._bookings(query.order_by(bookings.c.number)):
            theirs.setdefault(each.session_id, []).append(each)
        return theirs

    def figures(self, series_id: str) -> Figures:
        """Of its sessions that are over."""
        over = select(sessions.c.id).where(sessions.c.series_id == series_id, sessions.c.state == SessionState.OVER)
        had_place = and_(bookings.c.session_id.in_(over), bookings.c.state.not_in(ENDED))
        came = and_(bookings.c.session_id.in_(over), bookings.c.state == BookingState.DONE)
        counts = (
            select(func.count()).select_from(over.subquery()),
            select(func.count()).select_from(bookings).where(had_place),
            select(func.count()).select_from(bookings).where(came),
            select(func.count(bookings.c.person_id.distinct())).where(came),
            select(func.count()).select_from(points).where(points.c.session_id.in_(over)),
        )
        return Figures(*(int(self._unit.connection.execute(each).scalar_one()) for each in counts))

    def taken_seats(self, session_ids: Sequence[str]) -> Mapping[str, tuple[int, int]]:
        """How many have a seat, and how many wait; nothing of a session that nobody booked."""
        query = (
            select(bookings.c.session_id, func.count(bookings.c.seat), func.count())
            .where(bookings.c.session_id.in_(session_ids), bookings.c.state.not_in(ENDED))
            .group_by(bookings.c.session_id)
        )
        return {name: (seats, every - seats) for name, seats, every in self._unit.connection.execute(query)}

    def add_booking(self, booking: Booking) -> bool:
        """False where its seat is taken, or its person has one of that session."""
        return insert_once(self._unit.connection, bookings, **booking_columns(booking))

    def booking(self, booking_id: str) -> Booking | None:
        return next(iter(self._bookings(select(bookings).where(bookings.c.id == booking_id))), None)

    def change_booking(self, booking: Booking) -> bool:
        return self._changed(bookings, booking.id, booking.revision, booking_columns(booking))

    def bookings(self, session_id: str) -> Sequence[Booking]:
        """That stand, in the order in which they were made."""
        query = select(bookings).where(bookings.c.session_id == session_id, bookings.c.state.not_in(ENDED))
        return self._bookings(query.order_by(bookings.c.number))

    def of_person(self, person_id: str, since: datetime) -> Sequence[tuple[Session, Booking]]:
        """Their bookings that stand, of sessions that end after `since`, in the order of their starts."""
        standing = and_(bookings.c.person_id == person_id, bookings.c.state.not_in(ENDED))
        found = self._bookings(select(bookings).where(standing))
        own = {each.session_id: each for each in found}
        query = select(sessions).where(sessions.c.id.in_(own), sessions.c.ends > since)
        return [(each, own[each.id]) for each in self._sessions(query.order_by(sessions.c.starts, sessions.c.id))]

    def booked_since(self, person_id: str, since: datetime) -> int:
        """How many bookings they made, ended ones too."""
        query = select(func.count()).where(bookings.c.person_id == person_id, bookings.c.booked_at > since)
        return int(self._unit.connection.execute(query).scalar_one())

    def put_point(self, point: Point) -> None:
        """In the place of the one of that id."""
        values = {**asdict(point), "noted_by_name": point.noted_by_name[:NAME_LENGTH]}
        changes = {name: value for name, value in values.items() if name != "id"}
        insert_or_change(self._unit.connection, points, changes, **values)

    def points(self, session_id: str) -> Sequence[Point]:
        """The first noted first."""
        query = select(points).where(points.c.session_id == session_id).order_by(points.c.noted_at, points.c.id)
        return [point_of(row) for row in self._unit.connection.execute(query)]

    def put_card(self, card: Card) -> None:
        """What that message shows from now on."""
        insert_or_change(
            self._unit.connection,
            cards,
            {"subject": card.subject, "person_id": card.person_id},
            conversation=card.place.conversation,
            message_key=card.key,
            place=place_to_json(card.place),
            subject=card.subject,
            person_id=card.person_id,
        )

    def drop_card(self, place: Place, key: str) -> None:
        """That message shows something that it does not follow."""
        here = and_(cards.c.conversation == place.conversation, cards.c.message_key == key)
        self._unit.connection.execute(delete(cards).where(here))

    def cards(self, subjects: Collection[str]) -> Sequence[Card]:
        query = select(cards).where(cards.c.subject.in_(subjects)).order_by(cards.c.conversation, cards.c.message_key)
        return [card_of(row) for row in self._unit.connection.execute(query)]

    def _changed(self, table: Table, row_id: str, revision: int, values: Mapping[str, object]) -> bool:
        before = and_(table.c.id == row_id, table.c.revision == revision - 1)
        return self._unit.connection.execute(update(table).where(before).values(**values)).rowcount == 1

    def _put_hosts(self, hours: OfficeHours) -> None:
        rows = [
            {"series_id": hours.id, "person_id": each.person_id, "name": each.name[:NAME_LENGTH], "position": position}
            for position, each in enumerate(hours.hosts)
        ]
        self._unit.connection.execute(insert(hosts), rows)

    def _series(self, query: Select[*tuple[object, ...]]) -> list[OfficeHours]:
        rows = self._unit.connection.execute(query).all()
        theirs: dict[str, list[Host]] = {row.id: [] for row in rows}
        found = select(hosts).where(hosts.c.series_id.in_(theirs)).order_by(hosts.c.position, hosts.c.person_id)
        for each in self._unit.connection.execute(found):
            theirs[each.series_id].append(Host(each.person_id, each.name))
        return [hours_of(row, theirs[row.id]) for row in rows]

    def _sessions(self, query: Select[*tuple[object, ...]]) -> list[Session]:
        return [session_of(row) for row in self._unit.connection.execute(query)]

    def _bookings(self, query: Select[*tuple[object, ...]]) -> list[Booking]:
        return [booking_of(row) for row in self._unit.connection.execute(query)]
