"""Where office hours are kept, and how a row becomes one."""

import json
from collections.abc import Sequence
from dataclasses import fields
from datetime import timedelta
from functools import cache

from pydantic import TypeAdapter
from sqlalchemy import Column, Date, Index, Integer, Row, String, Table, Text, text

from bot.features.office_hours.model import Booking, BookingState, Card, Host, OfficeHours, Point, Session, SessionState
from bot.storage.serialisation import place_from_json
from bot.storage.tables import UtcDateTime, metadata
from scheduler.rules import Series

NAME_LENGTH = 200

office_hours = Table(
    "office_hours",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("title", String(200), nullable=False),
    Column("schedule", Text, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("topics", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("place", String(500), nullable=False),
    Column("link", String(1000), nullable=False),
    Column("slot_length", Integer),
    Column("capacity", Integer, nullable=False),
    Column("readers", Text, nullable=False),
    Column("closed_at", UtcDateTime),
    Column("revision", Integer, nullable=False),
    Index(None, "closed_at"),
)

hosts = Table(
    "office_hours_hosts",
    metadata,
    Column("series_id", String(32), primary_key=True),
    Column("person_id", String(200), primary_key=True),
    Column("name", String(NAME_LENGTH), nullable=False),
    Column("position", Integer, nullable=False),
    Index(None, "person_id"),
)

sessions = Table(
    "office_hours_sessions",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("series_id", String(32), nullable=False),
    Column("original", Date, nullable=False),
    Column("starts", UtcDateTime, nullable=False),
    Column("ends", UtcDateTime, nullable=False),
    Column("slot_length", Integer),
    Column("state", String(20), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("word", Text, nullable=False),
    Column("notes", Text, nullable=False),
    Column("taken", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Index(None, "series_id", "original", unique=True),
    Index(None, "ends"),
)

bookings = Table(
    "office_hours_bookings",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("session_id", String(32), nullable=False),
    Column("number", Integer, nullable=False),
    Column("person_id", String(200), nullable=False),
    Column("person_name", String(NAME_LENGTH), nullable=False),
    Column("slot", Integer, nullable=False),
    Column("booked_at", UtcDateTime, nullable=False),
    Column("seat", Integer),
    Column("state", String(20), nullable=False),
    Column("brings", Text, nullable=False),
    Column("word", Text, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Index(None, "session_id", "number", unique=True),
    # Whatever goes wrong before it: nobody has a seat that another has.
    Index(None, "session_id", "slot", "seat", unique=True),
    Index(None, "person_id"),
)
STANDING = text("state NOT IN ('cancelled', 'called off')")
Index(
    "uq_office_hours_bookings_standing",
    bookings.c.session_id,
    bookings.c.person_id,
    unique=True,
    sqlite_where=STANDING,
    postgresql_where=STANDING,
)

points = Table(
    "office_hours_points",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("session_id", String(32), nullable=False),
    Column("question", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("noted_by", String(200), nullable=False),
    Column("noted_by_name", String(NAME_LENGTH), nullable=False),
    Column("noted_at", UtcDateTime, nullable=False),
    Column("booking_id", String(32), nullable=False),
    Index(None, "session_id"),
)

cards = Table(
    "office_hours_cards",
    metadata,
    Column("conversation", String(500), primary_key=True),
    Column("message_key", String(300), primary_key=True),
    Column("place", Text, nullable=False),
    Column("subject", String(32), nullable=False),
    Column("person_id", String(200), nullable=False),
    Index(None, "subject"),
)

PERSON_COLUMNS = (hosts.c.person_id, bookings.c.person_id, points.c.noted_by, cards.c.person_id)
"""They follow when two people prove to be one."""


@cache
def _schedules() -> TypeAdapter[Series]:
    return TypeAdapter(Series)


def hours_columns(hours: OfficeHours) -> dict[str, object]:
    return {
        **{each.name: getattr(hours, each.name) for each in fields(hours) if each.name != "hosts"},
        "schedule": _schedules().dump_json(hours.schedule).decode(),
        "topics": json.dumps(hours.topics, ensure_ascii=False),
        "slot_length": _seconds(hours.slot_length),
        "readers": json.dumps(sorted(hours.readers), ensure_ascii=False),
    }


def hours_of(row: Row[*tuple[object, ...]], theirs: Sequence[Host]) -> OfficeHours:
    return OfficeHours(
        **{
            **row._mapping,
            "hosts": tuple(theirs),
            "schedule": _schedules().validate_json(row.schedule),
            "topics": tuple(json.loads(row.topics)),
            "slot_length": _length(row.slot_length),
            "readers": frozenset(json.loads(row.readers)),
        }
    )


def session_columns(session: Session) -> dict[str, object]:
    own = {each.name: getattr(session, each.name) for each in fields(session)}
    return {**own, "slot_length": _seconds(session.slot_length)}


def session_of(row: Row[*tuple[object, ...]]) -> Session:
    return Session(**{**row._mapping, "slot_length": _length(row.slot_length), "state": SessionState(row.state)})


def booking_columns(booking: Booking) -> dict[str, object]:
    own = {each.name: getattr(booking, each.name) for each in fields(booking)}
    return {**own, "person_name": booking.person_name[:NAME_LENGTH]}


def booking_of(row: Row[*tuple[object, ...]]) -> Booking:
    return Booking(**{**row._mapping, "state": BookingState(row.state)})


def point_of(row: Row[*tuple[object, ...]]) -> Point:
    return Point(**row._mapping)


def card_of(row: Row[*tuple[object, ...]]) -> Card:
    return Card(place_from_json(row.place), row.message_key, row.subject, row.person_id)


def _seconds(length: timedelta | None) -> int | None:
    return None if length is None else int(length.total_seconds())


def _length(seconds: int | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)
